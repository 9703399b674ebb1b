#include "scenes/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "config/table.h"
#include "vision/detector_kind.h"

namespace kinesight::scenes {
namespace {

constexpr double kEpoch = 1.75e9;  // Capture time of a scene's first frame.
constexpr double kMatchIou = 0.3;
constexpr double kRemembered =
    1;  // Seconds: a box that has just left the picture, or been hidden, still counts.

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

config::Parsed parsed(const config::Table& table, const std::map<std::string, config::Value>& values) {
  config::Parsed options(table);
  for (const auto& [key, value] : values) {
    const auto* option = table.find(key);
    if (!option || !option->assign(options.object(), value)) throw std::runtime_error("cannot set " + key);
  }
  return options;
}

/// A true object over the frames so far.
struct Known {
  std::string label;
  vision::Box box;  ///< As it was seen last.
  double first = 0, last = 0;
  int frames = 0;  ///< In which it is large enough.
  int events = 0;
};

/// The rule for what must be found, on truth alone: large enough (its longer side a tenth of the picture's
/// height) for long enough. Weapons and plates are confirmed by 3 of 5 frames, fire and smoke by 6 of 10 and
/// at the latest by 8 s of burning.
double least_seconds(const std::string& label) { return label == "fire" || label == "smoke" ? 10 : 2; }
double least_side(int height) { return 0.1 * height; }

/// Compares the sightings of one watcher with the truth.
class Referee {
 public:
  Referee(const Watcher& watcher, double fps) : labels_(watcher.labels), type_(watcher.type), fps_(fps) {}

  void frame(double time, int height, const std::vector<sim::TruthBox>& truth) {
    for (const auto& box : truth) {
      if (std::ranges::find(labels_, box.label) == labels_.end()) continue;
      Known& known =
          known_.try_emplace(box.object, Known{.label = box.label, .box = {}, .first = time}).first->second;
      known.box = {static_cast<float>(box.x), static_cast<float>(box.y), static_cast<float>(box.w),
                   static_cast<float>(box.h)};
      known.last = time;
      if (std::max(box.w, box.h) >= least_side(height)) ++known.frames;
    }
  }

  void event(double time, const vision::Sighting& sighting) {
    using Kind = vision::Sighting::Kind;
    if (sighting.kind != Kind::first && sighting.kind != Kind::again) return;
    ++score_.events;
    const auto& found = sighting.detection;
    Known* best = nullptr;
    float overlap = kMatchIou;
    for (auto& [object, known] : known_) {
      if (time - known.last > kRemembered) continue;
      if (type_ == "fire_smoke" && known.label != found.label) continue;
      if (const float shared = vision::iou(known.box, found.box); shared >= overlap) {
        overlap = shared;
        best = &known;
      }
    }
    const auto& box = found.box;
    const auto remark = [&](const char* what) {
      score_.remarks.push_back(
          fmt::format("{} {:.1f} s: {} {:.2f} at [{:.0f} {:.0f} {:.0f} {:.0f}], in {} frames", what,
                      time - kEpoch, found.label, found.conf, box.x, box.y, box.w, box.h, sighting.frames));
    };
    if (!best) {
      ++score_.made_up;
      return remark("made up");
    }
    if (best->events++ > 0) {
      ++score_.twice;
      remark("twice");
    }
    if (best->label != found.label) ++score_.mislabelled;
  }

  void ruling(const vision::Ruling& ruling) {
    using vision::Verdict;
    const bool held = ruling.verdict != Verdict::raised && ruling.verdict != Verdict::updated;
    if (held && ruling.verdict != Verdict::low_score && ruling.verdict != Verdict::cooldown)
      ++score_.held_back[std::string(vision::to_string(ruling.verdict))];
  }

  Score score() {
    for (const auto& [object, known] : known_) {
      if (known.frames < least_seconds(known.label) * fps_) continue;
      ++score_.objects;
      if (known.events > 0) {
        ++score_.found;
      } else {
        score_.remarks.push_back(fmt::format(
            "missed: {} {} of {:.1f} to {:.1f} s, last at [{:.0f} {:.0f} {:.0f} {:.0f}]", known.label, object,
            known.first - kEpoch, known.last - kEpoch, known.box.x, known.box.y, known.box.w, known.box.h));
      }
    }
    return score_;
  }

