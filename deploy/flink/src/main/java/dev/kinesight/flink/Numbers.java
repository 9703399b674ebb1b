package dev.kinesight.flink;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as kinesight writes them, digit by digit. */
final class Numbers {
  private static final double WHOLE_BELOW = 0x1p53;

  private Numbers() {}

  /**
   * The fewest digits that read back as the same number. Double.toString() has more of them at times, until
   * Java 19 (JDK-4511638).
   */
  static BigDecimal shortest(double number) {
    BigDecimal exact = new BigDecimal(number);
    // Any decimal of 15 digits comes back from a double, so fewer are found by cutting zeros; not so below this.
    int first = Math.abs(number) < Double.MIN_NORMAL ? 1 : 15;
    for (int digits = first; digits < 17; ++digits) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == number) return rounded.stripTrailingZeros();
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN)).stripTrailingZeros();
  }

  /** As a row of a window has it: without a fraction where it is whole, else as C++'s std::to_chars(). */
  static String inRow(double number) {
    if (number == Math.rint(number) && Math.abs(number) < WHOLE_BELOW) return Long.toString((long) number);
    String plain = plain(number);
    String scientific = scientific(number);
    return plain.length() <= scientific.length() ? plain : scientific;
  }

  /** As Python's repr() of a float. */
  static String python(double number) {
    double size = Math.abs(number);
    if (size != 0 && (size < 1e-4 || size >= 1e16)) return scientific(number);
    String text = number == 0 && 1 / number < 0 ? "-0" : plain(number);
    return text.contains(".") ? text : text + ".0";
  }

  /** Whether DynamoDB's type N holds it. */
  static boolean fitsDynamo(double number) {
    double size = Math.abs(number);
    return size == 0 || (size >= 1e-130 && size < 1e126);
  }

  private static String plain(double number) {
    // Of whole numbers that have more digits than a double knows, all are written.
    boolean isWhole = number == Math.rint(number);
    return (isWhole ? new BigDecimal(number) : shortest(number)).toPlainString();
  }

  private static String scientific(double number) {
    BigDecimal shortest = shortest(number);
    String digits = shortest.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    String sign = number < 0 ? "-" : "";
    return String.format("%s%c%se%c%02d", sign, digits.charAt(0), fraction, exponent < 0 ? '-' : '+',
        Math.abs(exponent));
  }
}
