// The dead letters of a stream, for those who look at them and decide what is to become of them.
#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "stream/tables/tables.h"

namespace kinesight::stream {

/// Some of the letters.
struct LetterPage {
  std::vector<DeadLetter> letters;  ///< About 1 MiB of them; may be empty without being the last.
  std::optional<std::string> next;  ///< Hand it back for the next page; nothing after the last.
};

/// Where they are. Whoever wrote them: what an item lacks is empty. Nothing is waited for beyond the usual
/// tries of a call; errors also throttled, unavailable, denied, not_found (no such table), cancelled.
class DeadLetterTable {
 public:
  virtual ~DeadLetterTable() = default;

  /// The letters behind `from`, in an order of the table's own; from the first one without it.
  virtual Result<LetterPage> page(const std::optional<std::string>& from, std::stop_token stop) = 0;
  /// The letter of this id; nothing when there is none.
  virtual Result<std::optional<DeadLetter>> find(const std::string& id, std::stop_token stop) = 0;
  /// Deletes letters for good; those that are not there are gone already. After an error some may be.
  virtual Result<> drop(std::span<const std::string> ids, std::stop_token stop) = 0;
};

}  // namespace kinesight::stream
