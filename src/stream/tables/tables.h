// The tables that a consumer writes: the newest measurements of each key (the speed layer), the windows'
// results, and the dead letters. Where they are (DynamoDB, or SQLite on this machine) is behind it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "stream/windows/windows.h"

namespace kinesight::stream {

/// A measurement as the table of the newest has it. Of two with the same key and timestamp the later one
/// stays.
struct Measurement {
  std::string key;
  std::int64_t timestamp = 0;  ///< Epoch seconds.
  std::int64_t expires = 0;    ///< Epoch seconds: `ttl`. 0: never.
  nlohmann::json fields{};     ///< Those of the mapping, in DynamoDB's form: {"pm25_value": {"N": "12.5"}}.
};

/// A record that could not be processed. One of the same id replaces it: a record that is read again is no
/// second letter.
struct DeadLetter {
  std::string error_id;
  std::int64_t error_timestamp = 0;  ///< Epoch seconds.
  std::string error_message{};
  std::string record_data{};  ///< As it came, when it is UTF-8; else, behind "base64:", in base64.
};

/// What tables hold, beyond measurements.
struct TableColumns {
  std::string key;                    ///< What the key attribute is called: RecordOptions::key.
  std::vector<Aggregate> aggregates;  ///< Of the windows.
};

/// The tables. Writes are over when they are durable, and may be repeated: what is there is replaced, and of
/// two with the same key in one call the last one stays. Throttling and outages are waited out. Errors:
/// cancelled, and what no other try will mend (invalid, denied, not_found, corrupt). Safe for any number of
/// threads.
class Tables {
 public:
  virtual ~Tables() = default;

  virtual Result<> put_measurements(std::span<const Measurement> measurements, std::stop_token stop) = 0;
  virtual Result<> put_windows(std::span<const WindowResult> results, std::stop_token stop) = 0;
  /// What is too long for DynamoDB is cut, and the message says so.
  virtual Result<> put_dead_letters(std::span<const DeadLetter> letters, std::stop_token stop) = 0;
  /// The newest measurements of a key that have not expired at `now` (epoch seconds), newest first. Not
  /// waited for: errors also throttled, unavailable.
  virtual Result<std::vector<Measurement>> latest(const std::string& key, int limit, std::int64_t now,
                                                  std::stop_token stop) = 0;
};

}  // namespace kinesight::stream
