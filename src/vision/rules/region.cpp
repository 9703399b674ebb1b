#include "vision/rules/region.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/time_zone.h"
#include "config/schedule.h"
#include "vision/rules/size.h"

namespace kinesight::vision {
namespace {

using config::RegionAnchor;
using config::RelativePoint;

/// Where the anchor of `box` is, as shares of the frame. A box that sticks out of the frame has it on the
/// frame's edge.
RelativePoint anchor_of(const Box& box, RegionAnchor anchor, int frame_width, int frame_height) {
  const double down = anchor == RegionAnchor::bottom_center ? 1 : anchor == RegionAnchor::center ? 0.5 : 0;
  const double x = (static_cast<double>(box.x) + box.w * 0.5) / frame_width;
  const double y = (static_cast<double>(box.y) + box.h * down) / frame_height;
  return {std::clamp(x, 0.0, 1.0), std::clamp(y, 0.0, 1.0)};
}

std::string_view words(RegionAnchor anchor) {
  switch (anchor) {
    case RegionAnchor::bottom_center:
      return "bottom center";
    case RegionAnchor::center:
      return "center";
    case RegionAnchor::top_center:
      return "top center";
  }
  return {};
}

/// Whether `p` lies on the side from `a` to `b`.
bool on_side(const RelativePoint& a, const RelativePoint& b, const RelativePoint& p) {
  const double turned = (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
  return turned == 0 && std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= p.y &&
         p.y <= std::max(a.y, b.y);
}

/// Whether `p` lies in the polygon or on its edge, by the parity of the sides that a ray from it crosses:
/// M. Shimrat, "Algorithm 112: Position of point relative to polygon", Communications of the ACM 5 (8), 1962,
/// with the half-open sides of W. R. Franklin's PNPOLY, so that a corner on the ray counts once.
bool inside(const std::vector<RelativePoint>& polygon, const RelativePoint& p) {
  bool odd = false;
  for (std::size_t i = 0, before = polygon.size() - 1; i < polygon.size(); before = i++) {
    const RelativePoint &a = polygon[before], &b = polygon[i];
    if (on_side(a, b, p)) return true;
    const bool spans = (a.y > p.y) != (b.y > p.y);
    if (spans && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) odd = !odd;
  }
  return odd;
}

}  // namespace

struct Region::Impl {
  config::RegionOptions options;
  std::string zone_name;
  TimeZone zone;
  std::vector<config::WeekSpan> schedule;
};

Result<Region> Region::make(const config::RegionOptions& options, const std::string& time_zone) {
  auto zone = TimeZone::find(time_zone);
  if (!zone) return fail(ErrorKind::invalid, "region '{}': {}", options.name, zone.error().message);
  std::vector<config::WeekSpan> schedule;
  for (const std::string& line : options.schedule) {
    const auto span = config::parse_week_span(line);
    if (!span) return fail(ErrorKind::invalid, "region '{}': schedule: {}", options.name, span.error());
    schedule.push_back(*span);
  }
  if (options.polygon.empty()) return fail(ErrorKind::invalid, "region '{}' has no polygon", options.name);
  Region region;
  region.impl_ = std::make_shared<const Impl>(Impl{options, time_zone, *zone, std::move(schedule)});
  return region;
}

const std::string& Region::name() const { return impl_->options.name; }

bool Region::excludes() const { return impl_->options.mode == config::RegionMode::exclude; }

bool Region::contains(const Box& box, int frame_width, int frame_height) const {
  const auto& options = impl_->options;
  return inside(options.polygon, anchor_of(box, options.anchor, frame_width, frame_height));
}

bool Region::active(double time) const {
  if (impl_->schedule.empty()) return true;
  const WallTime wall = impl_->zone.at(time);
  return std::ranges::any_of(
      impl_->schedule, [&](const config::WeekSpan& span) { return span.covers(wall.weekday, wall.second); });
}

std::optional<Fault> Region::size_fault(const Box& box, int frame_width, int frame_height) const {
  return fault_of_size(impl_->options, box, frame_width, frame_height, fmt::format("region '{}'", name()));
}

Fault Region::off_schedule(double time) const {
  static constexpr std::array kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  const WallTime wall = impl_->zone.at(time);
  return {Verdict::off_schedule,
          fmt::format("in include region '{}', which is not in force on {} {:02}:{:02} {}; its schedule: {}",
                      name(), kDays.at(static_cast<std::size_t>(wall.weekday)), wall.second / 3600,
                      wall.second / 60 % 60, impl_->zone_name, config::show(impl_->options.schedule))};
}

Fault Region::outside(const Box& box, int frame_width, int frame_height) const {
  const auto& options = impl_->options;
  const RelativePoint anchor = anchor_of(box, options.anchor, frame_width, frame_height);
  return {Verdict::outside_regions,
          fmt::format("{} at {:.3f}, {:.3f} of the frame, outside include region '{}'", words(options.anchor),
                      anchor.x, anchor.y, name())};
}

namespace {

/// The fault of a box that is in none of the include regions as it should be: the one of the region that came
/// nearest to letting it count.
Fault nearest_miss(std::span<const Region> regions, const Box& box, int frame_width, int frame_height,
                   double time) {
  std::optional<Fault> outside, asleep;
  int others = -1;
  for (const Region& region : regions) {
    if (region.excludes()) continue;
    ++others;
    if (!region.contains(box, frame_width, frame_height)) {
      if (!outside) outside = region.outside(box, frame_width, frame_height);
    } else if (!region.active(time)) {
      if (!asleep) asleep = region.off_schedule(time);
    } else if (auto size = region.size_fault(box, frame_width, frame_height)) {
      return *size;
    }
  }
  if (asleep) return *asleep;
  if (others > 0) outside->detail += fmt::format(" and {} more", others);
  return *outside;
}

}  // namespace

std::optional<Fault> region_fault(std::span<const Region> regions, const Box& box, int frame_width,
                                  int frame_height, double time) {
  bool needs_one = false, has_one = false;
  for (const Region& region : regions) {
    const bool takes = region.contains(box, frame_width, frame_height) && region.active(time) &&
                       !region.size_fault(box, frame_width, frame_height);
    if (region.excludes() && takes)
      return Fault{Verdict::excluded, fmt::format("in exclude region '{}'", region.name())};
    needs_one = needs_one || !region.excludes();
    has_one = has_one || (!region.excludes() && takes);
  }
  if (!needs_one || has_one) return std::nullopt;
  return nearest_miss(regions, box, frame_width, frame_height, time);
}

}  // namespace kinesight::vision
