// The conversation with the KCL's MultiLangDaemon over standard input and output: a message, what is to be
// done about it, its status.
#pragma once

#include <cstdio>
#include <functional>
#include <stop_token>

#include "base/clock.h"
#include "stream/multilang/messages.h"
#include "stream/multilang/shard_processor.h"
#include "stream/sources/line_reader.h"
#include "telemetry/telemetry.h"

namespace kinesight::stream::multilang {

/// The daemon, as this process has it at its other end. For one thread.
class Conversation final : public Checkpoints {
 public:
  /// The daemon asks DynamoDB before it says that a checkpoint is taken.
  static constexpr auto kCheckpointPatience = std::chrono::seconds(60);

  /// `out`, which stays open, and `clock` outlive it.
  Conversation(InputDescriptor in, std::FILE* out, Clock& clock, telemetry::Telemetry telemetry)
      : lines_(std::move(in), kMaxLineBytes), out_(out), clock_(clock), telemetry_(telemetry) {}

  /// Has `processor` do what the daemon says, until it says no more: standard input is silent for as long as
  /// there is nothing, and ends with the daemon. `on_shard` is told which shard it is once that is taken,
  /// and, with an empty name, once it is somebody else's, or closed. Errors: those of the processor;
  /// corrupt (what came is no message, or not its turn), unavailable (no answer in time, or nobody reads),
  /// cancelled.
  Result<> run(ShardProcessor& processor, const std::function<void(const std::string& shard)>& on_shard,
               std::stop_token stop);

  Result<> checkpoint(const std::optional<Position>& at, std::stop_token stop) override;

 private:
  Result<std::optional<Message>> next(const std::stop_token& stop, Clock::Steady until);
  Result<> write(const std::string& line);
  Result<> answer(const Message& message, ShardProcessor& processor, std::stop_token stop);
  Result<std::string> ask(const std::optional<Position>& at, const std::stop_token& stop);

  LineReader lines_;
  std::FILE* const out_;
  Clock& clock_;
  const telemetry::Telemetry telemetry_;
  bool begun_ = false;  ///< The shard is taken, and not lost or closed.
  bool lost_ = false;   ///< The KCL says that the shard is another's.
};

}  // namespace kinesight::stream::multilang
