#include "publish/s3/s3_delivery.h"

#include <algorithm>
#include <array>

namespace kinesight::publish {
namespace {

/// Codes by which S3, or what speaks its protocol, says that an object will never do.
constexpr std::array<std::string_view, 5> kPoison = {"EntityTooLarge", "InvalidURI", "KeyTooLongError",
                                                     "MetadataTooLarge", "XMinioInvalidObjectName"};

/// Without a status it was our client that refused the request.
bool is_poison(const aws::CallError& failed) {
  return failed.status == 0 || std::ranges::find(kPoison, failed.code) != kPoison.end();
}

BatchResult failed_whole(const aws::CallError& failed) {
  Error whole = failed.error;
  if (whole.kind == ErrorKind::invalid && !is_poison(failed)) whole.kind = ErrorKind::denied;
  if (whole.kind == ErrorKind::corrupt) whole.kind = ErrorKind::unavailable;
  return {.whole = std::move(whole), .uncertain = failed.uncertain};
}

}  // namespace

BatchLimits S3Delivery::limits() const {
  return {.entries = 1, .in_flight = bucket_.options().max_in_flight};
}

BatchResult S3Delivery::deliver(std::span<const Entry* const> batch, std::stop_token stop) {
  BatchResult result;
  for (const Entry* entry : batch) {  // One, as limits() says.
    const auto saved = bucket_.put(entry->name, entry->payload, stop);
    if (!saved) return failed_whole(saved.error());
    result.outcomes.emplace_back();
  }
  return result;
}

Totals S3Delivery::totals(const DeliveryCounts& counts) const {
  return {{"saved", counts.delivered},
          {"failed", counts.dead + counts.dropped},
          {"bytes_uploaded", counts.bytes}};
}

}  // namespace kinesight::publish
