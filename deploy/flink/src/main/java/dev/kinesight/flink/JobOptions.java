package dev.kinesight.flink;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.Path;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

/** What the command line says: "--name value", again and again. README.md explains each. */
final class JobOptions {
  /** Where Managed Service for Apache Flink, which has no command line, puts an application's properties. */
  static final String MANAGED = "/etc/flink/application_properties.json";
  private static final List<String> NAMES =
      List.of("config", "input", "output", "checkpoints", "from", "checkpoint-seconds");

  private final Map<String, String> options;

  private JobOptions(Map<String, String> options) {
    for (String name : options.keySet()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException("expected one of the options " + NAMES + "; found '" + name + "'");
      }
    }
    this.options = options;
  }

  static JobOptions of(String[] words) throws IOException {
    if (words.length == 0 && new File(MANAGED).exists()) {
      return ofManaged(new ObjectMapper().readTree(new File(MANAGED)));
    }
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      if (!words[i].startsWith("--") || i + 1 == words.length) {
        throw new IllegalArgumentException("expected --name value, found '" + words[i] + "'");
      }
      options.put(words[i].substring(2), words[i + 1]);
    }
    return new JobOptions(options);
  }

  /** The group "kinesight" of the properties. */
  static JobOptions ofManaged(JsonNode groups) {
    Map<String, String> options = new HashMap<>();
    for (JsonNode group : groups) {
      if (!group.path("PropertyGroupId").asText().equals("kinesight")) continue;
      group.path("PropertyMap").fields().forEachRemaining(one -> options.put(one.getKey(), one.getValue().asText()));
    }
    return new JobOptions(options);
  }

  /** Empty where it is not given. */
  String text(String name) {
    return options.getOrDefault(name, "");
  }

  String output() {
    String output = options.getOrDefault("output", "dynamodb");
    if (List.of("dynamodb", "print", "none").contains(output)) return output;
    throw new IllegalArgumentException("--output: expected dynamodb, print or none; found " + output);
  }

  long checkpointMs() {
    String seconds = options.getOrDefault("checkpoint-seconds", "10");
    if (seconds.matches("[1-9]\\d{0,4}")) return Long.parseLong(seconds) * 1000;
    throw new IllegalArgumentException("--checkpoint-seconds: expected whole seconds, 1 to 99999; found " + seconds);
  }

  /** From any file system that Flink knows: "s3://bucket/stream.yaml" too. Without a file, the air-quality feed. */
  StreamConfig config() throws IOException {
    ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    if (text("config").isEmpty()) return new StreamConfig(yaml.createObjectNode());
    Path path = new Path(text("config"));
    try (InputStream file = path.getFileSystem().open(path)) {
      return new StreamConfig(yaml.readTree(file));
    }
  }
}
