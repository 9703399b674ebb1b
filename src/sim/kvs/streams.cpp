#include "sim/kvs/streams.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace kinesight::sim::kvs {
namespace {

constexpr std::string_view kAccount = "000000000000";
constexpr std::size_t kMaxStreams = 10'000;  // AWS's for an account, as it is at first.

std::unexpected<Refusal> no_such_stream(const std::string& name_or_arn) {
  return refuse(404, "ResourceNotFoundException",
                fmt::format("The requested stream is not found or not active: {}", name_or_arn));
}

/// Letters and digits that no other stream or state of a stream has: they are counted.
std::string version_text(std::uint64_t number) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::uint64_t mixed = number * 0x9E3779B97F4A7C15ULL;  // Odd, so that different numbers stay different.
  std::string text(20, '0');
  for (char& digit : text) {
    digit = kDigits[mixed % kDigits.size()];
    mixed /= kDigits.size();
  }
  return text;
}

}  // namespace

bool valid_stream_name(std::string_view name) {
  return !name.empty() && name.size() <= 256 && std::ranges::all_of(name, [](unsigned char c) {
    return (c < 0x80 && std::isalnum(c)) || c == '_' || c == '.' || c == '-';
  });
}

std::string Streams::next_version() { return version_text(++versions_); }

void Streams::settle(double now) const {
  std::erase_if(entries_, [&](const auto& entry) {
    return entry.second.stream.status == "DELETING" && entry.second.settled_at <= now;
  });
  for (auto& [name, entry] : entries_) {
    const bool passing = entry.stream.status == "CREATING" || entry.stream.status == "UPDATING";
    if (passing && entry.settled_at <= now) entry.stream.status = "ACTIVE";
  }
}

Streams::Entry* Streams::entry_of(const std::string& name_or_arn) const {
  settle(clock_.wall_seconds());
  const auto found = std::ranges::find_if(entries_, [&](const auto& entry) {
    return entry.first == name_or_arn || entry.second.stream.arn == name_or_arn;
  });
  return found == entries_.end() ? nullptr : &found->second;
}

std::expected<Stream, Refusal> Streams::create(Stream stream, double transition_seconds) {
  std::lock_guard lock(mutex_);
  const double now = clock_.wall_seconds();
  if (entry_of(stream.name) != nullptr) {
    return refuse(400, "ResourceInUseException",
                  fmt::format("The stream {} is in use: there is one of that name already", stream.name));
  }
  stream.created = now;
  if (entries_.size() >= kMaxStreams) {
    return refuse(400, "AccountStreamLimitExceededException",
                  fmt::format("The account has {} streams, as many as it may", kMaxStreams));
  }
  // AWS ends an ARN with the time of creation in milliseconds.
  stream.arn = fmt::format("arn:aws:kinesisvideo:{}:{}:stream/{}/{}", region_, kAccount, stream.name,
                           static_cast<std::int64_t>(now * 1000));
  stream.version = next_version();
  stream.status = stream.timeline ? "ACTIVE" : "CREATING";
  Entry& entry = entries_[stream.name];
  entry = {std::move(stream), now + transition_seconds};
  return entry.stream;
}

std::expected<Stream, Refusal> Streams::find(const std::string& name_or_arn) const {
  std::lock_guard lock(mutex_);
  const Entry* entry = entry_of(name_or_arn);
  if (entry == nullptr) return no_such_stream(name_or_arn);
  return entry->stream;
}

std::vector<Stream> Streams::list() const {
  std::lock_guard lock(mutex_);
  settle(clock_.wall_seconds());
  std::vector<Stream> streams;
  for (const auto& [name, entry] : entries_) streams.push_back(entry.stream);
  return streams;
}

std::expected<void, Refusal> Streams::remove(const std::string& name_or_arn, double transition_seconds) {
  return change(name_or_arn, "DELETING", transition_seconds, [](Stream&) {});
}

std::expected<void, Refusal> Streams::set_retention(const std::string& name_or_arn, int hours,
                                                    double transition_seconds) {
  return change(name_or_arn, "UPDATING", transition_seconds,
                [hours](Stream& stream) { stream.retention_hours = hours; });
}

std::expected<void, Refusal> Streams::set_tags(const std::string& name_or_arn,
                                               std::map<std::string, std::string> tags) {
  std::lock_guard lock(mutex_);
  Entry* entry = entry_of(name_or_arn);
  if (entry == nullptr) return no_such_stream(name_or_arn);
  entry->stream.tags = std::move(tags);
  return {};
}

std::expected<void, Refusal> Streams::change(const std::string& name_or_arn, const char* status,
                                             double transition_seconds,
                                             const std::function<void(Stream&)>& edit) {
  std::lock_guard lock(mutex_);
  Entry* entry = entry_of(name_or_arn);
  if (entry == nullptr) return no_such_stream(name_or_arn);
  Stream& stream = entry->stream;
  if (stream.status != "ACTIVE") {
    return refuse(400, "ResourceInUseException",
                  fmt::format("The stream {} is {}: wait until it is ACTIVE", stream.name, stream.status));
  }
  edit(stream);
  stream.status = status;
  stream.version = next_version();
  entry->settled_at = clock_.wall_seconds() + transition_seconds;
  return {};
}

}  // namespace kinesight::sim::kvs
