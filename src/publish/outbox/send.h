// One batch into the sink: in one request, or in as many as it takes to find what spoils it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "publish/outbox/delivery.h"

namespace kinesight::publish::outbox {

/// What became of a batch.
struct Sent {
  std::vector<Outcome> outcomes{};  ///< One for each entry, in its order.
  std::optional<Error> away{};      ///< The sink took nothing of what is `again`: why.
  Clock::Duration leave_alone{};    ///< With `away`: for so long at least nothing more is sent.
  std::uint64_t requests = 0;
  std::uint64_t resent = 0;  ///< Entries that were in more than one of the requests, once for each more.
};

/// Sends `batch`. A request that is invalid as a whole is sent again in halves, until the entries that make
/// it so stand alone: these are refused. Whatever else fails a whole request ends it.
Sent send(Delivery& delivery, std::span<const Entry* const> batch, const std::stop_token& stop);

}  // namespace kinesight::publish::outbox
