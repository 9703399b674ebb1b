#include "vision/plate/seals.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "vision/plate/tones.h"

namespace kinesight::vision::plate {
namespace {

/// Columns of a picture, from `begin` to before `end`.
struct Span {
  int begin = 0, end = 0;
  int width() const { return end - begin; }
};

/// How foreign a column is: the level that a quarter of its pixels, those at the rim left out, reach.
std::vector<float> foreign_columns(const cv::Mat& line, const Tones& tones) {
  cv::Mat smooth;
  cv::GaussianBlur(line, smooth, {0, 0}, 1.5);  // Cameras store colour at half the resolution.
  const int top = line.rows / 10, bottom = line.rows - top;
  std::vector<float> result, column(static_cast<std::size_t>(bottom - top));
  for (int x = 0; x < line.cols; ++x) {
    for (int y = top; y < bottom; ++y)
      column[static_cast<std::size_t>(y - top)] = foreign_colour(smooth.at<cv::Vec3b>(y, x), tones);
    const auto reached = column.begin() + static_cast<std::ptrdiff_t>(column.size() * 3 / 4);
    std::ranges::nth_element(column, reached);
    result.push_back(*reached);
  }
  return result;
}

/// The runs of columns above `least`; a gap of up to four columns does not part one.
std::vector<Span> runs_above(const std::vector<float>& columns, float least) {
  std::vector<Span> spans;
  for (int x = 0; x < static_cast<int>(columns.size()); ++x) {
    if (columns[static_cast<std::size_t>(x)] <= least) continue;
    if (!spans.empty() && x - spans.back().end <= 4)
      spans.back().end = x + 1;
    else
      spans.push_back({x, x + 1});
  }
  return spans;
}

/// Whether a span is as wide as a seal or a sticker, or at an end of the line, as a band.
bool is_seal(const Span& span, const cv::Mat& line) {
  const double width = static_cast<double>(span.width()) / line.rows;
  const bool at_end = span.begin <= 0.1 * line.rows || span.end >= line.cols - 0.1 * line.rows;
  return width <= (at_end ? 1.3 : 0.85) && (at_end || width >= 0.1);
}

}  // namespace

bool paint_over_seals(cv::Mat& line) {
  const auto tones = tones_of(line);
  if (!tones) return false;
  const auto columns = foreign_columns(line, *tones);
  auto sorted = columns;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::ranges::nth_element(sorted, middle);

  auto seals = runs_above(columns, std::max(9.0F, 2.2F * *middle + 4));
  std::erase_if(seals, [&](const Span& span) { return !is_seal(span, line); });
  int painted = 0;
  for (const auto& seal : seals) painted += seal.width();
  if (seals.empty() || painted >= 0.4 * line.cols) return false;

  const cv::Vec3f& paper = tones->paper();
  for (const auto& seal : seals) {
    const int begin = std::max(0, seal.begin - 1), end = std::min(line.cols, seal.end + 1);
    line.colRange(begin, end).setTo(cv::Scalar(paper[0], paper[1], paper[2]));
  }
  return true;
}

}  // namespace kinesight::vision::plate
