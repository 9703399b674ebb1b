package dev.kinesight.flink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far event time has come in a stream of several shards, through splits and merges: as far as in the slowest one.
 * As kinesight's src/stream/windows/watermarks.h. Not thread-safe.
 */
final class Watermarks {
  /** Of a shard that had no record yet: it holds time where it is. */
  private static final long NONE = Long.MIN_VALUE;

  private final long latenessMs;
  private final Map<String, Long> shards = new HashMap<>();
  private long watermark = NONE;

  Watermarks(long latenessMs) {
    this.latenessMs = latenessMs;
  }

  void open(String shard) {
    shards.putIfAbsent(shard, NONE);
  }

  /** A record of that time came, or is not to come any more from what is older. */
  void seen(String shard, long timeMs) {
    Long before = shards.get(shard);
    if (before == null || before >= timeMs - latenessMs) return;
    shards.put(shard, timeMs - latenessMs);
    // Of many records few move the least of all shards.
    if (before == NONE || before <= watermark) settle();
  }

  /** The shard is read to its end; its children begin where the least of their parents ended. */
  void close(String shard, List<String> children) {
    Long cameTo = shards.remove(shard);
    if (cameTo == null) return;
    for (String child : children) {
      // A parent that had no record holds nobody back.
      if (cameTo != NONE) shards.computeIfPresent(child, (name, to) -> to == NONE ? cameTo : Math.min(to, cameTo));
    }
    settle();
  }

  /** Long.MIN_VALUE as long as nobody knows. It never goes back. */
  long watermark() {
    return watermark;
  }

  @Override
  public String toString() {
    return watermark + " of " + shards;
  }

  private void settle() {
    if (shards.isEmpty()) return;
    long least = Long.MAX_VALUE;
    for (long to : shards.values()) least = Math.min(least, to);
    watermark = Math.max(watermark, least);
  }
}
