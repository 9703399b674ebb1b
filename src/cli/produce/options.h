// The arguments of `kinesight produce`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/table.h"
#include "stream/sources/files.h"

namespace kinesight::cli {

/// What --mode takes.
enum class ProduceMode { files, development, production, burst };

/// What --output takes.
enum class ProduceOutput {
  kinesis,
  lines,  ///< Standard output.
};

/// What --broken takes.
enum class BrokenChoice { configured, refuse, send };

/// The arguments. What has no value is as the configuration has it.
struct ProduceOptions {
  std::string config;
  std::vector<std::string> files;
  ProduceMode mode = ProduceMode::files;
  std::optional<long> seed;
  stream::FileFormat format = stream::FileFormat::by_name;
  std::optional<double> rate;
  std::optional<long> count;
  std::optional<double> duration;
  BrokenChoice broken = BrokenChoice::configured;
  bool strict_order = false;
  bool aggregate = false;
  std::string stream, region, endpoint_url;
  std::string spool;
  std::optional<long> spool_mb;
  ProduceOutput output = ProduceOutput::kinesis;
  std::string http;
  bool json = false;
  static const config::Table& table();
};

}  // namespace kinesight::cli