 private:
  std::vector<std::string> labels_;
  std::string type_;
  double fps_;
  std::map<std::int64_t, Known> known_;
  Score score_;
};

void show(Watcher& watcher, Referee& referee, const Frame& frame) {
  const auto found = must(watcher.detector->detect(frame, {}));
  const auto judgement = watcher.judge.judge(frame, found);
  for (const auto& sighting : judgement.sightings) referee.event(frame.capture_time, sighting);
  for (const auto& ruling : judgement.rulings) referee.ruling(ruling);
}

Frame frame_of(const cv::Mat& bgr, double time) {
  Frame frame;
  frame.view = {.format = PixelFormat::bgr24,
                .width = bgr.cols,
                .height = bgr.rows,
                .planes = {Plane{bgr.data, static_cast<int>(bgr.step)}}};
  frame.capture_time = time;
  frame.pixels = std::make_shared<cv::Mat>(bgr);
  return frame;
}

std::vector<vision::Region> regions(const std::optional<sim::BorderRegion>& border) {
  if (!border) return {};
  config::RegionOptions options{
      .name = "inside",
      .polygon = {{0, 0}, {border->right, 0}, {border->right, border->bottom}, {0, border->bottom}}};
  return {must(vision::Region::make(options, "UTC"))};
}

}  // namespace

Score& Score::operator+=(const Score& other) {
  objects += other.objects;
  found += other.found;
  events += other.events;
  twice += other.twice;
  made_up += other.made_up;
  mislabelled += other.mislabelled;
  for (const auto& [verdict, count] : other.held_back) held_back[verdict] += count;
  remarks.insert(remarks.end(), other.remarks.begin(), other.remarks.end());
  return *this;
}

std::vector<Watcher> watchers(vision::Engine& engine, const std::optional<sim::BorderRegion>& region) {
  using config::Value;
  const auto model = Value::scalar(std::string(KINESIGHT_SOURCE_DIR) + "/models/demo.onnx");
  const auto words = [](std::vector<std::string> list) { return Value::list(std::move(list)); };
  std::vector<Watcher> all;
  const auto add = [&](const std::string& type, const vision::DetectorKind& kind,
                       std::map<std::string, Value> values, std::vector<std::string> labels) {
    values.emplace("model_path", model);
    values.emplace("precision", Value::scalar("f32"));
    const auto options = parsed(kind.options, values);
    auto rules = must(kind.rules(options));
    rules.regions = regions(region);
    all.push_back(
        {type, must(kind.make(options, engine)), vision::Judge(std::move(rules)), std::move(labels)});
  };
  add("weapon", vision::weapon_detector_kind(),
      {{"target_classes", words({"knife", "gun"})}, {"confirmation_score", Value::scalar("0.92")}},
      {"knife", "gun"});
  add("fire_smoke", vision::fire_smoke_detector_kind(), {}, {"fire", "smoke"});
  add("plate", vision::object_detector_kind(),
      {{"target_classes", words({"plate"})},
       {"temporal_window", Value::scalar("5")},
       {"confirmation_threshold", Value::scalar("3")},
       {"confirmation_score", Value::scalar("0.998")}},
      {"plate"});
  return all;
}

Scores watch_scene(const sim::SceneOptions& options, double seconds, std::vector<Watcher> watchers) {
  const auto scene = must(sim::Scene::create(options));
  std::vector<Referee> referees;
  for (const auto& watcher : watchers) referees.emplace_back(watcher, options.fps);
  for (std::int64_t index = 0; index < std::llround(seconds * options.fps); ++index) {
    const sim::Picture picture = scene.render(index);
    const Frame frame = frame_of(picture.bgr, kEpoch + static_cast<double>(index) / options.fps);
    for (std::size_t k = 0; k < watchers.size(); ++k) {
      referees[k].frame(frame.capture_time, options.height, picture.boxes);
      show(watchers[k], referees[k], frame);
    }
  }
  Scores scores;
  for (std::size_t k = 0; k < watchers.size(); ++k) scores[watchers[k].type] = referees[k].score();
  return scores;
}

Scores watch_frames(const std::function<std::optional<Frame>()>& next, std::vector<Watcher> watchers) {
  std::vector<Referee> referees;
  for (const auto& watcher : watchers) referees.emplace_back(watcher, 1);
  while (const auto frame = next()) {
    for (std::size_t k = 0; k < watchers.size(); ++k) show(watchers[k], referees[k], *frame);
  }
  Scores scores;
  for (std::size_t k = 0; k < watchers.size(); ++k) scores[watchers[k].type] = referees[k].score();
  return scores;
}

}  // namespace kinesight::scenes
