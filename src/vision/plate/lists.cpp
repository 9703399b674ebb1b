#include "vision/plate/lists.h"

#include <algorithm>
#include <bit>

#include "vision/plate/alignment.h"
#include "vision/plate/lookalike.h"

namespace kinesight::vision::plate {

namespace {

/// More is another plate.
constexpr int kMostEdits = 8;

/// Of a text: from where to where.
struct Cut {
  std::size_t begin = 0, length = 0;
};

/// Piece `which` of `pieces` of a text of `length` characters.
Cut cut(std::size_t length, std::size_t pieces, std::size_t which) {
  const std::size_t begin = length * which / pieces;
  return {begin, length * (which + 1) / pieces - begin};
}

/// FNV-1a over where the piece is from and what it looks like. Entries of equal hash are compared in any
/// case.
std::uint32_t hash(std::size_t length, std::size_t which, std::string_view piece) {
  std::uint64_t value = 14695981039346656037ULL;
  const auto add = [&](std::uint64_t byte) { value = (value ^ byte) * 1099511628211ULL; };
  add(length);
  add(which);
  for (const char c : piece) add(static_cast<unsigned char>(look_of(c)));
  return static_cast<std::uint32_t>(value ^ (value >> 32));
}

/// The looks that are in `text`, a bit each.
std::uint64_t looks_of(std::string_view text) {
  std::uint64_t looks = 0;
  for (const char c : text) looks |= std::uint64_t{1} << ((look_of(c) - '0') & 63);
  return looks;
}

}  // namespace

PlateList::PlateList(std::span<const std::string> entries, std::span<const Replacement> replacements,
                     int max_edit_distance)
    : edits_(static_cast<std::size_t>(std::clamp(max_edit_distance, 0, kMostEdits))) {
  for (const auto& written : entries) {
    std::string text = normalise(written, replacements);
    if (text.empty()) continue;
    const auto index = static_cast<std::uint32_t>(entries_.size());
    const std::size_t pieces = edits_ + 1;
    if (text.size() < pieces) short_.push_back(index);
    for (std::size_t which = 0; which < pieces && text.size() >= pieces; ++which) {
      const auto [begin, length] = cut(text.size(), pieces, which);
      pieces_.push_back(
          {hash(text.size(), which, std::string_view(text).substr(begin, length)), index, looks_of(text)});
    }
    entries_.push_back({std::move(text), written});
  }
  std::ranges::sort(pieces_);
}

/// The entries with a piece that is in `text`, at most as many characters off as there may be edits.
std::vector<std::uint32_t> PlateList::alike(std::string_view text) const {
  std::vector<std::uint32_t> found = short_;
  const auto looks = looks_of(text);
  const std::size_t pieces = edits_ + 1;
  const std::size_t shortest = std::max(pieces, text.size() > edits_ ? text.size() - edits_ : 0);
  for (std::size_t length = shortest; length <= text.size() + edits_; ++length) {
    for (std::size_t which = 0; which < pieces; ++which) {
      const auto [begin, size] = cut(length, pieces, which);
      const std::size_t first = begin > edits_ ? begin - edits_ : 0;
      for (std::size_t at = first; at <= begin + edits_ && at + size <= text.size(); ++at) {
        const auto same =
            std::ranges::equal_range(pieces_, hash(length, which, text.substr(at, size)), {}, &Piece::hash);
        for (const auto& piece : same) {
          if (std::popcount(piece.looks ^ looks) <= 2 * static_cast<int>(edits_))
            found.push_back(piece.entry);
        }
      }
    }
  }
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

std::optional<Listed> PlateList::nearest(std::string_view text, std::size_t* compared) const {
  const auto candidates = alike(text);
  if (compared) *compared = candidates.size();
  int limit = static_cast<int>(edits_) * kOneEdit;
  const Entry* best = nullptr;
  for (const auto index : candidates) {
    const int apart = distance(entries_[index].text, text, limit);
    if (apart > limit) continue;
    best = &entries_[index];
    limit = apart - 1;  // Another must be nearer.
  }
  if (!best) return std::nullopt;
  return Listed{best->written, limit + 1};
}

}  // namespace kinesight::vision::plate
