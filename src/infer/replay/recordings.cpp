#include "infer/replay/recordings.h"

#include <numeric>
#include <utility>

namespace kinesight::infer {
namespace {

/// Where a video is longer than its file says, the next one begins so much after its last frame, in seconds.
constexpr double kStep = 0.001;

void add(video::SourceCounters& sum, const video::SourceCounters& more) {
  sum.packets += more.packets;
  sum.decoded += more.decoded;
  sum.skipped += more.skipped;
  sum.gated += more.gated;
  sum.corrupt += more.corrupt;
}

}  // namespace

/// Wall time stands still: what a source dates by it depends on the video alone.
class Recordings::StillClock final : public Clock {
 public:
  explicit StillClock(Clock& clock) : clock_(clock), now_(clock.wall_seconds()) {}
  double wall_seconds() const override { return now_; }
  Steady steady() const override { return clock_.steady(); }
  bool wait_until(Steady deadline, std::stop_token stop) override {
    return clock_.wait_until(deadline, std::move(stop));
  }

 private:
  Clock& clock_;
  const double now_;
};

Recordings::Recordings(std::vector<std::filesystem::path> files, MakeRecording make,
                       std::optional<double> begin, Clock& clock)
    : files_(std::move(files)),
      make_(std::move(make)),
      begin_(begin),
      clock_(std::make_unique<StillClock>(clock)) {}

Recordings::~Recordings() = default;

Result<> Recordings::open(std::stop_token stop) {
  for (const auto& file : files_) {
    auto source = make_(file, *clock_);
    if (!source) return std::unexpected(source.error());
    if (auto opened = (*source)->open(stop); !opened) return opened;
    const auto first = (*source)->read(stop);
    if (!first) return std::unexpected(first.error());
    lengths_.push_back(*first ? clock_->wall_seconds() - (*first)->capture_time : 0);
  }
  length_ = std::accumulate(lengths_.begin(), lengths_.end(), 0.0);
  begins_ = begin_.value_or(clock_->wall_seconds() - length_);
  return {};
}

Result<> Recordings::next_source(std::stop_token stop) {
  auto source = make_(files_[at_], *clock_);
  if (!source) return std::unexpected(source.error());
  source_ = std::move(*source);
  // The source has it end now; ours ends when the videos up to it are over.
  const double over =
      std::accumulate(lengths_.begin(), lengths_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, 0.0);
  shift_ = begins_ + over - clock_->wall_seconds();
  return source_->open(stop);
}

Result<std::optional<Frame>> Recordings::read(std::stop_token stop) {
  for (;;) {
    if (at_ >= files_.size()) return std::nullopt;
    if (!source_) {
      if (auto next = next_source(stop); !next) return std::unexpected(next.error());
    }
    auto frame = source_->read(stop);
    if (!frame) return frame;
    if (*frame) {
      const double time = (*frame)->capture_time + shift_;
      if (last_ && time <= *last_) shift_ += *last_ + kStep - time;
      (*frame)->capture_time = (*frame)->due_time = (*frame)->capture_time + shift_;
      last_ = (*frame)->capture_time;
      return frame;
    }
    add(before_, source_->counters());
    source_.reset();
    if (at_ + 1 == files_.size()) return std::nullopt;
    ++at_;
  }
}

video::SourceCounters Recordings::counters() const {
  auto sum = before_;
  if (source_) add(sum, source_->counters());
  return sum;
}

}  // namespace kinesight::infer
