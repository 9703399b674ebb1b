package dev.kinesight.flink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.source.SourceFunction.SourceContext;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.connectors.kinesis.internals.KinesisDataFetcher;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.RecordPublisher;
import org.apache.flink.streaming.connectors.kinesis.model.KinesisStreamShardState;
import org.apache.flink.streaming.connectors.kinesis.model.SentinelSequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.SequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardHandle;
import org.apache.flink.streaming.connectors.kinesis.serialization.KinesisDeserializationSchema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads shards as the connector does, and tells time as kinesight does. The connector's own watermarks pass over
 * shards that had no record yet, and over those that stand still while others go on: what comes from them
 * afterwards is late, and lost.
 */
@SuppressWarnings("deprecation")
final class ShardTime extends KinesisDataFetcher<Arrival> {
  /** How often new shards are asked for. */
  static final long DISCOVERY_MS = 3_000;
  /** A shard at its end holds time for so long where no child of it is found. */
  private static final long HOLD_MS = 4 * DISCOVERY_MS;

  private static final Logger LOG = LoggerFactory.getLogger(ShardTime.class);

  private final SourceContext<Arrival> context;
  private final Watermarks marks;
  private final long idleMs;
  private final Map<String, List<String>> children = new HashMap<>();
  /** Of shards that are read to their end: since when. */
  private final Map<String, Long> ended = new HashMap<>();
  private final Set<String> closed = new HashSet<>();
  private long emitted = Long.MIN_VALUE;

  ShardTime(List<String> streams, SourceContext<Arrival> context, RuntimeContext runtime, Properties properties,
      KinesisDeserializationSchema<Arrival> schema, KinesisInput input, StreamConfig config) {
    this(streams, context, runtime, properties, schema, input, config.idleMs, new Watermarks(config.latenessMs));
  }

  private ShardTime(List<String> streams, SourceContext<Arrival> context, RuntimeContext runtime, Properties properties,
      KinesisDeserializationSchema<Arrival> schema, KinesisInput input, long idleMs, Watermarks marks) {
    super(streams, new Observed(context, marks), runtime, properties, schema, input.getShardAssigner(),
        input.getPeriodicWatermarkAssigner(), null);
    this.context = context;
    this.marks = marks;
    this.idleMs = idleMs;
  }

  @Override
  public int registerNewSubscribedShardState(KinesisStreamShardState state) {
    synchronized (context.getCheckpointLock()) {
      var shard = state.getStreamShardHandle().getShard();
      for (String parent : new String[] {shard.getParentShardId(), shard.getAdjacentParentShardId()}) {
        if (parent != null) children.computeIfAbsent(parent, first -> new ArrayList<>()).add(shard.getShardId());
      }
      LOG.info("shard {} is read from {}", shard.getShardId(), state.getLastProcessedSequenceNum());
      if (!isAtEnd(state)) marks.open(shard.getShardId());
      return super.registerNewSubscribedShardState(state);
    }
  }

  /** The place of a record of a KPL aggregate is known here alone. */
  @Override
  protected void emitRecordAndUpdateState(Arrival arrival, long timestamp, int shard, SequenceNumber place) {
    arrival.subSequence = place.isAggregated() ? place.getSubSequenceNumber() : 0;
    super.emitRecordAndUpdateState(arrival, timestamp, shard, place);
  }

  @Override
  protected RecordPublisher createRecordPublisher(SequenceNumber from, Properties properties, MetricGroup metrics,
      StreamShardHandle handle) throws InterruptedException {
    RecordPublisher publisher = super.createRecordPublisher(from, properties, metrics, handle);
    if (idleMs == 0) return publisher;
    String shard = handle.getShard().getShardId();
    long[] quietSince = {getCurrentTimeMillis()};
    return take -> {
      long asked = getCurrentTimeMillis();
      return publisher.run(batch -> {
        boolean isAtTip = batch.getMillisBehindLatest() != null && batch.getMillisBehindLatest() == 0;
        if (batch.getDeaggregatedRecordSize() > 0) quietSince[0] = asked;
        else if (isAtTip && asked - quietSince[0] >= idleMs) goOnWithTheClock(shard, asked);
        return take.accept(batch);
      });
    };
  }

  private void goOnWithTheClock(String shard, long nowMs) {
    synchronized (context.getCheckpointLock()) {
      marks.seen(shard, nowMs);
    }
  }

  /** Called every pipeline.auto-watermark-interval. */
  @Override
  protected void emitWatermark() {
    synchronized (context.getCheckpointLock()) {
      closeEnded();
      LOG.debug("time: {}", marks);
      if (marks.watermark() <= emitted) return;
      emitted = marks.watermark();
      context.emitWatermark(new Watermark(emitted));
    }
  }

  /** A shard holds time until its children do, which are found some seconds after its end. */
  private void closeEnded() {
    long now = getCurrentTimeMillis();
    for (KinesisStreamShardState state : getSubscribedShardsState()) {
      String shard = state.getStreamShardHandle().getShard().getShardId();
      if (!isAtEnd(state) || closed.contains(shard)) continue;
      long since = ended.computeIfAbsent(shard, first -> now);
      if (!children.containsKey(shard) && now - since < HOLD_MS) continue;
      marks.close(shard, children.getOrDefault(shard, List.of()));
      ended.remove(shard);
      closed.add(shard);
      LOG.info("shard {} is read to its end; after it come {}", shard, children.getOrDefault(shard, List.of()));
    }
  }

  private static boolean isAtEnd(KinesisStreamShardState state) {
    return state.getLastProcessedSequenceNum().equals(SentinelSequenceNumber.SENTINEL_SHARD_ENDING_SEQUENCE_NUM.get());
  }

  /** What the fetcher gives, on its way; all under the checkpoint lock. */
  private record Observed(SourceContext<Arrival> to, Watermarks marks) implements SourceContext<Arrival> {
    @Override
    public void collectWithTimestamp(Arrival arrival, long timestamp) {
      to.collectWithTimestamp(arrival, timestamp);
      if (arrival.problem == null && !arrival.isDuplicate) {
        // One sensor whose clock is ahead must not end the windows of the others.
        marks.seen(arrival.shard, Math.min(arrival.reading.timeMs, arrival.arrivedMs));
      }
    }

    @Override
    public void collect(Arrival arrival) {
      collectWithTimestamp(arrival, arrival.arrivedMs);
    }

    /** ShardTime tells the time. */
    @Override
    public void emitWatermark(Watermark mark) {}

    /** A shard may follow. */
    @Override
    public void markAsTemporarilyIdle() {}

    @Override
    public Object getCheckpointLock() {
      return to.getCheckpointLock();
    }

    @Override
    public void close() {
      to.close();
    }
  }
}
