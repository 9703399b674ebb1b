#include "stream/consumer/batch.h"

#include <numeric>
#include <utility>

namespace kinesight::stream {

std::string_view to_string(RecordFate fate) {
  switch (fate) {
    case RecordFate::counted:
      return "counted";
    case RecordFate::late:
      return "late";
    case RecordFate::duplicate:
      return "duplicate";
    case RecordFate::dead:
      return "dead";
  }
  std::unreachable();
}

std::uint64_t RecordCounts::all() const { return std::accumulate(of.begin(), of.end(), std::uint64_t{0}); }

RecordCounts& RecordCounts::operator+=(const RecordCounts& other) {
  for (std::size_t i = 0; i < of.size(); ++i) of[i] += other.of[i];
  return *this;
}

}  // namespace kinesight::stream
