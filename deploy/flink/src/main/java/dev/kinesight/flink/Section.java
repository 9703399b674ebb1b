package dev.kinesight.flink;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.MissingNode;

/** A mapping of stream.yaml. `kinesight check` knows all that may be there; this refuses what the job cannot do. */
final class Section {
  private static final Pattern PLACEHOLDER = Pattern.compile("(\\$?)\\$\\{([^}]*)}");

  private final JsonNode node;
  private final String name;

  Section(JsonNode root, String name) {
    this(root.path(name), name, false);
  }

  private Section(JsonNode node, String name, boolean isEntry) {
    this.node = node.isNull() ? MissingNode.getInstance() : node;
    this.name = isEntry ? name + "[]" : name;
  }

  boolean has(String option) {
    return node.has(option);
  }

  String text(String option, String without) {
    JsonNode value = node.path(option);
    return value.isMissingNode() || value.isNull() ? without : filled(option, value.asText());
  }

  double number(String option, double without) {
    String text = text(option, Double.toString(without));
    try {
      double number = Double.parseDouble(text);
      if (number >= 0) return number;
    } catch (NumberFormatException none) {
      // Told below.
    }
    throw refusal(option, "a number, 0 or more", text);
  }

  String oneOf(String option, String without, List<String> words) {
    String word = text(option, without);
    if (words.contains(word)) return word;
    throw refusal(option, "what the Flink job can do: " + String.join(", ", words), word);
  }

  List<String> texts(String option, List<String> without) {
    if (!has(option)) return without;
    List<String> texts = new ArrayList<>();
    for (JsonNode one : node.path(option)) texts.add(filled(option, one.asText()));
    return texts;
  }

  List<Section> list(String option) {
    List<Section> entries = new ArrayList<>();
    for (JsonNode one : node.path(option)) entries.add(new Section(one, name + "." + option, true));
    return entries;
  }

  IllegalArgumentException refusal(String option, String expected, Object found) {
    return new IllegalArgumentException(
        "stream.yaml: " + name + "." + option + ": expected " + expected + "; found " + found);
  }

  /** ${NAME} is the environment variable NAME; $${ stands for a plain ${. */
  private String filled(String option, String text) {
    return PLACEHOLDER.matcher(text).replaceAll(found -> {
      if (!found.group(1).isEmpty()) return Matcher.quoteReplacement("${" + found.group(2) + "}");
      String value = System.getenv(found.group(2));
      if (value == null) {
        throw refusal(option, "the environment variable " + found.group(2) + " to be set", "that it is not");
      }
      return Matcher.quoteReplacement(value);
    });
  }
}
