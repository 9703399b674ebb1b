#include "cli/models/trial.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/clock.h"
#include "base/frame.h"
#include "vision/engine.h"
#include "vision/yolo/network.h"

namespace kinesight::cli {
namespace {

constexpr int kWarmUps = 2;
constexpr std::size_t kLeastRuns = 3, kMostRuns = 25;
constexpr auto kLongest = std::chrono::seconds(2);

/// The grey that letterboxes are filled with: a picture of nothing.
constexpr std::uint8_t kGrey = 114;

/// A picture of nothing.
class GreyPicture {
 public:
  GreyPicture(int width, int height)
      : pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, kGrey) {
    view_ = {.format = PixelFormat::bgr24, .width = width, .height = height, .planes = {}};
    view_.planes[0] = {pixels_.data(), width * 3};
  }
  const FrameView& view() const { return view_; }

 private:
  std::vector<std::uint8_t> pixels_;
  FrameView view_;
};

/// The time of one inference, milliseconds.
Result<double> timed_run(vision::yolo::Network& network, const FrameView& picture) {
  vision::InferenceTimes times;
  const auto found = network.detect(picture, {.times = &times});
  if (!found) return std::unexpected(found.error());
  return to_seconds(times.inferred) * 1000;
}

/// The median of several runs, milliseconds.
Result<double> median_run(vision::yolo::Network& network, const FrameView& picture) {
  for (int i = 0; i < kWarmUps; ++i) {
    if (auto warm = timed_run(network, picture); !warm) return warm;
  }
  std::vector<double> times;
  const auto until = Clock::system().steady() + kLongest;
  while (times.size() < kMostRuns && (times.size() < kLeastRuns || Clock::system().steady() < until)) {
    auto time = timed_run(network, picture);
    if (!time) return time;
    times.push_back(*time);
  }
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  return *middle;
}

/// Looks at every box, however unsure: a class without a name, and what is no score, show themselves here and
/// not in front of a camera.
Result<> look_at_all(vision::Engine& engine, vision::yolo::NetworkOptions wanted, const FrameView& picture) {
  wanted.conf_threshold = std::numeric_limits<float>::lowest();
  auto curious = vision::yolo::Network::load(engine, wanted);
  if (!curious) return std::unexpected(curious.error());
  const auto found = curious->detect(picture, {});
  if (!found) return std::unexpected(found.error());
  const auto negative = std::ranges::find_if(*found, [](const auto& box) { return box.conf < -0.01F; });
  if (negative == found->end()) return {};
  return fail(ErrorKind::invalid,
              "{}: expected scores from 0 to 1, found {:.1f}: was the model exported without its last step "
              "(sigmoid)? Export it anew",
              curious->model().info().file.string(), negative->conf);
}

}  // namespace

Result<Trial> try_model(const std::filesystem::path& path, const TrialOptions& options) {
  std::vector<std::string> notes;
  vision::Engine engine({.patience = {}, .note = [&](std::string_view note) { notes.emplace_back(note); }});
  vision::yolo::NetworkOptions wanted;
  wanted.model_path = path.string();
  wanted.head = options.head;
  wanted.names = options.names;
  auto network = vision::yolo::Network::load(engine, wanted);
  if (!network) return std::unexpected(network.error());
  const auto& info = network->model().info();
  const GreyPicture picture(info.width, info.height);

  const auto noted = notes;  // Loading it again says the same again.
  if (const auto looked = look_at_all(engine, wanted, picture.view()); !looked)
    return std::unexpected(looked.error());

  const auto ms = median_run(*network, picture.view());
  if (!ms) return std::unexpected(ms.error());
  return Trial{.head = std::string(network->head()),
               .classes = network->names(),
               .width = info.width,
               .height = info.height,
               .ms = *ms,
               .processors = static_cast<int>(engine.concurrency()),
               .notes = noted};
}

}  // namespace kinesight::cli
