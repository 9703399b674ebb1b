package dev.kinesight.flink;

import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.jobgraph.SavepointConfigOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.CheckpointConfig.ExternalizedCheckpointCleanup;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * The windows of `kinesight consume`, on Flink: from a Kinesis stream, or a file, into the tables of windows and of
 * dead letters. Run by itself it brings a mini cluster in its own process.
 */
public final class WindowsJob {
  private WindowsJob() {}

  public static void main(String[] words) throws Exception {
    try {
      JobOptions options = JobOptions.of(words);
      StreamConfig config = options.config();
      StreamExecutionEnvironment environment = environment(options);
      build(environment, options, config);
      report(environment.execute("kinesight windows"));
    } catch (IllegalArgumentException wrong) {
      System.err.println("kinesight-flink: " + wrong.getMessage());
      throw wrong;
    }
  }

  private static StreamExecutionEnvironment environment(JobOptions options) {
    Configuration settings = new Configuration();
    // What goes wrong again and again ends the job, with its reason; a cluster's own setting is stronger.
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "failure-rate");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FAILURE_RATE_MAX_FAILURES_PER_INTERVAL, 3);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FAILURE_RATE_FAILURE_RATE_INTERVAL, Duration.ofMinutes(5));
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FAILURE_RATE_DELAY, Duration.ofSeconds(5));
    if (!options.text("checkpoints").isEmpty()) {
      settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, options.text("checkpoints"));
    }
    if (!options.text("from").isEmpty()) settings.set(SavepointConfigOptions.SAVEPOINT_PATH, options.text("from"));
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(settings);
    environment.getConfig().enableObjectReuse();
    // A file is read again from its begin as well; a stream is not.
    if (options.text("input").isEmpty() || !options.text("checkpoints").isEmpty()) {
      environment.enableCheckpointing(options.checkpointMs());
      environment.getCheckpointConfig().setExternalizedCheckpointCleanup(
          ExternalizedCheckpointCleanup.RETAIN_ON_CANCELLATION);
    }
    return environment;
  }

  private static void build(StreamExecutionEnvironment environment, JobOptions options, StreamConfig config)
      throws IOException {
    // One reader, and one judge of what is late, chained to it: see docs/adr/0032.
    SingleOutputStreamOperator<Reading> readings = arrivals(environment, options, config)
        .process(new Triage(config.windowMs)).name("triage").uid("triage").setParallelism(1);
    DataStream<Row> rows = readings.keyBy(Windows.keys(config.windowMs), Windows.KEY)
        .process(new Windows(config.windowMs, config.aggregates)).name("windows").uid("windows");
    DataStream<Letter> letters = readings.getSideOutput(Triage.LETTERS);
    switch (options.output()) {
      case "dynamodb" -> {
        rows.sinkTo(Items.windows(config)).name(config.windowsTable).uid("windows table");
        letters.sinkTo(Items.letters(config)).name(config.lettersTable).uid("dead letters table").setParallelism(1);
      }
      case "print" -> rows.map(new JsonLine(config)).print().setParallelism(1);
      default -> rows.sinkTo(new DiscardingSink<>());
    }
  }

  private static SingleOutputStreamOperator<Arrival> arrivals(
      StreamExecutionEnvironment environment, JobOptions options, StreamConfig config) throws IOException {
    if (options.text("input").isEmpty()) {
      return environment.addSource(new KinesisInput(config), config.streamName).uid("kinesis").setParallelism(1);
    }
    FileSource<Arrival> file = FileInput.of(config, new Path(options.text("input")));
    return environment.fromSource(file, WatermarkStrategy.noWatermarks(), "file").uid("file").setParallelism(1);
  }

  /** Of a file: how many records had which fate. A stream has no end. */
  private static void report(JobExecutionResult result) {
    StringBuilder line = new StringBuilder("kinesight-flink:");
    for (String fate : new String[] {"counted", "duplicate", "repeated", "late", "dead"}) {
      Object count = result.getAccumulatorResult(fate);
      line.append(' ').append(fate).append('=').append(count == null ? 0 : count);
    }
    System.err.println(line);
  }
}
