#include "sim/canvas.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace kinesight::sim {
namespace {

constexpr int kShift = 4;                 // Fixed-point bits of the coordinates: 1/16 pixel.
constexpr std::size_t kMostObjects = 16;  // Bits of the owner map.
constexpr double kLeastVisible = 0.3;     // Share of an object that must be seen for a box.
constexpr double kLeastSide = 4;          // Pixels.
constexpr double kFarAway = 30000;        // Coordinates beyond overflow OpenCV's fixed point.

int fixed(double value) {
  return static_cast<int>(std::lround(std::clamp(value, -kFarAway, kFarAway) * (1 << kShift)));
}

cv::Rect clipped(const cv::Rect2d& area, const cv::Size& size) {
  const cv::Point low(static_cast<int>(std::floor(area.x)), static_cast<int>(std::floor(area.y)));
  const cv::Point high(static_cast<int>(std::ceil(area.br().x)), static_cast<int>(std::ceil(area.br().y)));
  return cv::Rect(low, high) & cv::Rect({0, 0}, size);
}

/// The part of `source`, stretched over `area`, that falls on the whole pixels of `visible`.
cv::Mat stretched(const cv::Mat& source, const cv::Rect2d& area, const cv::Rect& visible) {
  const double sx = source.cols / area.width;
  const double sy = source.rows / area.height;
  const cv::Matx23d to_source(sx, 0, (visible.x + 0.5 - area.x) * sx - 0.5, 0, sy,
                              (visible.y + 0.5 - area.y) * sy - 0.5);
  cv::Mat result;
  cv::warpAffine(source, result, to_source, visible.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REPLICATE);
  return result;
}

/// From 1, one for each pair of an actor and a label.
std::int64_t object_id(std::int64_t actor, std::string_view label) {
  const auto number = std::ranges::find(kLabels, label) - kLabels.begin();
  return actor < 0 ? 0 : actor * static_cast<std::int64_t>(kLabels.size() + 1) + number + 1;
}

}  // namespace

Colour sample_rgb(Rng& rng, Range red, Range green, Range blue) {
  const double r = rng.uniform(red.least, red.most);
  const double g = rng.uniform(green.least, green.most);
  const double b = rng.uniform(blue.least, blue.most);
  return rgb(r, g, b);
}

Canvas::Canvas(const cv::Mat& backdrop)
    : picture_(backdrop.clone()), owners_(backdrop.size(), CV_16UC1, cv::Scalar(0)) {}

void Canvas::begin(std::string_view label, std::string_view text) {
  // Labels do not nest, and a scene has few: anything else is a mistake in the scene's code.
  CV_Assert(!inside_label_ && objects_.size() < kMostObjects);
  objects_.push_back({.label = std::string(label),
                      .text = std::string(text),
                      .id = object_id(actor_, label),
                      .extent = {},
                      .pixels = 0});
  inside_label_ = true;
}

void Canvas::end() {
  const std::uint16_t mine = bit();
  Object& object = objects_.back();
  const cv::Mat area = owners_(clipped(object.extent, owners_.size()));
  for (int y = 0; y < area.rows; ++y) {
    const auto* row = area.ptr<std::uint16_t>(y);
    object.pixels +=
        static_cast<int>(std::count_if(row, row + area.cols, [&](auto owner) { return owner & mine; }));
  }
  inside_label_ = false;
}

std::uint16_t Canvas::bit() const {
  return inside_label_ ? static_cast<std::uint16_t>(1U << (objects_.size() - 1)) : std::uint16_t{0};
}

void Canvas::extend(Point low, Point high) {
  if (!inside_label_) return;
  cv::Rect2d& extent = objects_.back().extent;
  const cv::Rect2d added(low.x, low.y, high.x - low.x, high.y - low.y);
  extent = extent.empty() ? added : extent | added;
}

std::vector<cv::Point> Canvas::pixels_of(const Pose& pose, const Shape& shape) {
  std::vector<cv::Point> pixels;
  pixels.reserve(shape.size());
  for (const Point point : shape) {
    const Point p = pose.map(point);
    extend(p, p + Point{0.01, 0.01});
    pixels.emplace_back(fixed(p.x), fixed(p.y));
  }
  return pixels;
}

void Canvas::fill(const Pose& pose, const Shape& shape, const Colour& colour) {
  const std::vector<std::vector<cv::Point>> polygons{pixels_of(pose, shape)};
  cv::fillPoly(picture_, polygons, colour, cv::LINE_AA, kShift);
  if (!objects_.empty()) cv::fillPoly(owners_, polygons, cv::Scalar(bit()), cv::LINE_8, kShift);
}

void Canvas::stroke(const Pose& pose, const Shape& shape, double width, const Colour& colour) {
  const std::vector<std::vector<cv::Point>> lines{pixels_of(pose, shape)};
  const int thickness = std::clamp(static_cast<int>(std::lround(width * pose.scale)), 1, 255);
  cv::polylines(picture_, lines, false, colour, thickness, cv::LINE_AA, kShift);
  if (!objects_.empty())
    cv::polylines(owners_, lines, false, cv::Scalar(bit()), thickness, cv::LINE_8, kShift);
}

void Canvas::ellipse(const Pose& pose, Point centre, Point radius, const Colour& colour) {
  constexpr int kCorners = 40;
  Shape shape;
  for (int k = 0; k < kCorners; ++k) {
    const Point d = direction(2 * std::numbers::pi * k / kCorners);
    shape.push_back({centre.x + radius.x * d.x, centre.y + radius.y * d.y});
  }
  fill(pose, shape, colour);
}

