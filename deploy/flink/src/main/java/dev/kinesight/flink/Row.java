package dev.kinesight.flink;

/** What the window of a key came to. */
public class Row {
  public String key;
  public long startMs;
  /** Of the aggregates, in their order; NaN for none. */
  public double[] values;
}
