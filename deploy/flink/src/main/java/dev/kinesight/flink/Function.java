package dev.kinesight.flink;

/** What is computed of a field's numbers; as kinesight's src/stream/windows/aggregate.h. */
enum Function {
  COUNT(1, 0),
  SUM(2, 0),
  AVG(3, 0),
  MIN(1, Double.NaN),
  MAX(1, Double.NaN),
  FIRST(2, Double.NaN),
  LAST(2, Double.NaN);

  /** How many numbers it keeps: a count; a sum and its rest; both for an average; a time and a value. */
  final int width;
  final double begin;

  Function(int width, double begin) {
    this.width = width;
    this.begin = begin;
  }
}
