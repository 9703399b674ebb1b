#include "clips/clip_plan.h"

#include <algorithm>
#include <ranges>
#include <string>

#include "event/moment.h"

namespace kinesight::clips {
namespace {

/// Times of fragments are told to the millisecond, and their lengths too: less than this is no gap.
constexpr double kGapSeconds = 0.1;

using Fragments = std::vector<aws::ListedFragment>;

std::string moment(double seconds) { return event::format_moment(static_cast<std::int64_t>(seconds * 1000)); }

/// In order of time, each once, each with its length.
Fragments in_order(std::span<const aws::ListedFragment> listed, double usual_seconds) {
  Fragments fragments(listed.begin(), listed.end());
  std::ranges::sort(fragments, {}, [](const auto& one) { return std::pair(one.producer_time, one.number); });
  const auto twice = std::ranges::unique(fragments, {}, &aws::ListedFragment::number);
  fragments.erase(twice.begin(), twice.end());
  for (std::size_t i = 0; i < fragments.size(); ++i) {
    auto& one = fragments[i];
    if (one.duration > 0) continue;
    if (i + 1 < fragments.size()) {
      one.duration = fragments[i + 1].producer_time - one.producer_time;
    } else {
      one.duration = i > 0 ? fragments[i - 1].duration : usual_seconds;
    }
  }
  return fragments;
}

double end_of(const aws::ListedFragment& fragment) { return fragment.producer_time + fragment.duration; }

/// [first, last) of those that show the asked time.
std::pair<std::size_t, std::size_t> showing(const Fragments& fragments, Span asked) {
  const auto starts = fragments | std::views::transform(&aws::ListedFragment::producer_time);
  auto first = static_cast<std::size_t>(std::ranges::upper_bound(starts, asked.begin) - starts.begin());
  const auto last = static_cast<std::size_t>(std::ranges::lower_bound(starts, asked.end) - starts.begin());
  // The one that runs when the asked time begins; after a pause none does.
  if (first > 0 && end_of(fragments[first - 1]) > asked.begin) --first;
  return {first, last};
}

std::vector<Span> gaps_of(std::span<const aws::ListedFragment> chosen, Span asked) {
  std::vector<Span> gaps;
  double covered = asked.begin;
  const auto until = [&](double begin) {
    if (begin - covered > kGapSeconds) gaps.push_back({covered, begin});
  };
  for (const auto& one : chosen) {
    until(one.producer_time);
    covered = std::max(covered, end_of(one));
  }
  until(asked.end);
  return gaps;
}

/// Midway between the starts of `at - 1` and `at`; where there is no neighbour, as far out as half of one.
double border(const Fragments& fragments, std::size_t at) {
  if (at == 0) return fragments[0].producer_time - fragments[0].duration / 2;
  const auto& before = fragments[at - 1];
  const double next = at < fragments.size() ? fragments[at].producer_time : end_of(before);
  return (before.producer_time + next) / 2;
}

/// [first, last) as one request.
ClipRequest request_of(const Fragments& fragments, std::size_t first, std::size_t last) {
  ClipRequest request{.range = {border(fragments, first), border(fragments, last)},
                      .begin = fragments[first].producer_time};
  for (const auto& one : std::span(fragments).subspan(first, last - first)) {
    request.duration += one.duration;
    request.longest = std::max(request.longest, one.duration);
    request.bytes += one.bytes;
    ++request.fragments;
  }
  return request;
}

}  // namespace

Result<ClipPlan> plan_clip(std::span<const aws::ListedFragment> listed, Span asked, const ClipLimits& limits,
                           double usual_seconds) {
  const Fragments fragments = in_order(listed, usual_seconds);
  const auto [first, last] = showing(fragments, asked);
  if (first >= last) {
    return fail(ErrorKind::not_found, "the stream holds no media from {} to {}", moment(asked.begin),
                moment(asked.end));
  }
  ClipPlan plan;
  const std::span chosen = std::span(fragments).subspan(first, last - first);
  plan.covered = {chosen.front().producer_time, end_of(chosen.back())};
  plan.gaps = gaps_of(chosen, asked);
  std::size_t begin = first;
  std::int64_t bytes = 0;
  for (std::size_t i = first; i < last; ++i) {
    const bool full = i - begin >= limits.fragments || bytes + fragments[i].bytes > limits.bytes;
    if (i > begin && (full || fragments[i].producer_time - end_of(fragments[i - 1]) > kGapSeconds)) {
      plan.requests.push_back(request_of(fragments, begin, i));
      begin = i;
      bytes = 0;
    }
    bytes += fragments[i].bytes;
  }
  plan.requests.push_back(request_of(fragments, begin, last));
  for (const auto& request : plan.requests) {
    plan.fragments += request.fragments;
    plan.bytes += request.bytes;
  }
  return plan;
}

}  // namespace kinesight::clips
