// The whole of `kinesight consume --multilang`: a shard's records from the KCL's MultiLangDaemon, from the
// first message to the last.
#pragma once

#include <cstdio>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "config/environment.h"
#include "stream/sources/line_reader.h"
#include "stream/stream_file.h"
#include "telemetry/telemetry.h"

namespace kinesight::stream::multilang {

/// How the process runs, beyond its configuration file.
struct Settings {
  std::string metrics_directory;    ///< Where MetricsFile writes; empty: nowhere.
  config::Environment environment;  ///< Where AWS settings and credentials are looked for.
};

/// Does what the daemon says on `in`, answering on `out`, until the daemon ends. Errors: settings of AWS,
/// options that a takeover could not keep to, and those of Conversation::run().
Result<> run(const StreamFile& file, const Settings& settings, InputDescriptor in, std::FILE* out,
             telemetry::Telemetry telemetry, Clock& clock, std::stop_token stop);

}  // namespace kinesight::stream::multilang
