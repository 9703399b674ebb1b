#include "publish/local/retention.h"

namespace kinesight::publish {
namespace {

constexpr std::int64_t kSliceRows = 1000;
constexpr double kDayMs = 86'400'000;

Result<Deleted> delete_by_age(EventLog& log, double days, std::int64_t now_ms) {
  return log.delete_before(now_ms - static_cast<std::int64_t>(days * kDayMs), kSliceRows);
}

Result<Deleted> delete_by_size(EventLog& log, std::int64_t max_bytes) {
  const auto bytes = log.bytes();
  if (!bytes) return std::unexpected(bytes.error());
  if (*bytes <= max_bytes) return Deleted{};
  const auto end = log.time_to_free(*bytes - max_bytes);
  if (!end) return std::unexpected(end.error());
  if (!*end) return Deleted{};
  return log.delete_before(**end, kSliceRows);
}

}  // namespace

Result<RetentionSlice> enforce(EventLog& log, const RetentionPolicy& policy, std::int64_t now_ms) {
  if (policy.days > 0) {
    auto deleted = delete_by_age(log, policy.days, now_ms);
    if (!deleted) return std::unexpected(deleted.error());
    if (!deleted->empty()) return RetentionSlice{std::move(*deleted), "age"};
  }
  if (policy.max_bytes > 0) {
    auto deleted = delete_by_size(log, policy.max_bytes);
    if (!deleted) return std::unexpected(deleted.error());
    if (!deleted->empty()) return RetentionSlice{std::move(*deleted), "size"};
  }
  return RetentionSlice{};
}

}  // namespace kinesight::publish
