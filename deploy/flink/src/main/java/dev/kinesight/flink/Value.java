package dev.kinesight.flink;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonToken;

/** The value of a member that was asked for. Used again for each record. */
final class Value {
  enum Kind { NONE, TEXT, INTEGER, FRACTION, TRUE, FALSE, ARRAY, OBJECT }

  private static final int LONGEST_SHOWN = 80;

  Kind kind = Kind.NONE;
  /** Of a text; the digits of an integer. */
  String text;
  double number;

  boolean isNone() {
    return kind == Kind.NONE;
  }

  boolean isNumber() {
    return kind == Kind.INTEGER || kind == Kind.FRACTION;
  }

  static Kind kindOf(JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> Kind.TEXT;
      case VALUE_NUMBER_INT -> Kind.INTEGER;
      case VALUE_NUMBER_FLOAT -> Kind.FRACTION;
      case VALUE_TRUE -> Kind.TRUE;
      case VALUE_FALSE -> Kind.FALSE;
      case START_ARRAY -> Kind.ARRAY;
      case START_OBJECT -> Kind.OBJECT;
      default -> Kind.NONE;
    };
  }

  /** As an error shows it. */
  String shown() {
    return switch (kind) {
      case NONE -> "none";
      case TEXT -> text.length() <= LONGEST_SHOWN ? "the string '" + text + "'"
          : "the string '" + text.substring(0, LONGEST_SHOWN) + "'…";
      case INTEGER -> "the number " + text;
      case FRACTION -> "the number " + Numbers.python(number);
      case TRUE -> "true";
      case FALSE -> "false";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
    };
  }
}
