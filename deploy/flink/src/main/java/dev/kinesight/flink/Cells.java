package dev.kinesight.flink;

import java.util.Arrays;
import java.util.List;

/**
 * What a window knows of a key: some numbers for each aggregate. The same arithmetic as kinesight's
 * src/stream/windows/aggregate.cpp, so that the results have the same digits.
 */
final class Cells {
  private Cells() {}

  static double[] begin(List<Aggregate> aggregates) {
    double[] cells = new double[aggregates.stream().mapToInt(one -> one.function().width).sum()];
    int at = 0;
    for (Aggregate one : aggregates) {
      Arrays.fill(cells, at, at + one.function().width, one.function().begin);
      at += one.function().width;
    }
    return cells;
  }

  /** Counts a record; {@code numbers} are its fields', NaN where it lacks one. */
  static void add(List<Aggregate> aggregates, double[] cells, long timeMs, double[] numbers) {
    int at = 0;
    for (int i = 0; i < aggregates.size(); ++i) {
      Aggregate one = aggregates.get(i);
      double number = one.field() < 0 ? Double.NaN : numbers[one.field()];
      if (one.function() == Function.COUNT) {
        cells[at] += one.field() < 0 || !Double.isNaN(number) ? 1 : 0;
      } else if (!Double.isNaN(number)) {
        addNumber(one.function(), cells, at, timeMs, number);
      }
      at += one.function().width;
    }
  }

  private static void addNumber(Function function, double[] cells, int at, long timeMs, double number) {
    switch (function) {
      case AVG -> {
        cells[at + 2] += 1;
        addToSum(cells, at, number);
      }
      case SUM -> addToSum(cells, at, number);
      case MIN -> cells[at] = cells[at] <= number ? cells[at] : number;  // NaN: nothing yet.
      case MAX -> cells[at] = cells[at] >= number ? cells[at] : number;
      case FIRST -> takeEnd(cells, at, timeMs, number, isBefore(timeMs, number, cells[at], cells[at + 1]));
      case LAST -> takeEnd(cells, at, timeMs, number, isBefore(cells[at], cells[at + 1], timeMs, number));
      case COUNT -> throw new AssertionError();
    }
  }

  /** Knuth's two-sum: the sum, and what it was rounded by. */
  private static void addToSum(double[] cells, int at, double number) {
    double before = cells[at];
    double after = before + number;
    double part = after - before;
    cells[at + 1] += (before - (after - part)) + (number - part);
    cells[at] = after;
  }

  /** Among records of one time the greater number is the later one. */
  private static boolean isBefore(double time, double value, double otherTime, double otherValue) {
    return time < otherTime || (time == otherTime && value < otherValue);
  }

  private static void takeEnd(double[] cells, int at, long timeMs, double number, boolean isNearer) {
    if (!Double.isNaN(cells[at]) && !isNearer) return;
    cells[at] = timeMs;
    cells[at + 1] = number;
  }

  /** The aggregates' values; NaN where no record had the field (a count or a sum is 0 then). */
  static double[] values(List<Aggregate> aggregates, double[] cells) {
    double[] values = new double[aggregates.size()];
    int at = 0;
    for (int i = 0; i < values.length; ++i) {
      Function function = aggregates.get(i).function();
      values[i] = switch (function) {
        case COUNT, MIN, MAX -> cells[at];
        case SUM -> cells[at] + cells[at + 1];
        case AVG -> cells[at + 2] > 0 ? (cells[at] + cells[at + 1]) / cells[at + 2] : Double.NaN;
        case FIRST, LAST -> cells[at + 1];
      };
      at += function.width;
    }
    return values;
  }
}
