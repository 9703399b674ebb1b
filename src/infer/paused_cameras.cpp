#include "infer/paused_cameras.h"

#include <sstream>

#include "config/cameras_file.h"
#include "config/replace_file.h"
#include "config/text_file.h"

namespace kinesight::infer {
namespace {

constexpr std::size_t kFileBytes = 1024 * 1024;

}  // namespace

Result<PausedCameras> PausedCameras::load(const std::filesystem::path& directory) {
  PausedCameras paused(directory / "paused-cameras");
  std::error_code ignored;
  if (!std::filesystem::exists(paused.file_, ignored)) return paused;
  const auto text = config::read_file(paused.file_, kFileBytes);
  if (!text) return fail(ErrorKind::unavailable, "{} {}", paused.file_.string(), text.error().message);
  std::istringstream lines(*text);
  for (std::string id; std::getline(lines, id);) {
    if (!config::is_camera_id(id)) {
      return fail(ErrorKind::corrupt,
                  "expected a camera id on each line of {}, found '{}': correct or delete it",
                  paused.file_.string(), id);
    }
    paused.ids_.insert(id);
  }
  return paused;
}

Result<> PausedCameras::set(const std::string& camera_id, bool paused) {
  auto ids = ids_;
  if (paused) {
    ids.insert(camera_id);
  } else {
    ids.erase(camera_id);
  }
  if (ids == ids_) return {};
  if (auto written = write(ids); !written) return written;
  ids_ = std::move(ids);
  return {};
}

Result<> PausedCameras::write(const std::set<std::string>& ids) const {
  std::string text;
  for (const auto& id : ids) text += id + "\n";
  std::error_code ignored;
  std::filesystem::create_directories(file_.parent_path(), ignored);  // What is wrong with it shows below.
  return config::replace_file(file_, text);
}

}  // namespace kinesight::infer
