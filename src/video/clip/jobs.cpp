#include "video/clip/jobs.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace kinesight::video {
namespace {

using nlohmann::json;
using Answer = Result<std::string>;
using Files = std::span<const int>;

constexpr std::string_view kJoin = "join_clip";
constexpr std::string_view kThumbnail = "clip_thumbnail";
constexpr std::size_t kMaxThumbnailBytes = std::size_t{4} << 20;
constexpr std::string_view kJpegBegin = "\xff\xd8\xff";

Answer facts_text(const Result<ClipFacts>& facts) {
  if (!facts) return std::unexpected(facts.error());
  return json{{"codec", facts->codec},
              {"width", facts->width},
              {"height", facts->height},
              {"frames", facts->frames},
              {"shown_frames", facts->shown_frames},
              {"duration", facts->duration},
              {"longest_pause", facts->longest_pause},
              {"begin", facts->begin},
              {"came_short", facts->came_short}}
      .dump();
}

/// What cannot be is the work of somebody who took the job over.
bool plausible(const ClipFacts& facts) {
  const bool times = std::isfinite(facts.duration) && facts.duration >= 0 &&
                     std::isfinite(facts.longest_pause) && facts.longest_pause >= 0 &&
                     std::isfinite(facts.begin);
  return times && (facts.codec == "h264" || facts.codec == "hevc") && facts.width > 0 && facts.height > 0 &&
         facts.shown_frames > 0 && facts.frames >= facts.shown_frames;
}

std::unexpected<Error> nonsense(std::string_view job) {
  return fail(ErrorKind::corrupt, "job '{}': its answer makes no sense", job);
}

/// `left`: parts that came short may have been left.
Result<ClipFacts> facts_in(std::string_view job, const Answer& answer, bool left) {
  if (!answer) return std::unexpected(answer.error());
  try {
    const json facts = json::parse(*answer);
    ClipFacts read{.codec = facts.at("codec"),
                   .width = facts.at("width"),
                   .height = facts.at("height"),
                   .frames = facts.at("frames"),
                   .shown_frames = facts.at("shown_frames"),
                   .duration = facts.at("duration"),
                   .longest_pause = facts.at("longest_pause"),
                   .begin = facts.at("begin"),
                   .came_short = facts.at("came_short")};
    if (left && read.came_short) return only_short();
    if (plausible(read)) return read;
  } catch (const json::exception&) {
    return nonsense(job);
  }
  return nonsense(job);
}

/// The requests are our own: what is wrong with them would throw, which the sandbox turns into an error.
Answer run_join(std::string_view request, Files files) {
  const json wanted = json::parse(request);
  const auto begins = wanted.at("begins").get<std::vector<double>>();
  const auto least = wanted.at("least_seconds").get<std::vector<double>>();
  std::vector<ClipPart> parts;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    parts.push_back({.file = files[i + 1], .begin = begins[i], .least_seconds = least[i]});
  }
  const auto short_parts = wanted.at("leave_short").get<bool>() ? ShortParts::leave : ShortParts::join;
  return facts_text(join_clip(parts, wanted.at("from"), wanted.at("until"), files[0], short_parts));
}

Answer run_thumbnail(std::string_view request, Files files) {
  const json wanted = json::parse(request);
  return clip_thumbnail(files[0], wanted.at("max_width"), wanted.at("quality"));
}

constexpr SandboxJob kJobs[] = {{kJoin, run_join}, {kThumbnail, run_thumbnail}};

}  // namespace

std::span<const SandboxJob> clip_jobs() { return kJobs; }

Result<ClipFacts> ClipTools::join(std::span<const ClipPart> parts, double from, double until, int output,
                                  ShortParts short_parts, const std::stop_token& stop) const {
  std::vector<int> files{output};
  std::vector<double> begins;
  std::vector<double> least;
  for (const ClipPart& part : parts) {
    files.push_back(part.file);
    begins.push_back(part.begin);
    least.push_back(part.least_seconds);
  }
  const bool leave = short_parts == ShortParts::leave;
  const std::string request = json{
      {"begins", begins},
      {"least_seconds", least},
      {"leave_short", leave},
      {"from", from},
      {"until", until}}.dump();
  return facts_in(kJoin, sandbox_.run(kJoin, request, files, limits_, stop), leave);
}

Result<std::string> ClipTools::thumbnail(int file, int max_width, int quality,
                                         const std::stop_token& stop) const {
  const std::string request = json{{"max_width", max_width}, {"quality", quality}}.dump();
  auto answer = sandbox_.run(kThumbnail, request, {&file, 1}, limits_, stop);
  if (answer && (!answer->starts_with(kJpegBegin) || answer->size() > kMaxThumbnailBytes))
    return nonsense(kThumbnail);
  return answer;
}

}  // namespace kinesight::video
