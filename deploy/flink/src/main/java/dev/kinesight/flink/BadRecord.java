package dev.kinesight.flink;

/** A record that is not good; the message says what was expected and what was found. */
final class BadRecord extends Exception {
  private static final long serialVersionUID = 1;

  BadRecord(String message) {
    // Bad records are many at times, and nobody looks where they were thrown.
    super(message, null, false, false);
  }

  static BadRecord at(String field, String expected, String found) {
    return new BadRecord(field + ": expected " + expected + ", found " + found);
  }
}
