// Characters that are taken for each other.
#pragma once

namespace kinesight::vision::plate {

/// One character that stands for all that look like `c` (0-9, A-Z): '0' for 0, O, Q and D. Others stand for
/// themselves. That it sorts characters into classes makes distances that count look-alikes less a metric.
constexpr char look_of(char c) {
  switch (c) {
    case 'O':
    case 'Q':
    case 'D':
      return '0';
    case 'I':
    case 'L':
      return '1';
    case 'Z':
      return '2';
    case 'A':
      return '4';
    case 'S':
      return '5';
    case 'G':
      return '6';
    case 'T':
      return '7';
    case 'B':
      return '8';
    case 'U':
      return 'V';
    default:
      return c;
  }
}

/// The digit that looks like the letter `c`, or the letter that looks like the digit `c`; `c` where there is
/// none.
constexpr char twin_of(char c) {
  switch (c) {
    case '0':
      return 'O';
    case '1':
      return 'I';
    case '2':
      return 'Z';
    case '4':
      return 'A';
    case '5':
      return 'S';
    case '6':
      return 'G';
    case '7':
      return 'T';
    case '8':
      return 'B';
    case 'U':
      return c;
    default:
      return look_of(c);
  }
}

}  // namespace kinesight::vision::plate
