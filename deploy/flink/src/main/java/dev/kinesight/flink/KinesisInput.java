package dev.kinesight.flink;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.AssignerWithPeriodicWatermarks;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;
import org.apache.flink.streaming.connectors.kinesis.config.ConsumerConfigConstants;
import org.apache.flink.streaming.connectors.kinesis.internals.KinesisDataFetcher;
import org.apache.flink.streaming.connectors.kinesis.serialization.KinesisDeserializationSchema;

/**
 * The records of a Kinesis stream, KPL aggregates taken apart, parsed in the thread of their shard; with watermarks
 * that lose no record of a slow shard. To be run with a parallelism of one: only who sees all shards can tell how
 * far time has come (docs/adr/0032-one-reader-tells-flink-the-time.md).
 */
@SuppressWarnings("deprecation")  // Its successor was not to be had for Flink 1.19 with what this needs.
final class KinesisInput extends FlinkKinesisConsumer<Arrival> {
  private static final long serialVersionUID = 1;
  private static final Pattern AGO = Pattern.compile("(\\d+(?:\\.\\d+)?)([smhdw])");

  private final StreamConfig config;

  KinesisInput(StreamConfig config) {
    super(config.streamName, new Schema(config), properties(config));
    this.config = config;
    // The fetcher asks for watermarks where there is an assigner, and ShardTime answers.
    setPeriodicWatermarkAssigner(new AskForWatermarks());
  }

  @Override
  protected KinesisDataFetcher<Arrival> createFetcher(List<String> streams, SourceContext<Arrival> context,
      RuntimeContext runtime, Properties properties, KinesisDeserializationSchema<Arrival> schema) {
    if (runtime.getNumberOfParallelSubtasks() != 1) {
      throw new IllegalStateException("the Kinesis source: expected a parallelism of 1, found "
          + runtime.getNumberOfParallelSubtasks());
    }
    return new ShardTime(streams, context, runtime, properties, schema, this, config);
  }

  private static Properties properties(StreamConfig config) {
    Properties properties = AwsProperties.of(config.kinesisRegion, config.kinesisEndpoint);
    properties.setProperty(
        ConsumerConfigConstants.SHARD_DISCOVERY_INTERVAL_MILLIS, Long.toString(ShardTime.DISCOVERY_MS));
    if (config.start.equals("timestamp")) {
      properties.setProperty(ConsumerConfigConstants.STREAM_INITIAL_POSITION, "AT_TIMESTAMP");
      properties.setProperty(ConsumerConfigConstants.STREAM_INITIAL_TIMESTAMP, secondsOf(config.startTimestamp));
    } else {
      properties.setProperty(
          ConsumerConfigConstants.STREAM_INITIAL_POSITION, config.start.toUpperCase(Locale.ROOT));
    }
    return properties;
  }

  /** An ISO time, Unix milliseconds or how long ago, in Unix seconds. */
  private static String secondsOf(String moment) {
    Matcher ago = AGO.matcher(moment);
    if (ago.matches()) {
      long unit = switch (ago.group(2)) {
        case "s" -> 1;
        case "m" -> 60;
        case "h" -> 3600;
        case "d" -> 86_400;
        default -> 604_800;
      };
      return Double.toString(Instant.now().getEpochSecond() - Double.parseDouble(ago.group(1)) * unit);
    }
    OptionalLong ms = moment.matches("\\d{1,15}") ? OptionalLong.of(Long.parseLong(moment)) : Times.ofText(moment);
    if (ms.isPresent()) return Double.toString(ms.getAsLong() / 1000.0);
    throw new IllegalArgumentException(
        "stream.yaml: kinesis.start_timestamp: expected an ISO time, Unix milliseconds or how long ago (2h); found "
            + moment);
  }

  /** Made anew for each shard by the connector, so that shards are parsed beside each other. */
  private static final class Schema implements KinesisDeserializationSchema<Arrival> {
    private static final long serialVersionUID = 1;
    private final StreamConfig config;
    private transient RecordParser parser;

    Schema(StreamConfig config) {
      this.config = config;
    }

    @Override
    public void open(InitializationContext context) {
      parser = new RecordParser(config);
    }

    @Override
    public Arrival deserialize(byte[] data, String key, String sequence, long arrivedMs, String stream, String shard) {
      if (parser == null) parser = new RecordParser(config);  // A clone is not opened by every version.
      Arrival arrival = new Arrival();
      arrival.shard = shard;
      arrival.sequence = sequence;
      arrival.arrivedMs = arrivedMs;
      arrival.data = data;
      parser.read(arrival);
      return arrival;
    }

    @Override
    public TypeInformation<Arrival> getProducedType() {
      return TypeInformation.of(Arrival.class);
    }
  }

  private static final class AskForWatermarks implements AssignerWithPeriodicWatermarks<Arrival> {
    private static final long serialVersionUID = 1;

    @Override
    public long extractTimestamp(Arrival arrival, long before) {
      return arrival.reading == null ? arrival.arrivedMs : arrival.reading.timeMs;
    }

    @Override
    public Watermark getCurrentWatermark() {
      return null;
    }
  }
}
