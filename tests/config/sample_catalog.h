// A small catalog of components for the tests of the loader, and ways to load a text with it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/cameras_file.h"

namespace kinesight::config {

/// How a sample source plays.
enum class Pace { realtime, max };

/// source: {type: file}
struct SampleSource {
  std::string path;
  bool loop = false;
  Pace pace = Pace::realtime;
  std::string password;
  static const Table& table();
};

/// kvs: {…}
struct SampleKvs {
  std::string stream_name;
  int session_seconds = 300;
  int margin_seconds = 30;
  static const Table& table();
};

/// type: object
struct SampleDetector {
  double conf_threshold = 0.25;
  std::vector<std::string> target_classes;
  static const Table& table();
};

/// publishers: {kds: …}
struct SampleSink {
  std::string stream_name;
  int batch_size = 500;
  static const Table& table();
};

/// All of them.
const Catalog& sample_catalog();

/// An environment with these variables.
Environment environment_of(std::map<std::string, std::string> variables);

/// A configuration in which nothing is wrong: its source is a folder that is there.
const std::string& good_text();

/// good_text() with `from` replaced by `to`; throws when `from` is not in it.
std::string good_but(const std::string& from, const std::string& to);

using Loaded = std::expected<CamerasFile, std::vector<Problem>>;

/// Loads `text` as "c.yaml".
Loaded load_text(const std::string& text, const Environment& environment = no_environment());

/// Every problem of `text` (or warning, when it can be used) as a person reads it.
std::vector<std::string> problems(const std::string& text, const Environment& environment = no_environment());

}  // namespace kinesight::config
