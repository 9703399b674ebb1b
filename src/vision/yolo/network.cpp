#include "vision/yolo/network.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <span>

#include "vision/yolo/names.h"
#include "vision/yolo/nms.h"
#include "vision/yolo/recognise.h"

namespace kinesight::vision::yolo {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// What is said where `unknown` are no classes of a model of the classes `names`.
std::string unknown_classes(const std::vector<std::string>& unknown, const std::vector<std::string>& names,
                            bool fixed) {
  if (!fixed) {
    return fmt::format("target_classes: expected classes of the model, found '{}'; it knows: {}",
                       fmt::join(unknown, "', '"), fmt::join(names, ", "));
  }
  return fmt::format(
      "expected a model that knows '{}', found one that knows: {}; where it calls them otherwise, list its "
      "classes in names:, in the order of training, with these among them",
      fmt::join(unknown, "', '"), fmt::join(names, ", "));
}

/// By class, whether it is one of the targets; all are when there are none. A model need not know all of
/// them, which `note` is told: but one that knows none is another model. Upper and lower case are the same,
/// and all classes of a name are one, as in data sets that were put together; the names of targets are spelt
/// as the targets are.
Result<std::vector<bool>> wanted_classes(std::vector<std::string>& names, const NetworkOptions& options,
                                         const std::function<void(const std::string&)>& note) {
  const auto& targets = options.target_classes;
  std::vector<bool> wanted(names.size(), targets.empty());
  std::vector<std::string> unknown;
  for (const auto& target : targets) {
    bool known = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (lower_case(names[i]) != lower_case(target)) continue;
      names[i] = target;
      wanted[i] = known = true;
    }
    if (!known) unknown.push_back(target);
  }
  if (unknown.empty()) return wanted;
  const auto sentence = unknown_classes(unknown, names, options.targets_are_fixed);
  if (unknown.size() == targets.size()) return fail(ErrorKind::invalid, "{}", sentence);
  note(sentence + "; the others are looked for");
  return wanted;
}

/// Whether most of an output is NaN, as where numbers grew too large on the way: all that follows from it is,
/// too. A thousand of its numbers tell.
bool is_no_numbers(std::span<const float> numbers) {
  const std::size_t step = (numbers.size() / 1000) | 1;
  std::size_t none = 0, all = 0;
  for (std::size_t i = 0; i < numbers.size(); i += step, ++all) none += std::isnan(numbers[i]);
  return none > all / 2;
}

/// Fails unless every candidate is a score and has a class with a name.
Result<> expect_sense(const std::vector<Candidate>& candidates, std::size_t classes,
                      const std::string& file) {
  constexpr float kMost = 1.01F;  // 1, and what rounding to few bits adds.
  for (const auto& [box, score, label] : candidates) {
    if (static_cast<std::size_t>(label) >= classes)
      return fail(ErrorKind::corrupt, "{}: the model found class {}, but only {} have a name", file, label,
                  classes);
    if (score > kMost) {
      return fail(ErrorKind::corrupt,
                  "{}: expected scores from 0 to 1, found {:.1f}: was the model exported without its last "
                  "step (sigmoid)? Export it anew",
                  file, score);
    }
  }
  return {};
}

/// The part of `box` that lies within the frame.
Box within(const FrameView& frame, const Box& box) {
  const auto limit = [](float value, int most) { return std::clamp(value, 0.0F, static_cast<float>(most)); };
  const float left = limit(box.x, frame.width), right = limit(box.x + box.w, frame.width);
  const float top = limit(box.y, frame.height), bottom = limit(box.y + box.h, frame.height);
  return {left, top, right - left, bottom - top};
}

}  // namespace

Result<Network> Network::load(Engine& engine, NetworkOptions options) {
  auto model = engine.load(options.model_path, options.precision);
  if (!model) return std::unexpected(model.error());
  const ModelInfo& info = (*model)->info();
  auto recognised = recognise(info, options.head);
  if (!recognised) return std::unexpected(recognised.error());
  auto names = class_names(info, recognised->head->classes(), options.names,
                           [&](std::string_view sentence) { engine.note(sentence); });
  if (!names) return std::unexpected(names.error());
  auto wanted = wanted_classes(*names, options, [&](const std::string& sentence) {
    engine.note(info.file.string() + ": " + sentence);
  });
  if (!wanted) return wrap(wanted.error(), info.file.string());

  Network network;
  network.options_ = std::move(options);
  network.model_ = std::move(*model);
  network.head_name_ = recognised->name;
  network.head_ = std::move(recognised->head);
  network.output_ = recognised->output;
  network.names_ = std::move(*names);
  network.wanted_ = std::move(*wanted);
  return network;
}

Result<std::vector<Candidate>> Network::infer(const FrameView& frame, Letterbox& place, const Turn& turn) {
  if (frame.width <= 0 || frame.height <= 0 || !frame.planes[0].data) {
    return fail(ErrorKind::invalid, "expected a frame with pixels, found one of {} x {}", frame.width,
                frame.height);
  }
  auto inference = model_->begin(turn);
  if (!inference) return std::unexpected(inference.error());
  const auto& info = model_->info();
  place = letterboxer_.fill(frame, head_->input(), info.width, info.height, inference->input());
  if (const auto ran = inference->run(); !ran) return std::unexpected(ran.error());
  const auto output = inference->output(output_);
  if (is_no_numbers(output.data)) {
    return fail(
        ErrorKind::corrupt,
        "{}: expected numbers, found that the model's output is NaN: with precision: f32 it may work; "
        "otherwise export it anew",
        info.file.string());
  }
  std::vector<Candidate> candidates;
  head_->decode(output, options_.conf_threshold, candidates);
  return candidates;
}

Result<std::vector<Detection>> Network::detect(const FrameView& frame, const Turn& turn) {
  Letterbox place;
  auto candidates = infer(frame, place, turn);
  if (!candidates) return std::unexpected(candidates.error());
  if (const auto sense = expect_sense(*candidates, names_.size(), model_->info().file.string()); !sense)
    return std::unexpected(sense.error());
  std::erase_if(*candidates,
                [&](const Candidate& found) { return !wanted_[static_cast<std::size_t>(found.label)]; });

  std::vector<Detection> detections;
  const float most_overlap = head_->overlaps() ? options_.iou_threshold : 1.0F;
  for (const auto& kept : suppress_overlaps(std::move(*candidates), most_overlap)) {
    const Box box = within(frame, place.to_frame(kept.box));
    if (!(box.w > 0 && box.h > 0)) continue;  // All of it in the padding, or numbers that are no numbers.
    detections.push_back({"", names_[static_cast<std::size_t>(kept.label)], kept.score, box});
  }
  return detections;
}

}  // namespace kinesight::vision::yolo
