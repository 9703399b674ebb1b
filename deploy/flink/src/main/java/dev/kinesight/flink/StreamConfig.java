package dev.kinesight.flink;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;

/** What this job goes by in stream.yaml. config/stream.yaml has the same defaults and explains each option. */
final class StreamConfig implements Serializable {
  private static final long serialVersionUID = 1;

  final String streamName;
  final String kinesisRegion;
  final String kinesisEndpoint;
  final String start;
  final String startTimestamp;
  final String key;
  final String time;
  final long windowMs;
  final long latenessMs;
  final List<Aggregate> aggregates = new ArrayList<>();
  /** Each field that an aggregate asks for, once. */
  final List<String> numberFields = new ArrayList<>();
  final List<String> neededFields;
  final List<String> optionalFields;
  final String windowsTable;
  final String lettersTable;
  final String tablesRegion;
  final String tablesEndpoint;
  final long idleMs;
  final double maxAheadSeconds;

  StreamConfig(JsonNode root) {
    Section kinesis = new Section(root, "kinesis");
    streamName = kinesis.text("stream_name", "air-quality-stream");
    kinesisRegion = kinesis.text("region", "");
    kinesisEndpoint = kinesis.text("endpoint_url", "");
    start = kinesis.oneOf("start", "latest", List.of("latest", "trim_horizon", "timestamp"));
    startTimestamp = kinesis.text("start_timestamp", "");
    Section record = new Section(root, "record");
    key = record.text("key", "city_id");
    time = record.text("time", "timestamp");
    Section windows = new Section(root, "windows");
    windowMs = (long) windows.number("size_seconds", 300) * 1000;
    latenessMs = (long) (windows.number("lateness_seconds", 60) * 1000);
    windows.oneOf("time", "event", List.of("event"));
    double slide = windows.number("slide_seconds", 0);
    if (slide != 0 && slide * 1000 != windowMs) {
      throw windows.refusal("slide_seconds", "0: windows follow each other", slide);
    }
    if (windowMs <= 0) throw windows.refusal("size_seconds", "whole seconds, 1 or more", windowMs / 1000);
    if (!windows.has("aggregates")) addDefaultAggregates();
    for (Section one : windows.list("aggregates")) addAggregate(one);
    Section realtime = new Section(root, "realtime");
    neededFields = realtime.texts("fields",
        List.of("city_name", "pm25_value", "pm10_value", "aqi_value", "aqi_category", "temperature_c"));
    optionalFields = realtime.texts("optional_fields", List.of());
    Section tables = new Section(root, "tables");
    windowsTable = tables.text("windows", "air-quality-windows");
    lettersTable = tables.text("dead_letters", "air-quality-dlq");
    tablesRegion = tables.text("region", "");
    tablesEndpoint = tables.text("endpoint_url", "");
    Section consume = new Section(root, "consume");
    idleMs = (long) (consume.number("idle_seconds", 60) * 1000);
    maxAheadSeconds = consume.number("max_ahead_seconds", 600);
  }

  private void addDefaultAggregates() {
    add("avg_pm25", Function.AVG, "pm25_value");
    add("max_pm25", Function.MAX, "pm25_value");
    add("avg_aqi", Function.AVG, "aqi_value");
    add("max_aqi", Function.MAX, "aqi_value");
    add("record_count", Function.COUNT, "");
  }

  private void addAggregate(Section one) {
    String function = one.oneOf("function", "", List.of("count", "sum", "avg", "min", "max", "first", "last"));
    String field = one.text("field", "");
    if (field.isEmpty() && !function.equals("count")) throw one.refusal("field", "a field with numbers", "none");
    add(one.text("name", ""), Function.valueOf(function.toUpperCase(Locale.ROOT)), field);
  }

  private void add(String name, Function function, String field) {
    if (!field.isEmpty() && !numberFields.contains(field)) numberFields.add(field);
    aggregates.add(new Aggregate(name, function, field.isEmpty() ? -1 : numberFields.indexOf(field)));
  }
}
