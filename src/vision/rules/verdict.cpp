#include "vision/rules/verdict.h"

namespace kinesight::vision {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::raised:
      return "raised";
    case Verdict::updated:
      return "updated";
    case Verdict::low_score:
      return "low_score";
    case Verdict::outside_regions:
      return "outside_regions";
    case Verdict::excluded:
      return "excluded";
    case Verdict::off_schedule:
      return "off_schedule";
    case Verdict::too_small:
      return "too_small";
    case Verdict::too_large:
      return "too_large";
    case Verdict::unconfirmed:
      return "unconfirmed";
    case Verdict::unconvincing:
      return "unconvincing";
    case Verdict::unchanging:
      return "unchanging";
    case Verdict::moving:
      return "moving";
    case Verdict::unwanted:
      return "unwanted";
    case Verdict::cooldown:
      return "cooldown";
  }
  return "unknown";
}

}  // namespace kinesight::vision
