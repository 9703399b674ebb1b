// What the product sees in a video: dump_detections VIDEO MODEL EVERY CONF
// Goes the product's own way (file source, object detector at f32) over every EVERY-th frame of VIDEO, and
// prints one JSON object a line: {"frame": 0, "detections": [{"label": "person", "conf": 0.9, "box": [x, y,
// w, h]}]}.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "config/table.h"
#include "video/source_kind.h"
#include "vision/detector_kind.h"
#include "vision/engine.h"

namespace kinesight {
namespace {

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "dump_detections: %s\n", result.error().message.c_str());
  std::exit(1);
}

/// Options as a configuration file would have set them.
config::Parsed parsed(const config::Table& table,
                      std::initializer_list<std::pair<std::string_view, std::string>> values) {
  config::Parsed options(table);
  for (const auto& [key, text] : values) {
    const auto* option = table.find(key);
    if (option && option->assign(options.object(), config::Value::scalar(text))) continue;
    std::fprintf(stderr, "dump_detections: %s does not take %s: %s\n", table.name().c_str(),
                 std::string(key).c_str(), text.c_str());
    std::exit(2);
  }
  return options;
}

nlohmann::json as_json(std::int64_t frame, const std::vector<vision::Detection>& detections) {
  auto list = nlohmann::json::array();
  for (const auto& found : detections) {
    if (!found.sure()) continue;
    const auto& box = found.box;
    list.push_back({{"label", found.label}, {"conf", found.conf}, {"box", {box.x, box.y, box.w, box.h}}});
  }
  return {{"frame", frame}, {"detections", list}};
}

int dump(const std::string& video, const std::string& model, long every, const std::string& conf) {
  vision::Engine engine;
  const auto kind = vision::object_detector_kind();
  const auto options =
      parsed(kind.options, {{"model_path", model}, {"conf_threshold", conf}, {"precision", "f32"}});
  const auto detector = must(kind.make(options, engine));

  const auto file = video::file_source_kind();
  const auto source = file.make(parsed(file.options, {{"path", video}, {"pace", "max"}, {"decode", "all"}}),
                                {.camera_id = "dump"});
  if (const auto opened = source->open({}); !opened) must<int>(std::unexpected(opened.error()));
  while (const auto frame = must(source->read({}))) {
    if (frame->sequence % every != 0) continue;
    std::printf("%s\n", as_json(frame->sequence, must(detector->detect(*frame, {}))).dump().c_str());
  }
  return 0;
}

}  // namespace
}  // namespace kinesight

int main(int count, char** words) {
  const long every = count == 5 ? std::strtol(words[3], nullptr, 10) : 0;
  if (every < 1) {
    std::fprintf(stderr, "usage: dump_detections VIDEO MODEL EVERY CONF\n");
    return 2;
  }
  return kinesight::dump(words[1], words[2], every, words[4]);
}
