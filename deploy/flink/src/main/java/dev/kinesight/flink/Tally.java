package dev.kinesight.flink;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;

/** How many records had a fate: a metric of the cluster, and a figure of the job's result. */
final class Tally {
  private final Counter metric;
  private final LongCounter result = new LongCounter();

  Tally(RuntimeContext runtime, String name) {
    metric = runtime.getMetricGroup().counter("records_" + name);
    runtime.addAccumulator(name, result);
  }

  void add() {
    metric.inc();
    result.add(1);
  }
}
