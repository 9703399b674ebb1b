package dev.kinesight.flink;

/** A good record, as far as windows go by it. */
public class Reading {
  public String key;
  public long timeMs;
  /** 64 bits of its message_id; 0: it has none. */
  public long messageId;
  /** Of each field that an aggregate asks for; NaN where it is absent. */
  public double[] numbers;
}
