#include "vision/plate/finder.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <opencv2/imgproc.hpp>

#include "vision/plate/evidence.h"
#include "vision/plate/look.h"
#include "vision/plate/quad.h"
#include "vision/plate/shape.h"
#include "vision/plate/texts.h"

namespace kinesight::vision::plate {
namespace {

/// How many pairs of texts that stand side by side are read together.
constexpr std::size_t kMostPairs = 6;

/// The lines that one of `lefts` and one of `rights` make side by side, read once. Errors: those of
/// TextReader::read().
Result<std::vector<Text>> joined(const cv::Mat& bgr, const std::vector<Text>& lefts,
                                 const std::vector<Text>& rights, ocr::TextReader& reader, const Turn& turn) {
  std::vector<Text> lines;
  for (const auto& left : lefts)
    for (const auto& right : rights) {
      if (&left == &right || lines.size() == kMostPairs) continue;
      const auto corners = side_by_side(left, right);
      const auto field = corners ? field_of(bgr, *corners) : std::nullopt;
      if (!field) continue;
      auto places = glance(reader, bgr, *corners, turn);
      if (!places) return std::unexpected(places.error());
      auto reading = reading_of(*places);
      lines.push_back({*corners, *field, std::move(*places), std::move(reading)});
    }
  return lines;
}

/// Every plate that the texts of `bgr` may be, the likeliest first. Errors: those of TextDetector::find() and
/// TextReader::read().
Result<std::vector<Guessed>> guesses_of(const cv::Mat& bgr, ocr::TextDetector& detector,
                                        ocr::TextReader& reader, const Turn& turn) {
  const auto boxes = detector.find(bgr, turn);
  if (!boxes) return std::unexpected(boxes.error());
  const auto texts = texts_of(bgr, *boxes, reader, turn);
  if (!texts) return std::unexpected(texts.error());
  auto lines = joined(bgr, *texts, *texts, reader, turn);
  if (!lines) return std::unexpected(lines.error());
  auto longer = joined(bgr, *lines, *texts, reader, turn);  // Of three parts: AB 123 CD.
  if (!longer) return std::unexpected(longer.error());
  std::ranges::move(*longer, std::back_inserter(*lines));

  std::vector<Guessed> guesses;
  for (const auto& text : *texts) guesses.push_back(guess({text}));
  for (const auto& line : *lines) guesses.push_back(guess({line}));
  for (const auto& upper : *texts)
    for (const auto& lower : *texts)
      if (stacked(upper, lower)) guesses.push_back(guess({upper, lower}));
  std::ranges::stable_sort(guesses, std::greater{}, &Guessed::evidence);
  return guesses;
}

/// `guessed`, each of its lines read closely. Errors: those of TextReader::read().
Result<Guessed> looked_at(const Guessed& guessed, const cv::Mat& bgr, ocr::TextReader& reader,
                          const Turn& turn) {
  auto lines = guessed.lines;
  for (auto& line : lines) {
    auto places = closer_look(reader, bgr, line.corners, turn);
    if (!places) return std::unexpected(places.error());
    line.places = std::move(*places);
  }
  return guess(std::move(lines));
}

Box within(const Box& box, const cv::Mat& picture) {
  const float right = std::min(box.x + box.w, static_cast<float>(picture.cols));
  const float bottom = std::min(box.y + box.h, static_cast<float>(picture.rows));
  const float x = std::max(box.x, 0.0F), y = std::max(box.y, 0.0F);
  return {x, y, right - x, bottom - y};
}

/// `enough` is the evidence that is enough for it.
Found found(Guessed guessed, float enough, const cv::Mat& bgr) {
  Found result{.box = within(box_around(guessed.corners), bgr), .reading = std::move(guessed.reading)};
  for (std::size_t i = 0; i < 4; ++i)
    result.reading.corners[i] = {guessed.corners[i].x, guessed.corners[i].y};
  result.conf = 1 / (1 + std::exp(enough - guessed.evidence));
  return result;
}

/// Whether `guessed` overlaps one of `taken`: there is one plate in one place.
bool is_taken(const Guessed& guessed, const std::vector<Guessed>& taken) {
  const auto box = box_around(guessed.corners);
  return std::ranges::any_of(taken, [&](const Guessed& other) {
    const auto there = box_around(other.corners);
    const float w = std::min(box.x + box.w, there.x + there.w) - std::max(box.x, there.x);
    const float h = std::min(box.y + box.h, there.y + there.h) - std::max(box.y, there.y);
    return w > 0 && h > 0 && w * h > 0.2F * std::min(box.w * box.h, there.w * there.h);
  });
}

/// A part of a picture on a ground of one size, so that the text detector needs one compiled model for all.
struct Excerpt {
  static constexpr int kWidth = 640, kHeight = Finder::kExcerptHeight, kMargin = 24;
  cv::Mat picture;
  float scale = 1;     ///< Pixels of the excerpt by pixel of the source.
  float x = 0, y = 0;  ///< Where the source's origin is in the excerpt, in its pixels.

