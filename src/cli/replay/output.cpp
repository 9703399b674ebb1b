#include "cli/replay/output.h"

#include "cli/detections.h"
#include "cli/replay/summary.h"

namespace kinesight::cli {
namespace {

namespace fs = std::filesystem;

Result<> written(const std::ofstream& out, const fs::path& file) {
  if (out) return {};
  return fail(ErrorKind::unavailable, "cannot write {}: may it be written, and is the disk full?",
              file.string());
}

}  // namespace

Result<ReplayOutput> ReplayOutput::create(const fs::path& folder, const std::vector<std::string>& videos,
                                          double fps, bool explain) {
  ReplayOutput output;
  if (folder.empty()) return output;
  output.folder_ = folder;
  output.fps_ = fps;
  output.names_ = names_for(videos, ".annotated.mp4");
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return fail(ErrorKind::unavailable, "--output: cannot make {}: {}", folder.string(), error.message());
  const auto begin = [&](std::ofstream& out, const char* name) {
    out.open(folder / name, std::ios::binary);
    output.files_.push_back((folder / name).string());
    return written(out, folder / name);
  };
  if (auto begun = begin(output.events_, "events.ndjson"); !begun) return std::unexpected(begun.error());
  if (!explain) return output;
  if (auto begun = begin(output.misses_, "near_misses.ndjson"); !begun) return std::unexpected(begun.error());
  return output;
}

Result<> ReplayOutput::frame(std::size_t recording, const Frame& frame,
                             const std::vector<vision::Detection>& visible) {
  if (folder_.empty()) return {};
  if (video_ && recording != recording_) {
    if (auto finished = finish_video(); !finished) return finished;
  }
  if (!video_) {
    video_ = std::make_unique<infer::AnnotatedVideo>(folder_ / names_[recording], fps_);
    recording_ = recording;
  }
  return video_->add(frame, visible);
}

Result<> ReplayOutput::event(const event::Envelope& event) {
  if (folder_.empty()) return {};
  events_ << event::to_json(event) << '\n';
  return written(events_, folder_ / "events.ndjson");
}

Result<> ReplayOutput::near_miss(const infer::NearMiss& miss) {
  if (!misses_.is_open()) return {};
  misses_ << line_of(json_of(miss)) << '\n';
  return written(misses_, folder_ / "near_misses.ndjson");
}

Result<> ReplayOutput::finish_video() {
  if (!video_) return {};
  const auto video = std::move(video_);
  if (auto finished = video->finish(); !finished) return finished;
  files_.push_back((folder_ / names_[recording_]).string());
  return {};
}

Result<> ReplayOutput::finish() {
  auto finished = finish_video();
  const auto close = [&](std::ofstream& out, const char* name) {
    if (!out.is_open()) return;
    out.close();  // What the stream held back is written only now.
    if (finished) finished = written(out, folder_ / name);
  };
  close(events_, "events.ndjson");
  close(misses_, "near_misses.ndjson");
  return finished;
}

}  // namespace kinesight::cli
