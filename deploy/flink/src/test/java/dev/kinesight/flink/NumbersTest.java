package dev.kinesight.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  /** What std::to_chars() and Python's repr() make of them. */
  @ParameterizedTest
  @CsvSource({
      "3, 3, 3.0", "-0.5, -0.5, -0.5", "57.333333333333336, 57.333333333333336, 57.333333333333336", "0.1, 0.1, 0.1",
      "1e-4, 1e-04, 0.0001", "1.5e-7, 1.5e-07, 1.5e-07", "2e23, 2e+23, 2e+23", "9007199254740993, 9007199254740992, 9007199254740992.0",
      "4.9e-324, 5e-324, 5e-324", "2.0E-3, 0.002, 0.002", "1.7976931348623157e308, 1.7976931348623157e+308, 1.7976931348623157e+308"})
  void digitsAreTheFewestThatReadBack(double number, String inRow, String python) {
    assertEquals(inRow, Numbers.inRow(number));
    assertEquals(python, Numbers.python(number));
  }
}
