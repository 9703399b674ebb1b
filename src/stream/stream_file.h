// stream.yaml: the configuration of `kinesight produce`, `consume`, `windows` and `latest`.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/environment.h"
#include "config/http_options.h"
#include "config/yaml_file.h"
#include "stream/consumer/options.h"
#include "stream/producer/options.h"
#include "stream/record/options.h"
#include "stream/simulator/options.h"
#include "stream/tables/options.h"
#include "stream/windows/options.h"

namespace kinesight::stream {

/// Options at the top of the file.
struct ServiceOptions {
  std::string state_directory = "./data/stream";
  static const config::Table& table();
};

/// Where the reading of a shard begins.
enum class StartAt {
  latest,        ///< With what comes from now on.
  trim_horizon,  ///< With the oldest record that there is.
  timestamp,     ///< With what came at a time, or after it.
  checkpoint,    ///< Where an earlier run left off.
};

/// kinesis: {…}: which stream.
struct KinesisOptions {
  std::string stream_name = "air-quality-stream";
  std::string region;
  std::string endpoint_url;
  StartAt start = StartAt::latest;
  std::string start_timestamp;  ///< As event::parse_moment() reads it.
  static const config::Table& table();
};

/// A whole file. As it is made: what holds without a file, the air-quality feed's configuration.
struct StreamFile {
  ServiceOptions service;
  KinesisOptions kinesis;
  RecordOptions record;
  WindowOptions windows;
  TablesOptions tables;
  RealtimeOptions realtime;
  ProducerOptions produce;
  ConsumerOptions consume;
  SimulatorOptions simulator;
  config::HttpOptions http;
  std::vector<config::Problem> warnings;  ///< What will not work as things stand, in the order of the lines.
};

/// Loads and checks `path`; "" is an empty file: the defaults, and what the environment says. On failure:
/// every problem of the file at once, warnings too, in the order of its lines.
config::Loaded<StreamFile> load_stream_file(const std::filesystem::path& path,
                                            const config::Environment& environment);

/// The same for text that is at hand already; `name` is what problems call the file.
config::Loaded<StreamFile> parse_stream_file(std::string_view text, const std::string& name,
                                             const config::Environment& environment);

}  // namespace kinesight::stream
