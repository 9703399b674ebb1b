// What the KCL's MultiLangDaemon says to the process that it starts for a shard, and what it is answered: one
// JSON object a line (software.amazon.kinesis.multilang.messages of amazon-kinesis-client-multilang 3.1).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "stream/shards/deaggregate.h"
#include "stream/shards/position.h"

namespace kinesight::stream::multilang {

/// The longest line: some 40 MiB of records, which the daemon has taken apart and tells of one by one. Its
/// property `maxRecords` keeps lines short.
inline constexpr std::size_t kMaxLineBytes = 64 * 1024 * 1024;

/// The first message: which shard, and behind which record the daemon goes on.
struct Initialize {
  std::string shard;
  Position from;
};

/// Records, in the shard's order; none where the daemon is configured to say also that there are none.
struct ProcessRecords {
  std::vector<ShardRecord> records{};  ///< Their views last as long as `storage`.
  std::int64_t millis_behind = 0;      ///< How far the end of this is from the shard's tip.
  std::shared_ptr<const void> storage{};
};

/// The shard is closed and was told of to its end: its end is to be checkpointed.
struct ShardEnded {};

/// Another process has the shard now: nothing may be checkpointed.
struct LeaseLost {};

/// The daemon is about to end.
struct ShutdownRequested {};

/// What became of a checkpoint that was asked for.
struct CheckpointDone {
  std::string error;  ///< A Java class: "ThrottlingException"; empty when it is done.
};

/// Whatever a line says.
using Message =
    std::variant<Initialize, ProcessRecords, ShardEnded, LeaseLost, ShutdownRequested, CheckpointDone>;

/// "initialize", "processRecords", …: as the daemon calls it.
std::string_view action_of(const Message& message);

/// Reads a line, without its "\n". Members that are not known are passed over. Error: corrupt, with what was
/// expected and what was found.
Result<Message> parse_message(std::string_view line);

/// "Done", the answer to every message but CheckpointDone; with its "\n", as the next.
std::string status_line(std::string_view action);
/// Asks for a checkpoint behind that record; of the shard's end without one.
std::string checkpoint_line(const std::optional<Position>& at);

}  // namespace kinesight::stream::multilang