  cv::Point2f in_source(const cv::Point2f& point) const { return (point - cv::Point2f(x, y)) * (1 / scale); }
};

/// `box` of `bgr` and a tenth more on each side.
Excerpt excerpt_of(const cv::Mat& bgr, const Box& box) {
  const Box wide = within({box.x - 0.1F * box.w, box.y - 0.1F * box.h, 1.2F * box.w, 1.2F * box.h}, bgr);
  Excerpt excerpt;
  excerpt.scale = std::min((Excerpt::kWidth - 2 * Excerpt::kMargin) / std::max(wide.w, 1.0F),
                           (Excerpt::kHeight - 2 * Excerpt::kMargin) / std::max(wide.h, 1.0F));
  excerpt.x = (Excerpt::kWidth - wide.w * excerpt.scale) / 2 - wide.x * excerpt.scale;
  excerpt.y = (Excerpt::kHeight - wide.h * excerpt.scale) / 2 - wide.y * excerpt.scale;
  const cv::Matx23f way(excerpt.scale, 0, excerpt.x, 0, excerpt.scale, excerpt.y);
  cv::warpAffine(bgr, excerpt.picture, way, {Excerpt::kWidth, Excerpt::kHeight}, cv::INTER_CUBIC,
                 cv::BORDER_REPLICATE);
  return excerpt;
}

ocr::Quad quad_of(const Box& box) {
  return {{{box.x, box.y}, {box.x + box.w, box.y}, {box.x + box.w, box.y + box.h}, {box.x, box.y + box.h}}};
}

/// The evidence that is enough for `guessed` beside the plates that have been found; nothing where no
/// evidence is: beside a plate, letters alone are a state's or a dealer's name.
std::optional<float> enough_for(const Guessed& guessed, bool first) {
  if (is_mixed(guessed.reading.text)) return first ? kEnoughEvidence : kEnoughForFurther;
  return first ? std::optional(kEnoughForLetters) : std::nullopt;
}

}  // namespace

Finder::Finder(std::unique_ptr<ocr::TextDetector> detector, std::unique_ptr<ocr::TextReader> reader,
               int max_plates)
    : detector_(std::move(detector)),
      reader_(std::move(reader)),
      max_plates_(static_cast<std::size_t>(std::max(max_plates, 1))) {}

Result<std::vector<Found>> Finder::find(const cv::Mat& bgr, const Turn& turn) {
  const auto guesses = guesses_of(bgr, *detector_, *reader_, turn);
  if (!guesses) return std::unexpected(guesses.error());

  constexpr float kHopeless = kEnoughEvidence - 1.5F;  // A closer look does not make up for more.
  std::vector<Guessed> looked;
  for (const auto& guessed : *guesses) {
    if (guessed.evidence < kHopeless || looked.size() == max_plates_) break;
    if (is_taken(guessed, looked)) continue;
    auto closer = looked_at(guessed, bgr, *reader_, turn);
    if (!closer) return std::unexpected(closer.error());
    looked.push_back(std::move(*closer));
  }
  std::ranges::stable_sort(looked, std::greater{}, &Guessed::evidence);
  std::vector<Found> plates;
  for (auto& guessed : looked) {
    const auto enough = enough_for(guessed, plates.empty());
    if (enough) plates.push_back(found(std::move(guessed), *enough, bgr));
  }
  std::ranges::stable_sort(plates, std::greater{}, &Found::conf);
  return plates;
}

Result<std::optional<Found>> Finder::read(const cv::Mat& bgr, const Box& box, const Turn& turn) {
  const auto excerpt = excerpt_of(bgr, box);
  auto guesses = guesses_of(excerpt.picture, *detector_, *reader_, turn);
  if (!guesses) return std::unexpected(guesses.error());
  if (guesses->empty()) {
    // No line of text was told apart: the box itself may be one.
    Guessed whole;
    whole.lines.emplace_back();
    whole.lines.front().corners =
        quad_of({box.x * excerpt.scale + excerpt.x, box.y * excerpt.scale + excerpt.y, box.w * excerpt.scale,
                 box.h * excerpt.scale});
    guesses->push_back(std::move(whole));
  }
  auto closer = looked_at(guesses->front(), excerpt.picture, *reader_, turn);
  if (!closer) return std::unexpected(closer.error());
  if (closer->reading.text.empty()) return std::nullopt;
  for (auto& corner : closer->corners) corner = excerpt.in_source(corner);
  return found(std::move(*closer), kEnoughEvidence, bgr);
}

}  // namespace kinesight::vision::plate
