#include "vision/rules/gone.h"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <string_view>
#include <vector>

namespace kinesight::vision {
namespace {

constexpr std::size_t kMost = 1000;
constexpr float kSamePlace = 0.3F;
constexpr float kSamePlaceOfSmaller = 0.5F;

/// Whether the texts are equal but for one letter that is another one, too many, or missing.
bool nearly_equal(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  const auto [at_a, at_b] = std::ranges::mismatch(a, b);
  if (at_a == a.end()) return true;
  const std::string_view rest_b(at_b + 1, b.end());
  const std::string_view rest_a(a.size() == b.size() ? at_a + 1 : at_a, a.end());
  return rest_a == rest_b;
}

}  // namespace

bool same_object(const Detection& before, const Detection& now, bool flickers) {
  if (before.type != now.type) return false;
  if (before.plate && now.plate) return nearly_equal(before.label, now.label);
  if (before.label != now.label) return false;
  return flickers ? overlap_of_smaller(before.box, now.box) >= kSamePlaceOfSmaller
                  : iou(before.box, now.box) >= kSamePlace;
}

void GoneObjects::add(GoneObject object) {
  objects_.push_back(std::move(object));
  if (objects_.size() > kMost) objects_.pop_front();
}

std::optional<KnownObject> GoneObjects::find(const Detection& detection, double time,
                                             double cooldown_seconds) {
  const auto found = std::ranges::find_if(objects_ | std::views::reverse, [&](const GoneObject& gone) {
    const bool can_be = !gone.left || gone.known.account.plate;
    return can_be && std::abs(time - gone.went) < cooldown_seconds &&
           same_object(gone.known.account, detection, flicker_);
  });
  if (found == objects_.rend()) return std::nullopt;
  KnownObject object = std::move(found->known);
  objects_.erase(std::next(found).base());
  return object;
}

}  // namespace kinesight::vision
