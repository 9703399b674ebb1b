#include "cli/replay/recording.h"

namespace kinesight::cli {
namespace {

/// What the source of `camera` says of its option `key`, as a configuration would; empty where it has none.
std::string said(const config::CameraConfig& camera, const std::string& key) {
  if (!camera.source) return "";
  const auto* option = camera.source->options.table()->find(key);
  return option ? option->show(camera.source->options.object()) : "";
}

}  // namespace

infer::MakeRecording recordings_for(const config::CameraConfig& camera, const Components& components) {
  return [&camera, &kind = components.source("file")](
             const std::filesystem::path& file, Clock& clock) -> Result<std::unique_ptr<video::FrameSource>> {
    config::Parsed options(kind.options);
    const auto set = [&](const std::string& key, const std::string& text) {
      if (!text.empty()) kind.options.find(key)->assign(options.object(), config::Value::scalar(text));
    };
    set("path", file.string());
    set("pace", "max");
    set("decode", said(camera, "decode"));
    return kind.make(options, {.camera_id = camera.id,
                               .fps_target = camera.options.fps_target,
                               .clock = &clock,
                               .bitstream_gate = camera.bitstream_gate});
  };
}

}  // namespace kinesight::cli
