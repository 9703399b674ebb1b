package dev.kinesight.flink;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as kinesight reads and writes them. */
final class Times {
  private static final Pattern ISO = Pattern.compile(
      "(\\d{4}-\\d{2}-\\d{2})(?:[T ](\\d{2}:\\d{2})(?::(\\d{2}))?(?:\\.(\\d+))?(Z|([+-])(\\d{2})(?::?(\\d{2}))?)?)?");
  private static final int LONGEST = 40;
  private static final double MILLISECONDS_FROM = 1e11;
  private static final double YEAR_10000_MS = 253_402_300_800_000.0;
  private static final DateTimeFormatter BOUND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  private Times() {}

  /** ISO 8601, UTC where no zone is given, in Unix milliseconds; further digits are cut off. */
  static OptionalLong ofText(String text) {
    Matcher found = text.length() > LONGEST ? null : ISO.matcher(text);
    if (found == null || !found.matches()) return OptionalLong.empty();
    try {
      long day = LocalDate.parse(found.group(1)).toEpochDay() * 86_400_000;
      if (found.group(2) == null) return OptionalLong.of(day);
      String seconds = found.group(3) == null ? "00" : found.group(3);
      long time = LocalTime.parse(found.group(2) + ":" + seconds).toNanoOfDay() / 1_000_000;
      OptionalLong zone = zoneOf(found);
      if (zone.isEmpty()) return zone;
      return OptionalLong.of(day + time + fractionOf(found.group(4)) - zone.getAsLong());
    } catch (DateTimeParseException none) {
      return OptionalLong.empty();
    }
  }

  private static long fractionOf(String digits) {
    return digits == null ? 0 : Long.parseLong((digits + "00").substring(0, 3));
  }

  private static OptionalLong zoneOf(Matcher found) {
    if (found.group(6) == null) return OptionalLong.of(0);
    int hours = Integer.parseInt(found.group(7));
    int minutes = found.group(8) == null ? 0 : Integer.parseInt(found.group(8));
    if (hours > 23 || minutes > 59) return OptionalLong.empty();
    long ahead = (hours * 60L + minutes) * 60_000;
    return OptionalLong.of(found.group(6).equals("-") ? -ahead : ahead);
  }

  /** Below 1e11 Unix seconds, from there on Unix milliseconds. */
  static OptionalLong ofNumber(double number) {
    if (!(number >= 0 && number < YEAR_10000_MS)) return OptionalLong.empty();
    if (number >= MILLISECONDS_FROM) return OptionalLong.of((long) number);
    // By way of microseconds, or 0.001 s, which no double is, could lose its millisecond.
    double us = number * 1e6;
    double whole = Math.floor(us);
    return OptionalLong.of((long) Math.floor((us - whole >= 0.5 ? whole + 1 : whole) / 1000));
  }

  /** The bound of a window: "2026-01-31T12:00:00Z". */
  static String bound(long ms) {
    return BOUND.format(Instant.ofEpochMilli(ms));
  }
}
