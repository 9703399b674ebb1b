package dev.kinesight.flink;

import java.util.List;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Sums up the readings of a key in a window, each message_id once, and gives the row when the window ends. Keyed by
 * both, so that all that Flink keeps for a window goes when it does.
 */
final class Windows extends KeyedProcessFunction<Tuple2<String, Long>, Reading, Row> {
  static final TypeInformation<Tuple2<String, Long>> KEY = Types.TUPLE(Types.STRING, Types.LONG);
  private static final long serialVersionUID = 1;

  private final long windowMs;
  private final List<Aggregate> aggregates;
  private transient ValueState<double[]> cells;
  private transient MapState<Long, Boolean> messageIds;
  private transient Tally counted;
  private transient Tally duplicate;

  Windows(long windowMs, List<Aggregate> aggregates) {
    this.windowMs = windowMs;
    this.aggregates = aggregates;
  }

  /** Windows begin at whole multiples since the epoch, before it too. */
  static long startOf(long timeMs, long windowMs) {
    return Math.floorDiv(timeMs, windowMs) * windowMs;
  }

  static long endOf(long timeMs, long windowMs) {
    return startOf(timeMs, windowMs) + windowMs;
  }

  /** A reading's key and the begin of its window. */
  static KeySelector<Reading, Tuple2<String, Long>> keys(long windowMs) {
    return reading -> Tuple2.of(reading.key, startOf(reading.timeMs, windowMs));
  }

  @Override
  public void open(Configuration none) {
    cells = getRuntimeContext().getState(
        new ValueStateDescriptor<>("cells", PrimitiveArrayTypeInfo.DOUBLE_PRIMITIVE_ARRAY_TYPE_INFO));
    messageIds = getRuntimeContext().getMapState(new MapStateDescriptor<>("message_ids", Types.LONG, Types.BOOLEAN));
    counted = new Tally(getRuntimeContext(), "counted");
    duplicate = new Tally(getRuntimeContext(), "repeated");
  }

  @Override
  public void processElement(Reading reading, Context context, Collector<Row> out) throws Exception {
    if (reading.messageId != 0) {
      if (messageIds.contains(reading.messageId)) {
        duplicate.add();
        return;
      }
      messageIds.put(reading.messageId, true);
    }
    double[] known = cells.value();
    if (known == null) {
      known = Cells.begin(aggregates);
      context.timerService().registerEventTimeTimer(context.getCurrentKey().f1 + windowMs);
    }
    Cells.add(aggregates, known, reading.timeMs, reading.numbers);
    cells.update(known);
    counted.add();
  }

  @Override
  public void onTimer(long timeMs, OnTimerContext context, Collector<Row> out) throws Exception {
    Row row = new Row();
    row.key = context.getCurrentKey().f0;
    row.startMs = context.getCurrentKey().f1;
    row.values = Cells.values(aggregates, cells.value());
    out.collect(row);
    cells.clear();
    messageIds.clear();
  }
}
