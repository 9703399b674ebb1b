// The texts of a picture that may be plates' or parts of them.
#pragma once

#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

#include "base/result.h"
#include "vision/ocr/text_detector.h"
#include "vision/ocr/text_reader.h"
#include "vision/plate/field.h"
#include "vision/plate/places.h"

namespace kinesight::vision::plate {

/// A line of text, looked at once.
struct Text {
  ocr::Quad corners{};
  Field field;
  std::vector<Place> places;
  Reading reading;
};

/// A plate that a picture may show: one line, or two, one above the other.
struct Guessed {
  std::vector<Text> lines{};
  ocr::Quad corners{};  ///< Of all lines.
  Field field;          ///< Of all lines.
  Reading reading;
  float evidence = 0;
};

/// How many of a picture's texts are read, those that look most like a plate's.
inline constexpr std::size_t kMostTexts = 24;

/// The texts among `boxes` that may be a plate's by place, size and field, each read once; at most
/// kMostTexts. Errors: those of TextReader::read().
Result<std::vector<Text>> texts_of(const cv::Mat& bgr, std::span<const ocr::TextBox> boxes,
                                   ocr::TextReader& reader, const Turn& turn);

/// The text between the left end of one and the right end of the other, which stand side by side and are
/// parted by an emblem or a gap; nothing where the two are not parts of one line.
std::optional<ocr::Quad> side_by_side(const Text& left, const Text& right);

/// Whether `lower` may be the second line of a plate that begins with `upper`.
bool stacked(const Text& upper, const Text& lower);

/// `lines` as one plate.
Guessed guess(std::vector<Text> lines);

}  // namespace kinesight::vision::plate