void Canvas::paste(const Pose& pose, const cv::Mat& source, Point corner, Point size) {
  const auto to_float = [](Point p) { return cv::Point2f(static_cast<float>(p.x), static_cast<float>(p.y)); };
  const Shape outline{corner, corner + Point{size.x, 0}, corner + size, corner + Point{0, size.y}};
  fill(pose, outline, cv::mean(source));
  const cv::Point2f from[3] = {{-0.5F, -0.5F}, {source.cols - 0.5F, -0.5F}, {-0.5F, source.rows - 0.5F}};
  const cv::Point2f to[3] = {to_float(pose.map(outline[0])), to_float(pose.map(outline[1])),
                             to_float(pose.map(outline[3]))};
  cv::warpAffine(source, picture_, cv::getAffineTransform(from, to), picture_.size(), cv::INTER_LINEAR,
                 cv::BORDER_TRANSPARENT);
}

void Canvas::blend(cv::Rect2d area, const cv::Mat& colours, const cv::Mat& alpha, int owned_from) {
  const cv::Rect visible = clipped(area, picture_.size());
  if (visible.empty()) return;
  const cv::Mat weight = stretched(alpha, area, visible);
  const cv::Mat colour = stretched(colours, area, visible);
  const std::uint16_t mine = bit();
  for (int y = 0; y < visible.height; ++y) {
    auto* pixel = picture_.ptr<cv::Vec3b>(visible.y + y) + visible.x;
    auto* owner = owners_.ptr<std::uint16_t>(visible.y + y) + visible.x;
    const auto* over = colour.ptr<cv::Vec3b>(y);
    const auto* a = weight.ptr<std::uint8_t>(y);
    for (int x = 0; x < visible.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        pixel[x][c] = static_cast<std::uint8_t>((pixel[x][c] * (255 - a[x]) + over[x][c] * a[x] + 127) / 255);
      }
      if (a[x] >= owned_from) owner[x] |= mine;
    }
  }
  // A translucent object ends where its alpha does, not where the stretched picture does.
  cv::Mat owned;
  cv::compare(alpha, owned_from, owned, cv::CMP_GE);
  const cv::Rect core = cv::boundingRect(owned);
  const double sx = area.width / alpha.cols;
  const double sy = area.height / alpha.rows;
  if (!core.empty()) {
    extend({area.x + core.x * sx, area.y + core.y * sy},
           {area.x + core.br().x * sx, area.y + core.br().y * sy});
  }
}

void Canvas::shadow(const Pose& pose, Point centre, Point radius, double strength) {
  const int side = 48;
  cv::Mat alpha(side, side, CV_8UC1);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const double distance = std::hypot((x + 0.5) / side * 2 - 1, (y + 0.5) / side * 2 - 1);
      alpha.at<std::uint8_t>(y, x) =
          cv::saturate_cast<std::uint8_t>(255 * strength * std::clamp(2.2 * (1 - distance), 0.0, 1.0));
    }
  }
  const Point low = pose.map(centre) - Point{radius.x, radius.y} * pose.scale;
  blend({low.x, low.y, 2 * radius.x * pose.scale, 2 * radius.y * pose.scale},
        cv::Mat(1, 1, CV_8UC3, rgb(18, 18, 22)), alpha, 256);
}

void Canvas::glow(Point centre, double radius, const Colour& colour) {
  const cv::Rect visible =
      clipped({centre.x - radius, centre.y - radius, 2 * radius, 2 * radius}, picture_.size());
  for (int y = visible.y; y < visible.br().y; ++y) {
    auto* row = picture_.ptr<cv::Vec3b>(y);
    for (int x = visible.x; x < visible.br().x; ++x) {
      const double fade = std::max(0.0, 1 - std::hypot(x - centre.x, y - centre.y) / radius);
      for (int c = 0; c < 3; ++c)
        row[x][c] = cv::saturate_cast<std::uint8_t>(row[x][c] + colour[c] * fade * fade);
    }
  }
}

std::vector<TruthBox> Canvas::truth() const {
  struct Seen {
    cv::Point low{1 << 30, 1 << 30}, high{-1, -1};
    int pixels = 0;
  };
  std::vector<Seen> seen(objects_.size());
  for (int y = 0; y < owners_.rows; ++y) {
    const auto* row = owners_.ptr<std::uint16_t>(y);
    for (int x = 0; x < owners_.cols; ++x) {
      for (unsigned rest = row[x]; rest != 0; rest &= rest - 1) {
        Seen& object = seen[static_cast<std::size_t>(std::countr_zero(rest))];
        object.low = {std::min(object.low.x, x), std::min(object.low.y, y)};
        object.high = {std::max(object.high.x, x), std::max(object.high.y, y)};
        ++object.pixels;
      }
    }
  }
  std::vector<TruthBox> boxes;
  for (std::size_t k = 0; k < objects_.size(); ++k) {
    const double w = seen[k].high.x - seen[k].low.x + 1;
    const double h = seen[k].high.y - seen[k].low.y + 1;
    if (seen[k].pixels == 0 || std::min(w, h) < kLeastSide) continue;
    if (seen[k].pixels < kLeastVisible * objects_[k].pixels ||
        w * h < kLeastVisible * objects_[k].extent.area())
      continue;
    boxes.push_back({objects_[k].label, double(seen[k].low.x), double(seen[k].low.y), w, h, objects_[k].text,
                     objects_[k].id});
  }
  return boxes;
}

}  // namespace kinesight::sim
