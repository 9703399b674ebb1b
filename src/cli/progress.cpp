#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace kinesight::cli {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr int kWidth = 30;

}  // namespace

ProgressBar::ProgressBar(std::string title)
    : title_(std::move(title)), terminal_(isatty(STDERR_FILENO)), begin_(Clock::system().steady()) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::clear() {
  if (!terminal_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  drawn_ = {};
}

void ProgressBar::show(std::int64_t done, std::int64_t count) {
  const auto now = Clock::system().steady();
  if (!terminal_ || done == 0 || count == 0 || now - drawn_ < kRedraw) return;
  drawn_ = now;
  const double share = static_cast<double>(done) / static_cast<double>(count);
  const double left = to_seconds(now - begin_) * (1 - share) / share;
  fmt::print(stderr, "\r\033[K{}  [{:<{}}] {:3.0f} %  {:.0f} s left", title_,
             std::string(static_cast<std::size_t>(share * kWidth), '#'), kWidth, share * 100, left);
  std::fflush(stderr);
}

}  // namespace kinesight::cli
