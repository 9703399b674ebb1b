#include "clips/dead_letters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <vector>

#include "aws/digest.h"
#include "clips/task_handler.h"

namespace kinesight::clips {
namespace {

constexpr std::string_view kOurHeaders = "x-kinesight-";
constexpr std::size_t kIdDigits = 12;
constexpr int kDepth = 2;  ///< Of the body's JSON: nobody asks for what lies deeper.

std::string header(const Message& message, std::string_view name) {
  const auto found = message.headers.find(std::string(name));
  return found == message.headers.end() ? "" : found->second;
}

int number(const std::string& text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// The same each time it is listed, and another for another letter; who sent the message may have named it.
std::string id_of(const Message& message) {
  if (!message.message_id.empty()) return message.message_id;
  std::string text = message.body + '\n' + std::to_string(message.cut_bytes);
  text += '\n' + header(message, kFailedAtHeader) + '\n' + header(message, kErrorHeader);
  return aws::hex(aws::sha256(text)).substr(0, kIdDigits);
}

/// The body's upper levels; no object when it is something else.
nlohmann::json upper_levels(const std::string& body) {
  const auto shallow = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    return depth < kDepth;
  };
  const bool throws = false;
  return nlohmann::json::parse(body, shallow, throws);
}

}  // namespace

DeadLetter read_dead_letter(const Message& message) {
  DeadLetter letter{.id = id_of(message),
                    .camera_id = {},
                    .process_id = {},
                    .reason = header(message, kReasonHeader),
                    .step = header(message, kStepHeader),
                    .error = header(message, kErrorHeader),
                    .failed_at = header(message, kFailedAtHeader),
                    .deliveries = number(header(message, kDeliveriesHeader)),
                    .bytes = message.body.size() + message.cut_bytes,
                    .payload = message.body};
  const auto task = upper_levels(message.body);
  if (!task.is_object()) return letter;
  if (const auto camera = task.find("camera_id"); camera != task.end() && camera->is_string())
    letter.camera_id = camera->get<std::string>();
  if (const auto process = task.find("process_id"); process != task.end() && process->is_number())
    letter.process_id = process->dump();
  return letter;
}

/// Looks at `most` messages, at most.
Result<> DeadLetterQueue::walk(std::size_t most, const std::function<Result<Fate>(const Message&)>& look,
                               std::stop_token stop) {
  std::vector<Delivery> held;
  Result<> walked;
  std::uint64_t connection = 0;
  for (std::size_t i = 0; i < std::min(most, options_.ready); ++i) {
    auto next = consumer_.next(options_.patience, stop);
    if (!next) walked = std::unexpected(next.error());
    if (!next || !*next) break;  // Somebody took the rest.
    Delivery delivery = std::move(**next);
    // By another connection come those again that we hold.
    if (connection != 0 && delivery.connection != connection) {
      walked = fail(ErrorKind::unavailable, "the connection to RabbitMQ was lost on the way; run it again");
      break;
    }
    connection = delivery.connection;
    const auto fate = look(delivery.message);
    delivery.message = {};  // Only its tag is needed from here on.
    if (fate && *fate == Fate::removed) {
      if (consumer_.acknowledge(delivery)) continue;
      walked = fail(ErrorKind::unavailable,
                    "the connection to RabbitMQ was lost: the last letter is still there; run it again");
      break;
    }
    held.push_back(std::move(delivery));
    if (!fate) walked = std::unexpected(fate.error());
    if (!fate) break;
  }
  // In their order: a classic queue puts each to its old place, a quorum queue to its end.
  for (const auto& delivery : held) consumer_.give_back(delivery);
  return walked;
}

Result<std::size_t> DeadLetterQueue::list(std::size_t limit,
                                          const std::function<Result<>(const DeadLetter&)>& show,
                                          std::stop_token stop) {
  std::size_t shown = 0;
  const auto walked = walk(
      limit,
      [&](const Message& message) -> Result<Fate> {
        if (auto done = show(read_dead_letter(message)); !done) return std::unexpected(done.error());
        ++shown;
        return Fate::held;
      },
      std::move(stop));
  if (!walked) return std::unexpected(walked.error());
  return shown;
}

/// Calls `first` with each of the letters, and removes it when that succeeds.
Result<std::size_t> DeadLetterQueue::remove(const DeadLetterIds& ids,
                                            const std::function<Result<>(const Message&)>& first,
                                            std::stop_token stop) {
  std::size_t removed = 0;
  const auto walked = walk(
      ids.empty() ? options_.ready : kMostHeld,
      [&](const Message& message) -> Result<Fate> {
        if (!ids.empty() && !ids.contains(id_of(message))) return Fate::held;
        if (auto done = first(message); !done) return std::unexpected(done.error());
        ++removed;
        return Fate::removed;
      },
      std::move(stop));
  if (walked) return removed;
  if (removed == 0) return std::unexpected(walked.error());
  return wrap(walked.error(), fmt::format("after {} dead letter{}", removed, removed == 1 ? "" : "s"));
}

Result<std::size_t> DeadLetterQueue::retry(const DeadLetterIds& ids, Publisher& publisher,
                                           const std::string& tasks, Clock::Duration confirm,
                                           std::stop_token stop) {
  const auto send = [&](const Message& message) -> Result<> {
    if (message.cut_bytes > 0) {
      return fail(
          ErrorKind::invalid,
          "the dead letter {} has {} bytes, more than a task may have, and cannot be sent again whole; "
          "drop it",
          id_of(message), message.body.size() + message.cut_bytes);
    }
    Message again = message;
    std::erase_if(again.headers, [](const auto& one) { return one.first.starts_with(kOurHeaders); });
    return publisher.publish(tasks, again, confirm, stop);
  };
  return remove(ids, send, stop);
}

Result<std::size_t> DeadLetterQueue::drop(const DeadLetterIds& ids, std::stop_token stop) {
  return remove(ids, [](const Message&) { return Result<>(); }, std::move(stop));
}

}  // namespace kinesight::clips
