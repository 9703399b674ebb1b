#include "sim/kvs/camera_faults.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace kinesight::sim::kvs {
namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();
constexpr double kSame = LoopTimes::kSame;
// What these faults mean without a value (see fault_kinds()).
constexpr double kGapSeconds = 10;
constexpr double kSkewSeconds = 5;

double number_or(const std::string& text, double otherwise) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? value : otherwise;
}

double end_of(const Fault& fault) { return fault.end.value_or(kForever); }

/// The rendition that the nth change is to: the one it names, else those there are in turn.
int rendition_of(const Fault& fault, std::size_t nth, const std::vector<std::string>& sizes) {
  const auto named = std::ranges::find(sizes, fault.value);
  if (named != sizes.end()) return static_cast<int>(named - sizes.begin());
  return sizes.size() < 2 ? 0 : static_cast<int>(1 + nth % (sizes.size() - 1));
}

}  // namespace

CameraFaults::CameraFaults(const Faults& faults, const std::string& stream, const LoopTimes& times,
                           const std::vector<std::string>& sizes) {
  for (const Fault& fault : faults.history("offline", stream)) miss(fault.begin, end_of(fault), times);
  for (const Fault& fault : faults.history("gap", stream))
    miss(fault.begin, std::min(end_of(fault), fault.begin + number_or(fault.value, kGapSeconds)), times);
  merge();
  const std::vector<Fault> resolutions = faults.history("resolution", stream);
  for (std::size_t nth = 0; nth < resolutions.size(); ++nth)
    changes_.push_back(
        {resolutions[nth].begin, end_of(resolutions[nth]), rendition_of(resolutions[nth], nth, sizes)});
  for (const Fault& fault : faults.history("clock_skew", stream))
    skews_.push_back({fault.begin, end_of(fault), number_or(fault.value, kSkewSeconds)});
}

void CameraFaults::miss(double begin, double end, const LoopTimes& times) {
  if (times.empty() || end <= begin) return;
  const std::int64_t first = times.first_ending_after(begin + kSame);
  const std::int64_t last = end == kForever ? kNever : times.first_from(end - kSame);
  if (first < last) missing_.push_back({first, last});
}

void CameraFaults::merge() {
  std::ranges::sort(missing_, {}, &Missing::begin);
  std::vector<Missing> merged;
  for (const Missing& span : missing_) {
    if (!merged.empty() && span.begin <= merged.back().end)
      merged.back().end = std::max(merged.back().end, span.end);
    else
      merged.push_back(span);
  }
  missing_ = std::move(merged);
}

const CameraFaults::Missing* CameraFaults::around(std::int64_t index) const {
  const auto after = std::ranges::upper_bound(missing_, index, {}, &Missing::begin);
  if (after == missing_.begin()) return nullptr;
  const Missing& span = *std::prev(after);
  return index < span.end ? &span : nullptr;
}

bool CameraFaults::sent(std::int64_t index) const { return around(index) == nullptr; }

std::int64_t CameraFaults::next_sent(std::int64_t index) const {
  const Missing* span = around(index);
  return span == nullptr ? index : span->end;
}

std::int64_t CameraFaults::last_sent(std::int64_t index) const {
  const Missing* span = around(index);
  return span == nullptr ? index : span->begin - 1;
}

std::int64_t CameraFaults::sent_before(std::int64_t index) const {
  std::int64_t lost = 0;
  for (const Missing& span : missing_)
    if (span.begin < index) lost += std::min(index, span.end) - span.begin;
  return index - lost;
}

int CameraFaults::rendition(double time) const {
  int found = 0;
  for (const Change& change : changes_)
    if (change.begin - kSame <= time && time < change.end - kSame) found = change.rendition;
  return found;
}

double CameraFaults::skew(double time) const {
  double found = 0;
  for (const Skew& skew : skews_)
    if (skew.begin <= time && time < skew.end) found = skew.seconds;
  return found;
}

std::vector<CameraFaults::Skew> CameraFaults::skews() const {
  std::vector<double> cuts = {-kForever};
  for (const Skew& skew : skews_) cuts.insert(cuts.end(), {skew.begin, skew.end});
  cuts.push_back(kForever);
  std::ranges::sort(cuts);
  std::vector<Skew> spans;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
    if (cuts[i] < cuts[i + 1]) spans.push_back({cuts[i], cuts[i + 1], skew(cuts[i])});
  return spans;
}

}  // namespace kinesight::sim::kvs
