#include "clips/broker/rabbitmq/queue_arguments.h"

namespace kinesight::clips::rabbitmq {
namespace {

/// The text between `before` and `after`; nothing when they are not both there.
std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view after) {
  const auto begin = text.find(before);
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin + before.size());
  if (after.empty()) return text;
  const auto end = text.find(after);
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(0, end);
}

/// "the value '10' of type 'signedint'" -> "'10'"; "none" and "'true'" stay.
std::string plain(std::string_view value) {
  if (const auto inner = between(value, "the value ", " of type")) return std::string(*inner);
  return std::string(value);
}

}  // namespace

std::optional<QueueDifference> read_difference(std::string_view reply_text) {
  const auto argument = between(reply_text, "inequivalent arg '", "'");
  const auto asked = between(reply_text, ": received ", " but current is ");
  const auto found = between(reply_text, " but current is ", "");
  if (!argument || !asked || !found) return std::nullopt;
  return QueueDifference{std::string(*argument), plain(*asked), plain(*found)};
}

}  // namespace kinesight::clips::rabbitmq
