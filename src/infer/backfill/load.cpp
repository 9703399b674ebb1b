#include "infer/backfill/load.h"

#include <fstream>
#include <sstream>
#include <string>

namespace kinesight::infer {
namespace {

constexpr auto kLookInterval = std::chrono::seconds(2);

std::optional<ProcessorTimes> processor_times() {
  std::ifstream file("/proc/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return parse_processor_times(line);
}

}  // namespace

std::optional<ProcessorTimes> parse_processor_times(std::string_view text) {
  std::istringstream words{std::string(text.substr(0, text.find('\n')))};
  std::string name;
  std::uint64_t user = 0, nice = 0, system = 0, idle = 0;
  if (!(words >> name >> user >> nice >> system >> idle) || name != "cpu") return std::nullopt;
  std::uint64_t iowait = 0, irq = 0, softirq = 0, steal = 0;
  words >> iowait >> irq >> softirq >> steal;  // Old kernels have fewer.
  const auto busy = user + nice + system + irq + softirq + steal;
  return ProcessorTimes{busy, busy + idle + iowait};
}

double SystemLoad::share() {
  std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  if (seen_ && now - seen_at_ < kLookInterval) return share_;
  const auto times = processor_times();
  if (!times) {
    share_ = 0;
  } else if (seen_ && times->total > seen_->total) {
    share_ =
        static_cast<double>(times->busy - seen_->busy) / static_cast<double>(times->total - seen_->total);
  }
  seen_ = times;
  seen_at_ = now;
  return share_;
}

}  // namespace kinesight::infer
