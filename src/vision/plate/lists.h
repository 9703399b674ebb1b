// Lists of plates, and which of them a reading may be.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vision/plate/normalise.h"

namespace kinesight::vision::plate {

/// The entry that a text is nearest to.
struct Listed {
  std::string entry;  ///< As it was written.
  int distance = 0;   ///< In halves of an edit (alignment.h).
};

/// A list of plates. A list of 100,000 is asked about as quickly as one of a few: each entry is cut into one
/// piece more than it may have edits, so that one piece at least must be in the text as it is (look-alikes
/// apart), and the entries are found by their pieces. S. Wu and U. Manber, "Fast text searching: allowing
/// errors", CACM 35 (1992), section on partitioning.
class PlateList {
 public:
  /// `entries` are normalised as readings are; empty ones are left out.
  PlateList(std::span<const std::string> entries, std::span<const Replacement> replacements,
            int max_edit_distance);

  /// The entry nearest to `text` (letters and digits, upper case), at most max_edit_distance (and 8 edits)
  /// away; of equals the first. `compared` is set to how many entries were looked at closely.
  std::optional<Listed> nearest(std::string_view text, std::size_t* compared = nullptr) const;

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string text;  ///< Normalised.
    std::string written;
  };
  /// A piece of an entry: its hash, the entry, and which characters that has: an edit changes two of them at
  /// most, which tells most entries apart at a glance.
  struct Piece {
    std::uint32_t hash;
    std::uint32_t entry;
    std::uint64_t looks;
    auto operator<=>(const Piece&) const = default;
  };

  std::vector<std::uint32_t> alike(std::string_view text) const;

  std::size_t edits_;
  std::vector<Entry> entries_;
  std::vector<Piece> pieces_;         ///< Sorted.
  std::vector<std::uint32_t> short_;  ///< Entries with too few characters to be cut.
};

}  // namespace kinesight::vision::plate
