#include "config/sample_catalog.h"

namespace kinesight::config {

const Table& SampleSource::table() {
  static const Table table = describe<SampleSource>("file", "Plays a file.")
                                 .option("path", &SampleSource::path, "The file.")
                                 .required()
                                 .existing_path()
                                 .option("loop", &SampleSource::loop, "Begin again at the end.")
                                 .choice("pace", &SampleSource::pace,
                                         {{"realtime", Pace::realtime}, {"max", Pace::max}}, "How fast.")
                                 .option("password", &SampleSource::password, "A secret.")
                                 .secret();
  return table;
}

const Table& SampleKvs::table() {
  static const Table table = describe<SampleKvs>("kvs", "A stream.")
                                 .option("stream_name", &SampleKvs::stream_name, "The stream.")
                                 .required()
                                 .not_empty()
                                 .option("session_seconds", &SampleKvs::session_seconds, "How long.")
                                 .range(1, 43'200)
                                 .option("margin_seconds", &SampleKvs::margin_seconds, "How early.")
                                 .range(0, 43'200)
                                 .rule([](const SampleKvs& kvs) -> std::optional<std::string> {
                                   if (2 * kvs.margin_seconds <= kvs.session_seconds) return std::nullopt;
                                   return "at most half of session_seconds";
                                 });
  return table;
}

const Table& SampleDetector::table() {
  static const Table table =
      describe<SampleDetector>("object", "Finds objects.")
          .option("conf_threshold", &SampleDetector::conf_threshold, "The least confidence.")
          .range(0, 1)
          .option("target_classes", &SampleDetector::target_classes, "What counts.");
  return table;
}

const Table& SampleSink::table() {
  static const Table table = describe<SampleSink>("kds", "A sink.")
                                 .option("stream_name", &SampleSink::stream_name, "The stream.")
                                 .required()
                                 .not_empty()
                                 .env("KDS_STREAM_NAME")
                                 .option("batch_size", &SampleSink::batch_size, "Events a request.")
                                 .range(1, 500)
                                 .env("KDS_BATCH_SIZE");
  return table;
}

const Catalog& sample_catalog() {
  static const Catalog catalog{
      .sources = {{&SampleKvs::table()}, {&SampleSource::table()}},
      .detectors = {{&SampleDetector::table()}},
      .publishers = {{&SampleSink::table()}},
  };
  return catalog;
}

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

const std::string& good_text() {
  static const std::string text = R"(publishers:
  kds:
    stream_name: events
cameras:
  front:
    fps_target: 2.5
    source: {type: file, path: /, pace: max, loop: yes}
    detectors:
      - type: object
        params:
          conf_threshold: 0.5
          target_classes: [person, "dog"]
)";
  return text;
}

std::string good_but(const std::string& from, const std::string& to) {
  std::string text = good_text();
  return text.replace(text.find(from), from.size(), to);
}

Loaded load_text(const std::string& text, const Environment& environment) {
  return parse_cameras_file(text, "c.yaml", sample_catalog(), environment);
}

std::vector<std::string> problems(const std::string& text, const Environment& environment) {
  const Loaded loaded = load_text(text, environment);
  std::vector<std::string> lines;
  for (const Problem& problem : loaded ? loaded->warnings : loaded.error())
    lines.push_back(to_string(problem));
  return lines;
}

}  // namespace kinesight::config
