#include "stream/multilang/conversation.h"

#include <cerrno>
#include <cstring>

#include "base/backoff.h"

namespace kinesight::stream::multilang {
namespace {

constexpr auto kForever = Clock::Steady::max();
/// The KCL's word for a lease that is another's.
constexpr std::string_view kLost = "ShutdownException";
/// A shard's end has to be taken: without it nobody reads the children.
constexpr BackoffPolicy kEndPauses{.initial_seconds = 0.5, .max_seconds = 10};
constexpr int kEndTries = 8;

std::unexpected<Error> not_its_turn(std::string_view action, std::string_view expected) {
  return fail(ErrorKind::corrupt, "expected {} of the KCL's MultiLangDaemon, found '{}'", expected, action);
}

}  // namespace

Result<> Conversation::run(ShardProcessor& processor,
                           const std::function<void(const std::string& shard)>& on_shard,
                           std::stop_token stop) {
  for (;;) {
    const auto message = next(stop, kForever);
    if (!message) return std::unexpected(message.error());
    if (!*message) {
      if (begun_) telemetry_.log.warning("The daemon is gone; whoever takes the shard goes on");
      return {};
    }
    const bool had = begun_;
    if (auto done = answer(**message, processor, stop); !done) return done;
    if (const auto* begin = std::get_if<Initialize>(&**message)) on_shard(begin->shard);
    if (had && !begun_) on_shard({});
    if (auto told = write(status_line(action_of(**message))); !told) return told;
  }
}

Result<> Conversation::answer(const Message& message, ShardProcessor& processor, std::stop_token stop) {
  const auto action = action_of(message);
  if (const auto* begin = std::get_if<Initialize>(&message)) {
    if (begun_) return not_its_turn(action, "records of the shard that was begun");
    if (auto done = processor.begin(*begin, stop); !done) return done;
    begun_ = true;
    return {};
  }
  if (std::holds_alternative<CheckpointDone>(message))
    return not_its_turn(action, "a message that asks for something");
  if (std::holds_alternative<ShutdownRequested>(message)) return {};  // What is done is durable already.
  if (std::holds_alternative<LeaseLost>(message)) {
    if (begun_) telemetry_.log.info("The shard is another process's now");
    begun_ = false;
    return {};
  }
  if (!begun_) return not_its_turn(action, "'initialize' first");
  if (const auto* records = std::get_if<ProcessRecords>(&message)) return processor.take(*records, stop);
  begun_ = false;
  return processor.end(stop);
}

Result<> Conversation::checkpoint(const std::optional<Position>& at, std::stop_token stop) {
  Backoff pauses(kEndPauses, Rng::from_entropy());
  while (!lost_) {
    const auto refused = ask(at, stop);
    if (!refused) return std::unexpected(refused.error());
    if (refused->empty()) return {};
    lost_ = *refused == kLost;
    telemetry_.log.warning(
        fmt::format("The KCL did not take the checkpoint {}: {}", at ? to_text(*at) : "SHARD_END", *refused));
    if (lost_ || at) return {};  // A later one stands for it.
    if (pauses.tries() >= kEndTries)
      return fail(ErrorKind::unavailable, "expected the KCL to take the shard's end, found {} each time",
                  *refused);
    if (!clock_.wait_for(pauses.next(), stop))
      return fail(ErrorKind::cancelled, "stopped at the shard's end");
  }
  return {};
}

/// The error of the answer; empty: it is taken.
Result<std::string> Conversation::ask(const std::optional<Position>& at, const std::stop_token& stop) {
  if (auto told = write(checkpoint_line(at)); !told) return std::unexpected(told.error());
  const auto message = next(stop, clock_.steady() + kCheckpointPatience);
  if (!message) return std::unexpected(message.error());
  if (!*message)
    return fail(ErrorKind::unavailable, "expected the answer to a checkpoint, found the daemon gone");
  if (const auto* done = std::get_if<CheckpointDone>(&**message)) return done->error;
  return not_its_turn(action_of(**message), "the answer to a checkpoint");
}

/// Nothing: the daemon has closed its end.
Result<std::optional<Message>> Conversation::next(const std::stop_token& stop, Clock::Steady until) {
  for (;;) {
    const auto line = lines_.next(stop, until);
    if (!line) return wrap(line.error(), "standard input");
    if (!*line) return std::nullopt;
    if (line->value().empty()) continue;
    auto message = parse_message(**line);
    if (!message) return std::unexpected(message.error());
    return std::move(*message);
  }
}

Result<> Conversation::write(const std::string& line) {
  if (std::fwrite(line.data(), 1, line.size(), out_) == line.size() && std::fflush(out_) == 0) return {};
  return fail(ErrorKind::unavailable, "standard output: expected the daemon to read it: {}",
              std::strerror(errno));
}

}  // namespace kinesight::stream::multilang
