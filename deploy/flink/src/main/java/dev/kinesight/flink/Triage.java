package dev.kinesight.flink;

import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Which records are for windows, and which are dead letters: the broken ones, and those whose window has ended. It
 * follows the source with a parallelism of one, so that what it takes to be in time is that in the windows too.
 */
final class Triage extends ProcessFunction<Arrival, Reading> implements CheckpointedFunction {
  static final OutputTag<Letter> LETTERS = new OutputTag<>("letters") {
    private static final long serialVersionUID = 1;
  };
  private static final long serialVersionUID = 1;

  private final long windowMs;
  private transient Tally duplicate;
  private transient Tally late;
  private transient Tally dead;
  private transient ListState<Long> kept;
  /** Every window up to here has ended, in an earlier run too: Flink itself forgets the time when it is restored. */
  private transient long endedMs;

  Triage(long windowMs) {
    this.windowMs = windowMs;
  }

  @Override
  public void open(Configuration none) {
    duplicate = new Tally(getRuntimeContext(), "duplicate");
    late = new Tally(getRuntimeContext(), "late");
    dead = new Tally(getRuntimeContext(), "dead");
  }

  @Override
  public void processElement(Arrival arrival, Context context, Collector<Reading> out) {
    endedMs = Math.max(endedMs, context.timerService().currentWatermark());
    if (arrival.problem != null) {
      dead.add();
      context.output(LETTERS, Letters.of(arrival, arrival.problem));
    } else if (arrival.isDuplicate) {
      duplicate.add();
    } else if (Windows.endOf(arrival.reading.timeMs, windowMs) <= endedMs) {
      late.add();
      context.output(LETTERS, Letters.of(arrival, Letters.LATE));
    } else {
      out.collect(arrival.reading);
    }
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    kept = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("ended_ms", Long.class));
    endedMs = Long.MIN_VALUE;
    for (long ended : kept.get()) endedMs = Math.max(endedMs, ended);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    kept.clear();
    kept.add(endedMs);
  }
}
