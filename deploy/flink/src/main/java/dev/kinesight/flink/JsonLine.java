package dev.kinesight.flink;

import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.io.JsonStringEncoder;

/** A row as `kinesight windows --json` prints it. */
final class JsonLine implements MapFunction<Row, String> {
  private static final long serialVersionUID = 1;

  private final StreamConfig config;

  JsonLine(StreamConfig config) {
    this.config = config;
  }

  @Override
  public String map(Row row) {
    StringBuilder line = new StringBuilder("{");
    member(line, config.key, quoted(row.key));
    member(line, "window_start", quoted(Times.bound(row.startMs)));
    member(line, "window_end", quoted(Times.bound(row.startMs + config.windowMs)));
    for (int i = 0; i < row.values.length; ++i) {
      double value = row.values[i];
      member(line, config.aggregates.get(i).name(), Double.isFinite(value) ? Numbers.inRow(value) : "null");
    }
    return line.append('}').toString();
  }

  private static void member(StringBuilder line, String name, String value) {
    if (line.length() > 1) line.append(',');
    line.append(quoted(name)).append(':').append(value);
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
