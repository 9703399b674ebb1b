package dev.kinesight.flink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactoryBuilder;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParser;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonToken;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.StreamReadFeature;

/**
 * The members of one record after the other, as strictly as kinesight's src/stream/record/fields.h: UTF-8, no
 * integer of more than 64 bits, no member twice, nothing deep. Not thread-safe.
 */
final class Members {
  static final int MOST_BYTES = 1024 * 1024;
  private static final int MOST_MEMBERS = 1000;
  private static final int DEEPEST = 31;

  private final JsonFactory json =
      new JsonFactoryBuilder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();
  private final Map<String, Value> wanted = new HashMap<>();
  private final List<Value> values = new ArrayList<>();
  private final HashSet<String> names = new HashSet<>();

  /** The value of that member in the record at hand, from now on. */
  Value want(String name) {
    return wanted.computeIfAbsent(name, absent -> {
      values.add(new Value());
      return values.get(values.size() - 1);
    });
  }

  void read(byte[] record) throws BadRecord {
    if (record.length > MOST_BYTES) {
      throw new BadRecord("expected a record of at most " + MOST_BYTES + " bytes, found " + record.length);
    }
    for (Value value : values) value.kind = Value.Kind.NONE;
    names.clear();
    if (!isUtf8(record)) throw new BadRecord("expected a JSON object, found what is no JSON: it is no UTF-8");
    try (JsonParser parser = json.createParser(record)) {
      readObject(parser);
    } catch (JsonProcessingException broken) {
      throw new BadRecord("expected a JSON object, found what is no JSON: " + broken.getOriginalMessage());
    } catch (IOException broken) {
      throw new BadRecord("expected a JSON object, found what is no JSON: " + broken.getMessage());
    }
  }

  private void readObject(JsonParser parser) throws IOException, BadRecord {
    JsonToken first = parser.nextToken();
    if (first != JsonToken.START_OBJECT) throw notAnObject(parser, first);
    BadRecord fault = null;
    String name;
    while ((name = parser.nextFieldName()) != null) {
      // What is no JSON at all is that before anything else.
      boolean isNew = names.add(name);
      if (fault == null && names.size() > MOST_MEMBERS) {
        fault = new BadRecord("expected at most " + MOST_MEMBERS + " members, found more");
      } else if (fault == null && !isNew) {
        fault = new BadRecord("expected each member once, found '" + name + "' twice");
      }
      readValue(parser, parser.nextToken(), wanted.get(name));
    }
    if (parser.nextToken() != null) throw new BadRecord("expected a JSON object, found more behind it");
    if (fault != null) throw fault;
  }

  private static void readValue(JsonParser parser, JsonToken token, Value value) throws IOException, BadRecord {
    double number = token.isNumeric() ? numberOf(parser, token) : 0;
    if (value != null) {
      value.kind = Value.kindOf(token);
      value.number = number;
      if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT) value.text = parser.getText();
    }
    if (token.isStructStart()) skip(parser);
  }

  /** Past the array or object that began; its numbers are looked at as well. */
  private static void skip(JsonParser parser) throws IOException, BadRecord {
    for (int depth = 2; depth > 1;) {
      if (depth > DEEPEST) throw new BadRecord("expected a JSON object, found what is no JSON: it is too deep");
      JsonToken token = parser.nextToken();
      if (token.isNumeric()) numberOf(parser, token);
      if (token.isStructStart()) ++depth;
      if (token.isStructEnd()) --depth;
    }
  }

  private static double numberOf(JsonParser parser, JsonToken token) throws IOException, BadRecord {
    final int surelyLong = 18;
    if (token == JsonToken.VALUE_NUMBER_INT) {
      if (parser.getTextLength() <= surelyLong) return parser.getLongValue();
      var integer = parser.getBigIntegerValue();
      if (integer.bitLength() > (integer.signum() < 0 ? Long.SIZE - 1 : Long.SIZE)) throw tooLarge(parser);
      return integer.doubleValue();
    }
    double number = parser.getDoubleValue();
    if (Double.isInfinite(number)) throw tooLarge(parser);
    return number;
  }

  private static BadRecord tooLarge(JsonParser parser) throws IOException {
    return new BadRecord("expected a JSON object, found what is no JSON: " + parser.getText() + " is too large");
  }

  private static BadRecord notAnObject(JsonParser parser, JsonToken token) throws IOException, BadRecord {
    if (token == null) return new BadRecord("expected a JSON object, found what is no JSON: nothing");
    Value value = new Value();
    readValue(parser, token, value);
    if (parser.nextToken() != null) {
      return new BadRecord("expected a JSON object, found what is no JSON: more behind it");
    }
    return new BadRecord("expected a JSON object, found " + (value.isNone() ? "null" : value.shown()));
  }

  static boolean isUtf8(byte[] data) {
    int at = 0;
    while (at < data.length && data[at] >= 0) ++at;
    if (at == data.length) return true;
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data));
      return true;
    } catch (CharacterCodingException broken) {
      return false;
    }
  }
}
