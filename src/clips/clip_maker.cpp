#include "clips/clip_maker.h"

#include <sys/stat.h>

#include <algorithm>

#include "aws/digest.h"

namespace kinesight::clips {
namespace {

/// ListFragments goes by starts: the fragment that runs when the asked time begins started before it.
constexpr auto kListAgain = std::chrono::seconds(2);
constexpr double kListBefore = 60;
/// A part that came short is asked for in halves, so often at most.
constexpr int kMostHalvings = 3;
/// What a part's video may differ from its fragments' sum beside one fragment's length.
constexpr double kTolerance = 0.25;

Result<std::int64_t> bytes_of(const WorkFile& file) {
  struct stat status{};
  if (::fstat(file.descriptor(), &status) != 0) {
    return fail(ErrorKind::unavailable, "{}: its length cannot be read", file.path().string());
  }
  return status.st_size;
}

}  // namespace

Result<ClipPlan> ClipMaker::plan(const std::string& stream, Span asked, const ClipLimits& limits,
                                 Attempts& attempts, std::stop_token stop) const {
  for (;;) {
    const bool settled = clock_.wall_seconds() >= asked.end + options_.settle_seconds;
    const auto listed = attempts.run("fragments", stop, [&] {
      return streams_.fragments(stream, {asked.begin - kListBefore, asked.end}, stop);
    });
    if (!listed) return std::unexpected(listed.error());
    auto planned = plan_clip(*listed, asked, limits);
    const bool incomplete =
        planned ? planned->covered.end < asked.end : planned.error().kind == ErrorKind::not_found;
    if (incomplete && !settled) {
      const Error error{ErrorKind::unavailable,
                        fmt::format("the newest fragments of '{}' are not listed yet", stream)};
      if (auto waited = attempts.pause("fragments", error, kListAgain, stop); !waited)
        return std::unexpected(waited.error());
      continue;
    }
    if (planned && planned->bytes > options_.max_bytes) {
      return fail(ErrorKind::invalid, "the clip: expected at most {} bytes, found fragments of {}",
                  options_.max_bytes, planned->bytes);
    }
    return planned;
  }
}

Result<std::vector<WorkFile>> ClipMaker::fetch(const std::string& stream, const ClipPlan& plan,
                                               Attempts& attempts, std::stop_token stop) const {
  std::vector<WorkFile> files;
  for (const auto& request : plan.requests) {
    auto file = files_.make(".part.mp4");
    if (!file) return std::unexpected(file.error());
    const auto got = attempts.run(
        "clip", stop, [&] { return streams_.clip(stream, request.range, file->descriptor(), stop); });
    if (!got) return std::unexpected(got.error());
    files.push_back(std::move(*file));
  }
  return files;
}

Result<std::optional<MadeClip>> ClipMaker::join(const ClipPlan& plan, std::span<const WorkFile> parts,
                                                Span asked, video::ShortParts short_parts, Attempts& attempts,
                                                std::stop_token stop) const {
  auto file = files_.make(".mp4");
  if (!file) return std::unexpected(file.error());
  std::vector<video::ClipPart> pieces;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const ClipRequest& request = plan.requests[i];
    pieces.push_back({.file = parts[i].descriptor(),
                      .begin = request.begin,
                      .least_seconds = request.duration - request.longest - kTolerance});
  }
  const auto facts = attempts.run("clip", stop, [&] {
    return tools_.join(pieces, asked.begin, asked.end, file->descriptor(), short_parts, stop);
  });
  if (!facts) return std::unexpected(facts.error());
  if (facts->came_short && short_parts == video::ShortParts::leave) return std::nullopt;
  const auto bytes = bytes_of(*file);
  if (!bytes) return std::unexpected(bytes.error());
  const auto digest = aws::sha256_of_region({file->descriptor(), 0, static_cast<std::uint64_t>(*bytes)});
  if (!digest) return std::unexpected(digest.error());
  return MadeClip{.file = std::move(*file),
                  .facts = *facts,
                  .covered = plan.covered,
                  .gaps = plan.gaps,
                  .fragments = plan.fragments,
                  .truncated = facts->came_short,
                  .bytes = *bytes,
                  .sha256 = aws::hex(*digest)};
}

Result<MadeClip> ClipMaker::make(const std::string& stream, Span asked, Attempts& attempts,
                                 std::stop_token stop) const {
  ClipLimits limits;
  for (int halvings = 0;; ++halvings) {
    const auto plan = this->plan(stream, asked, limits, attempts, stop);
    if (!plan) return std::unexpected(plan.error());
    const auto parts = fetch(stream, *plan, attempts, stop);
    if (!parts) return std::unexpected(parts.error());
    const auto short_parts = halvings < kMostHalvings ? video::ShortParts::leave : video::ShortParts::join;
    auto clip = join(*plan, *parts, asked, short_parts, attempts, stop);
    if (!clip) return std::unexpected(clip.error());
    if (*clip) return std::move(**clip);
    limits.fragments = std::max<std::size_t>(1, limits.fragments / 2);
    limits.bytes = std::max<std::int64_t>(1, limits.bytes / 2);
  }
}

}  // namespace kinesight::clips
