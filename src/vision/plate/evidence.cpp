#include "vision/plate/evidence.h"

#include <algorithm>

#include "vision/plate/shape.h"

namespace kinesight::vision::plate {
namespace {

/// How far the paper of a plate may go on beyond its text, in text heights: a line of small letters above or
/// below, a band or an emblem at the sides.
constexpr float kFarthestUpright = 1.5F;
/// The same above and below bright letters on a dark field, as dark surfaces are taken for fields more
/// easily.
constexpr float kFarthestDark = 0.9F;
constexpr float kFarthestSideways = 1.6F;

int ends(const Reach& one, const Reach& other, float farthest) {
  const auto does = [&](const Reach& reach) { return !reach.open && reach.far <= farthest; };
  return does(one) + does(other);
}

/// A plate is a field that ends on every side.
float of_field(const Field& field) {
  constexpr float kUpright[] = {-1.2F, 0.0F, 0.8F};
  constexpr float kSideways[] = {-1.0F, 0.0F, 0.5F};
  const float farthest = field.dark_on_bright ? kFarthestUpright : kFarthestDark;
  float sum = kUpright[ends(field.above, field.below, farthest)] +
              kSideways[ends(field.left, field.right, kFarthestSideways)];
  sum += field.dark_on_bright ? 0.5F : -0.7F;  // Few plates are bright on dark, most signs and badges are.
  if (field.paper < 0.3F) sum -= 1;            // No even ground.
  if (field.contrast < 30) sum -= 0.5F;
  return sum;
}

}  // namespace

float evidence(const Impression& impression) {
  constexpr float kSmallText = 10;
  /// Few texts that are no plates have a common shape of so many characters.
  constexpr std::size_t kLong = 6;
  const float odd = implausibility(impression.text);
  float sum = 2 - odd;
  if (odd <= 0.25F && impression.text.size() >= kLong) sum += 0.5F;
  sum += std::clamp((impression.score - 0.85F) * 10, -3.0F, 1.0F);
  sum += of_field(impression.field);
  if (is_sign(impression.text)) sum -= 3;
  if (impression.text_height < kSmallText) sum -= 1;
  return sum;
}

}  // namespace kinesight::vision::plate
