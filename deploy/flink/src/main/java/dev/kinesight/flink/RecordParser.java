package dev.kinesight.flink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads records as `kinesight consume` does: what is good there is good here, and what is not has the same reason.
 * kinesight's src/stream/record/record.h says what the members may be. Not thread-safe.
 */
final class RecordParser {
  private static final int LONGEST_KEY = 256;
  private static final int ID_DIGITS = 16;
  private static final int MOST_ITEM_BYTES = 400 * 1024;
  private static final int ROOM_FOR_KEYS = 1024;

  private final StreamConfig config;
  private final Members members = new Members();
  private final Value key;
  private final Value time;
  private final Value isDuplicate;
  private final Value messageId;
  private final List<Value> numbers = new ArrayList<>();
  private final Map<String, Value> needed = new LinkedHashMap<>();
  private final Map<String, Value> optional = new LinkedHashMap<>();
  private final MessageDigest sha256;

  RecordParser(StreamConfig config) {
    this.config = config;
    key = members.want(config.key);
    time = members.want(config.time);
    isDuplicate = members.want("is_duplicate");
    messageId = members.want("message_id");
    for (String field : config.numberFields) numbers.add(members.want(field));
    for (String field : config.neededFields) needed.put(field, members.want(field));
    for (String field : config.optionalFields) optional.put(field, members.want(field));
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  /** Fills {@code arrival.reading}, or else {@code arrival.problem}, from its data. */
  void read(Arrival arrival) {
    try {
      members.read(arrival.data);
      arrival.reading = readGood();
      arrival.isDuplicate = readDuplicate();
      arrival.reading.messageId = readMessageId();
      if (arrival.isDuplicate) return;
      checkTime(arrival.reading.timeMs, arrival.arrivedMs);
      checkTableTakesIt();
    } catch (BadRecord bad) {
      arrival.problem = bad.getMessage();
    }
  }

  private Reading readGood() throws BadRecord {
    Reading reading = new Reading();
    reading.key = readKey();
    reading.timeMs = readTime();
    reading.numbers = new double[numbers.size()];
    for (int i = 0; i < reading.numbers.length; ++i) {
      Value value = numbers.get(i);
      if (!value.isNone() && !value.isNumber()) {
        throw BadRecord.at(config.numberFields.get(i), "a number", value.shown());
      }
      reading.numbers[i] = value.isNone() ? Double.NaN : value.number;
    }
    return reading;
  }

  private String readKey() throws BadRecord {
    if (key.kind == Value.Kind.INTEGER) return key.text;
    if (key.kind == Value.Kind.TEXT && !key.text.isEmpty()
        && key.text.codePointCount(0, key.text.length()) <= LONGEST_KEY) {
      return key.text;
    }
    throw BadRecord.at(config.key, "a string of 1 to 256 characters or an integer", key.shown());
  }

  private long readTime() throws BadRecord {
    OptionalLong ms = switch (time.kind) {
      case TEXT -> Times.ofText(time.text);
      case INTEGER, FRACTION -> Times.ofNumber(time.number);
      default -> OptionalLong.empty();
    };
    if (ms.isPresent()) return ms.getAsLong();
    throw BadRecord.at(
        config.time, "an ISO time (2026-01-31T12:00:00Z), Unix seconds or Unix milliseconds", time.shown());
  }

  private boolean readDuplicate() throws BadRecord {
    boolean isInteger = isDuplicate.kind == Value.Kind.INTEGER;
    if (isDuplicate.kind == Value.Kind.TRUE || (isInteger && isDuplicate.number == 1)) return true;
    boolean isFalse = isDuplicate.kind == Value.Kind.FALSE || (isInteger && isDuplicate.number == 0);
    if (isDuplicate.isNone() || isFalse) return false;
    throw BadRecord.at("is_duplicate", "true or false", isDuplicate.shown());
  }

  private long readMessageId() throws BadRecord {
    return switch (messageId.kind) {
      case NONE -> 0;
      case TEXT, INTEGER -> idOf(messageId.text);
      default -> throw BadRecord.at("message_id", "a string", messageId.shown());
    };
  }

  /** The number that 16 lower-case hex digits are, or else the first 64 bits of the SHA-256. */
  private long idOf(String text) {
    long id = 0;
    boolean isHex = text.length() == ID_DIGITS;
    for (int i = 0; isHex && i < ID_DIGITS; ++i) {
      int digit = Character.digit(text.charAt(i), 16);
      isHex = digit >= 0 && text.charAt(i) < 'g' && !Character.isUpperCase(text.charAt(i));
      id = id << 4 | digit;
    }
    return isHex ? id : ByteBuffer.wrap(sha256.digest(text.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  /** One sensor whose clock is ahead must not end the windows of the others. */
  private void checkTime(long timeMs, long arrivedMs) throws BadRecord {
    long ahead = timeMs - arrivedMs;
    if (arrivedMs == Long.MAX_VALUE || ahead <= (long) (config.maxAheadSeconds * 1000)) return;
    throw BadRecord.at("field '" + config.time + "'",
        "a time at most " + Numbers.inRow(config.maxAheadSeconds) + " s after the record's arrival",
        Numbers.inRow(ahead / 1000.0) + " s");
  }

  /** What the table of the newest measurements cannot hold is in no window either. */
  private void checkTableTakesIt() throws BadRecord {
    for (var field : needed.entrySet()) {
      if (field.getValue().isNone()) throw BadRecord.at(field.getKey(), "a value", "none");
      checkAttribute(field.getKey(), field.getValue());
    }
    for (var field : optional.entrySet()) checkAttribute(field.getKey(), field.getValue());
    long bytes = ROOM_FOR_KEYS + utf8Length(key.text) + bytesOf(needed) + bytesOf(optional);
    if (bytes <= MOST_ITEM_BYTES) return;
    throw new BadRecord("expected fields of at most " + MOST_ITEM_BYTES
        + " bytes, all that DynamoDB takes in an item, found " + bytes);
  }

  private static void checkAttribute(String name, Value value) throws BadRecord {
    if (value.kind == Value.Kind.ARRAY || value.kind == Value.Kind.OBJECT) {
      throw BadRecord.at(name, "a string, a number, true or false", value.shown());
    }
    if (value.isNumber() && !Numbers.fitsDynamo(value.number)) {
      throw BadRecord.at(name, "0 or a number from 1E-130 to below 1E+126", value.shown());
    }
  }

  private static long bytesOf(Map<String, Value> fields) {
    final int numberBytes = 21;
    long bytes = 0;
    for (var field : fields.entrySet()) {
      Value value = field.getValue();
      if (value.isNone()) continue;
      bytes += field.getKey().length();
      bytes += value.kind == Value.Kind.TEXT ? utf8Length(value.text) : numberBytes;
    }
    return bytes;
  }

  /** The exact length is asked for only where it may matter. */
  private static int utf8Length(String text) {
    return text.length() < ROOM_FOR_KEYS ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
  }
}
