package dev.kinesight.flink;

/** A dead letter: a record that is in no window, and why. */
public class Letter {
  public String id;
  public long writtenSeconds;
  public String message;
  public byte[] data;
}
