package dev.kinesight.flink;

/** A record as it came, and what was read in it. Public for Flink, which looks for public fields. */
public class Arrival {
  public String shard;
  public String sequence;
  public long subSequence;
  public long arrivedMs;
  public byte[] data;
  /** What is wrong with it; null when it is good. */
  public String problem;
  public boolean isDuplicate;
  public Reading reading;

  /** Its place in the stream, by which a dead letter is known. */
  String place() {
    return shard + "/" + sequence + "/" + subSequence;
  }
}
