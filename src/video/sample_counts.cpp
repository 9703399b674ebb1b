#include "video/sample_counts.h"

#include <array>
#include <cstdint>

#include "video/boxes.h"

namespace kinesight::video {
namespace {

/// A box with a table, and where its number of entries stands, seen from its type.
struct TableBox {
  std::string_view type;
  std::size_t count;
};

constexpr std::size_t kTypeBytes = 4;
constexpr std::array kTables = {TableBox{"trun", 8},  TableBox{"stts", 8}, TableBox{"ctts", 8},
                                TableBox{"stsc", 8},  TableBox{"stco", 8}, TableBox{"co64", 8},
                                TableBox{"stss", 8},  TableBox{"elst", 8}, TableBox{"sbgp", 12},
                                TableBox{"stsz", 12}, TableBox{"stz2", 12}};

/// Looks for the boxes' types anywhere, because demuxers find them in odd places too.
std::uint64_t claimed(std::string_view bytes) {
  std::uint64_t sum = 0;
  for (const TableBox& table : kTables) {
    for (auto at = bytes.find(table.type); at != std::string_view::npos;
         at = bytes.find(table.type, at + kTypeBytes)) {
      if (at + table.count + 4 <= bytes.size()) sum += boxes::read_u32(bytes, at + table.count);
    }
  }
  return sum;
}

}  // namespace

Result<> check_claimed_samples(std::string_view bytes, std::size_t max) {
  std::uint64_t sum = 0;
  std::size_t end = 0;
  for (const boxes::Box& box : boxes::list(bytes, 0, bytes.size())) {
    if (box.type != "mdat") sum += claimed(bytes.substr(box.at, box.end - box.at));
    end = box.end;
  }
  const std::string_view cut_off = bytes.substr(end);
  if (cut_off.find("mdat") != kTypeBytes) sum += claimed(cut_off);
  if (sum <= max) return {};
  return fail(ErrorKind::corrupt, "expected at most {} samples, found a claim of {}", max, sum);
}

}  // namespace kinesight::video
