#include "vision/yolo/network.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "vision/yolo/names.h"
#include "vision/yolo/nms.h"
#include "vision/yolo/recognise.h"

namespace kinesight::vision::yolo {
namespace {

/// By class, whether it is one of `targets`; all are when there are none.
Result<std::vector<bool>> wanted_classes(const std::vector<std::string>& names,
                                         const std::vector<std::string>& targets) {
  std::vector<bool> wanted(names.size(), targets.empty());
  for (const auto& target : targets) {
    const auto found = std::ranges::find(names, target);
    if (found == names.end()) {
      return fail(ErrorKind::invalid,
                  "target_classes: expected classes of the model, found '{}'; it knows: {}", target,
                  fmt::join(names, ", "));
    }
    wanted[static_cast<std::size_t>(found - names.begin())] = true;
  }
  return wanted;
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
  auto wanted = wanted_classes(*names, options.target_classes);
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

Result<std::vector<Candidate>> Network::infer(const FrameView& frame, Letterbox& place,
                                              std::stop_token stop) {
  if (frame.width <= 0 || frame.height <= 0 || !frame.planes[0].data) {
    return fail(ErrorKind::invalid, "expected a frame with pixels, found one of {} x {}", frame.width,
                frame.height);
  }
  auto inference = model_->begin(stop);
  if (!inference) return std::unexpected(inference.error());
  const auto& info = model_->info();
  place = letterboxer_.fill(frame, head_->input(), info.width, info.height, inference->input());
  if (const auto ran = inference->run(stop); !ran) return std::unexpected(ran.error());
  std::vector<Candidate> candidates;
  head_->decode(inference->output(output_), options_.conf_threshold, candidates);
  return candidates;
}

Result<std::vector<Detection>> Network::detect(const FrameView& frame, std::stop_token stop) {
  Letterbox place;
  auto candidates = infer(frame, place, stop);
  if (!candidates) return std::unexpected(candidates.error());
  for (const auto& candidate : *candidates) {
    if (static_cast<std::size_t>(candidate.label) < names_.size()) continue;
    return fail(ErrorKind::corrupt, "{}: the model found class {}, but only {} have a name",
                model_->info().file.string(), candidate.label, names_.size());
  }
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
