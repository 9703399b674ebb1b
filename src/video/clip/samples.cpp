#include "video/clip/samples.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "video/clip/clip_reader.h"

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

Result<PieceIndex> index_piece(const Piece& piece, std::size_t number, const std::string& name) {
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
    const bool key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    if (index->samples.empty() && !key) continue;
    if (key && packet->pts <= latest) {
      return fail(ErrorKind::corrupt, "{}: the keyframe in packet {} is shown before earlier frames", name,
                  count);
    }
    if (packet->pts > latest) index->tail = packet->duration;
    latest = std::max(latest, packet->pts);
    index->samples.push_back({.time = packet->pts,
                              .bytes = static_cast<std::uint32_t>(packet->size),
                              .packet = count,
                              .piece = static_cast<std::uint16_t>(number),
                              .key = key});
  }
  if (index) index->samples.shrink_to_fit();
  if (index && index->samples.empty())
    return fail(ErrorKind::corrupt, "{}: there is no keyframe in it", name);
  return index;
}

class Indexer {
 public:
  /// The first of the part's pieces begins at the part's time, the others where their own times say.
  Result<> add(const ClipPart& part, const std::string& name) {
    const auto pieces = split(part.file, name);
    if (!pieces) return std::unexpected(pieces.error());
    std::optional<double> zero;
    for (const Piece& piece : *pieces) {
      if (all_.size() >= kMaxPieces) return too_many("fragments", kMaxPieces);
      auto index = index_piece(piece, all_.size(), name);
      if (!index) return std::unexpected(index.error());
      const double own = static_cast<double>(index->samples.front().time) * av_q2d(index->time_base);
      index->begin = part.begin + (own - zero.value_or(own));
      if (!zero) zero = own;
      frames_ += index->samples.size();
      if (frames_ > static_cast<std::size_t>(kMaxFrames)) return too_many("frames", kMaxFrames);
      all_.push_back(std::move(*index));
    }
    return {};
  }

  std::vector<PieceIndex> take() { return std::move(all_); }

 private:
  static Result<> too_many(const char* what, std::size_t most) {
    return fail(ErrorKind::invalid,
                "expected at most {} {} in all parts, found more; ask for a shorter range", most, what);
  }

  std::vector<PieceIndex> all_;
  std::size_t frames_ = 0;
};

}  // namespace

Result<std::vector<PieceIndex>> index_parts(std::span<const ClipPart> parts) {
  if (parts.empty()) return fail(ErrorKind::invalid, "expected parts of a clip, found none");
  Indexer indexer;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto added = indexer.add(parts[i], fmt::format("part {} of {}", i + 1, parts.size()));
    if (!added) return std::unexpected(added.error());
  }
  return indexer.take();
}

}  // namespace kinesight::video::clip
