#include "video/clip/samples.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "video/clip/clip_reader.h"
#include "video/clip/presentation.h"

namespace kinesight::video::clip {
namespace {

using libav::PacketPtr;

constexpr std::size_t kMaxPieces = std::numeric_limits<std::uint16_t>::max();

Result<PieceIndex> describe(const ClipReader& reader, const Piece& piece, const std::string& name) {
  PieceIndex index;
  index.piece = piece;
  index.name = name;
  index.codec.reset(avcodec_parameters_alloc());
  if (index.codec == nullptr || avcodec_parameters_copy(index.codec.get(), reader.stream().codecpar) < 0) {
    return fail(ErrorKind::unavailable, "{}: out of memory", name);
  }
  index.time_base = reader.stream().time_base;
  return index;
}

/// The times of all of a part's frames, those before the first keyframe too.
struct PartTimes {
  std::vector<FrameTime> frames;
  std::optional<std::vector<Shown>> edits;
  double tick = 0;
};

/// Where the piece's next sample lies; nothing when libav does not say.
std::optional<std::int64_t> place_of(const AVPacket& packet, std::uint32_t count, const Piece& piece) {
  if (piece.matroska) return count;  // Its frames may be laced, and their first bytes left out.
  const std::int64_t length = piece.end - piece.begin;
  if (packet.pos < 0 || packet.size > length || packet.pos > length - packet.size) return std::nullopt;
  return piece.begin + packet.pos;
}

Result<PieceIndex> index_piece(const Piece& piece, std::size_t number, const std::string& name,
                               PartTimes& times) {
  const auto reader = ClipReader::open(piece, name);
  if (!reader) return std::unexpected(reader.error());
  auto index = describe(**reader, piece, name);
  const PacketPtr packet(av_packet_alloc());
  if (packet == nullptr) return fail(ErrorKind::unavailable, "{}: out of memory", name);
  std::int64_t latest = std::numeric_limits<std::int64_t>::min();
  for (std::uint32_t count = 0; index; ++count) {
    const auto more = (*reader)->read(*packet);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    times.frames.push_back({packet->pts, packet->duration});
    const bool key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    if (index->samples.empty() && !key) continue;
    if (index->samples.empty()) {
      if (auto good = check_keyframe((*reader)->stream(), *packet, name); !good)
        return std::unexpected(good.error());
    }
    if (key && packet->pts <= latest) {
      return fail(ErrorKind::corrupt, "{}: the keyframe in packet {} is shown before earlier frames", name,
                  count);
    }
    if (packet->pts > latest) index->tail = packet->duration;
    latest = std::max(latest, packet->pts);
    const auto place = place_of(*packet, count, piece);
    if (!place) return fail(ErrorKind::corrupt, "{}: packet {} lies nowhere in it", name, count);
    index->samples.push_back({.time = packet->pts,
                              .place = *place,
                              .bytes = static_cast<std::uint32_t>(packet->size),
                              .piece = static_cast<std::uint16_t>(number),
                              .key = key});
  }
  if (index) index->samples.shrink_to_fit();
  if (index && index->samples.empty())
    return fail(ErrorKind::corrupt, "{}: there is no keyframe in it", name);
  if (index) {
    const double tick = av_q2d(index->time_base);
    if (times.tick != 0 && tick != times.tick)
      return fail(ErrorKind::corrupt, "{}: the unit of time changes within", name);
    times.tick = tick;
    times.edits = read_edit_list((*reader)->boxes());
  }
  return index;
}

class Indexer {
 public:
  /// The first of the part's pieces begins at the part's time, the others where their own times say.
  Result<> add(const ClipPart& part, const std::string& name) {
    const auto pieces = split(part.file, name);
    if (!pieces) return std::unexpected(pieces.error());
    std::optional<double> zero;
    PartTimes times;
    for (const Piece& piece : *pieces) {
      if (all_.pieces.size() >= kMaxPieces) return too_many("fragments", kMaxPieces);
      auto index = index_piece(piece, all_.pieces.size(), name, times);
      if (!index) return std::unexpected(index.error());
      const double own = static_cast<double>(index->samples.front().time) * av_q2d(index->time_base);
      index->begin = part.begin + (own - zero.value_or(own));
      if (!zero) zero = own;
      frames_ += index->samples.size();
      if (frames_ > static_cast<std::size_t>(kMaxFrames)) return too_many("frames", kMaxFrames);
      all_.pieces.push_back(std::move(*index));
    }
    return see(part, times, name);
  }

  PartsIndex take() { return std::move(all_); }

 private:
  Result<> see(const ClipPart& part, PartTimes& times, const std::string& name) {
    const Presentation shown = present(times.frames, times.edits, times.tick);
    if (shown.frames == 0) {
      return fail(ErrorKind::corrupt, "{}: its edit list shows none of its {} frames", name,
                  times.frames.size());
    }
    all_.came_short = all_.came_short || shown.duration < part.least_seconds;
    return {};
  }

  static Result<> too_many(const char* what, std::size_t most) {
    return fail(ErrorKind::invalid,
                "expected at most {} {} in all parts, found more; ask for a shorter range", most, what);
  }

  PartsIndex all_;
  std::size_t frames_ = 0;
};

}  // namespace

Result<PartsIndex> index_parts(std::span<const ClipPart> parts) {
  if (parts.empty()) return fail(ErrorKind::invalid, "expected parts of a clip, found none");
  Indexer indexer;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto added = indexer.add(parts[i], fmt::format("part {} of {}", i + 1, parts.size()));
    if (!added) return std::unexpected(added.error());
  }
  return indexer.take();
}

}  // namespace kinesight::video::clip
