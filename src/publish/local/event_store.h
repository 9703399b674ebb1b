// The reading side of the local store: what `kinesight events` and the HTTP API ask.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "event/query.h"
#include "publish/archive.h"

namespace kinesight::publish {

/// Reads a local store's folder, whether or not a service writes it at the moment. Each call sees what was
/// committed when it began. Safe for any number of threads.
class EventStore final : public Archive {
 public:
  explicit EventStore(std::filesystem::path directory) : directory_(std::move(directory)) {}

  Result<std::vector<event::Envelope>> events(const event::Query& query) const override;
  Result<std::vector<std::uint8_t>> snapshot(const std::string& key) const override;

  /// Hands out the envelopes that `query` asks for as JSON, one by one, as event::to_json() wrote them, until
  /// `take` returns false. Errors: those of events().
  Result<> each(const event::Query& query, const std::function<bool(std::string_view json)>& take) const;

 private:
  std::filesystem::path directory_;
};

}  // namespace kinesight::publish
