#include "vision/plate/look.h"

#include <array>

#include "vision/plate/quad.h"
#include "vision/plate/seals.h"

namespace kinesight::vision::plate {
namespace {

constexpr int kHeight = 48;  ///< Of the crops, pixels: what the recognition model takes.

/// By how much a crop is larger than the text's box, in heights of it.
struct Margin {
  float sideways, upright;
};
constexpr std::array kMargins =
    std::to_array<Margin>({{0, 0}, {0.1F, 0}, {0.05F, -0.08F}, {0.1F, 0.12F}, {-0.08F, -0.08F}});

cv::Mat crop_of(const cv::Mat& bgr, const ocr::Quad& corners, const Margin& margin) {
  const float height = extent_of(corners).height;
  return straightened(bgr, grown(corners, margin.sideways * height, margin.upright * height), kHeight);
}

/// Adds what `crop` reads. Errors: those of TextReader::read().
Result<> add_sight(ocr::TextReader& reader, const cv::Mat& crop, bool clean, const Turn& turn,
                   std::vector<Sight>& sights) {
  const auto line = reader.read(crop, turn);
  if (!line) return std::unexpected(line.error());
  sights.push_back(sight_of(*line, clean));
  return {};
}

}  // namespace

Result<std::vector<Place>> glance(ocr::TextReader& reader, const cv::Mat& bgr, const ocr::Quad& corners,
                                  const Turn& turn) {
  auto crop = crop_of(bgr, corners, kMargins.front());
  const bool clean = paint_over_seals(crop);
  std::vector<Sight> sights;
  if (const auto added = add_sight(reader, crop, clean, turn, sights); !added)
    return std::unexpected(added.error());
  return merged(std::move(sights));
}

Result<std::vector<Place>> closer_look(ocr::TextReader& reader, const cv::Mat& bgr, const ocr::Quad& corners,
                                       const Turn& turn) {
  std::vector<Sight> sights;
  for (const auto& margin : kMargins) {
    auto crop = crop_of(bgr, corners, margin);
    if (const auto added = add_sight(reader, crop, false, turn, sights); !added)
      return std::unexpected(added.error());
    if (!paint_over_seals(crop)) continue;
    if (const auto added = add_sight(reader, crop, true, turn, sights); !added)
      return std::unexpected(added.error());
  }
  return merged(std::move(sights));
}

}  // namespace kinesight::vision::plate
