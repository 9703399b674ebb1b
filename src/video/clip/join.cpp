// One clip of many parts: join_clip(). The parts are read twice: for the index, and for the bytes.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "video/clip/clip.h"
#include "video/clip/clip_reader.h"
#include "video/clip/coding.h"
#include "video/clip/samples.h"
#include "video/clip/selection.h"
#include "video/clip/timeline.h"
#include "video/clip/track.h"

namespace kinesight::video {
namespace {

using namespace clip;
using libav::PacketPtr;

/// Writes a file from its beginning to its end.
class Output {
 public:
  explicit Output(int file) : file_(file) {}

  Result<> write(std::string_view bytes) {
    if (bytes.size() >= kBuffer) {  // The index of a long clip takes megabytes: not twice.
      if (auto flushed = flush(); !flushed) return flushed;
      return put(bytes);
    }
    if (auto room = make_room(bytes.size()); !room) return room;
    std::ranges::copy(bytes, buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ += bytes.size();
    return {};
  }

  /// Writes bytes of another file. False: it has not as many.
  Result<bool> copy(int from, std::int64_t at, std::uint64_t length) {
    while (length > 0) {
      if (auto room = make_room(1); !room) return std::unexpected(room.error());
      const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(length, kBuffer - used_));
      const std::ptrdiff_t count = read_at(from, at, buffer_.data() + used_, piece);
      if (count != static_cast<std::ptrdiff_t>(piece)) return false;
      used_ += piece;
      at += count;
      length -= piece;
    }
    return true;
  }

  /// What was there behind is gone.
  Result<> finish() {
    if (auto flushed = flush(); !flushed) return flushed;
    return ftruncate(file_, at_) == 0 ? Result<>() : failed();
  }

 private:
  Result<> make_room(std::size_t bytes) { return kBuffer - used_ < bytes ? flush() : Result<>(); }

  Result<> flush() { return put({buffer_.data(), std::exchange(used_, 0)}); }

  Result<> put(std::string_view left) {
    while (!left.empty()) {
      const ssize_t count = pwrite(file_, left.data(), left.size(), at_);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return failed();
      at_ += count;
      left.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }

  static constexpr std::size_t kBuffer = std::size_t{256} * 1024;

  static Result<> failed() {
    return fail(ErrorKind::unavailable, "the clip cannot be written: {}", std::strerror(errno));
  }

  const int file_;
  std::int64_t at_ = 0;
  std::vector<char> buffer_ = std::vector<char>(kBuffer);
  std::size_t used_ = 0;
};

/// Copies the bytes of the samples of one piece.
class PieceCopier {
 public:
  PieceCopier(const Coding& coding, Output& output, std::string name)
      : coding_(coding), output_(output), name_(std::move(name)) {}

  Result<> copy(const Piece& piece, std::span<const Sample> samples) {
    return piece.matroska ? copy_packets(piece, samples) : copy_bytes(piece.file, samples);
  }

 private:
  /// Where the samples lie is known: those that lie one behind the other go at once.
  Result<> copy_bytes(int file, std::span<const Sample> samples) {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    const auto flush = [&]() -> Result<> {
      const auto whole = output_.copy(file, begin, static_cast<std::uint64_t>(end - begin));
      if (!whole) return std::unexpected(whole.error());
      return *whole ? Result<>() : changed();
    };
    for (const Sample& sample : samples) {
      const std::string_view sets = sets_before(sample);
      if (sample.place != end || !sets.empty()) {
        if (auto flushed = flush(); !flushed) return flushed;
        if (auto written = output_.write(sets); !written) return written;
        begin = sample.place;
      }
      end = sample.place + sample.bytes - static_cast<std::int64_t>(sets.size());
    }
    return flush();
  }

  /// Reads the piece once more.
  Result<> copy_packets(const Piece& piece, std::span<const Sample> samples) {
    const auto reader = ClipReader::open(piece, name_);
    if (!reader) return std::unexpected(reader.error());
    const PacketPtr packet(av_packet_alloc());
    if (packet == nullptr) return fail(ErrorKind::unavailable, "{}: out of memory", name_);
    auto next = samples.begin();
    for (std::int64_t count = 0; next != samples.end(); ++count) {
      const auto more = (*reader)->read(*packet);
      if (!more) return std::unexpected(more.error());
      if (!*more) return changed();
      if (count != next->place) continue;
      if (auto written = write(*packet, *next); !written) return written;
      ++next;
    }
    return {};
  }

  Result<> write(const AVPacket& packet, const Sample& sample) {
    const std::string_view sets = sets_before(sample);
    if (auto written = output_.write(sets); !written) return written;
    const std::string_view bytes(reinterpret_cast<const char*>(packet.data),
                                 static_cast<std::size_t>(packet.size));
    if (bytes.size() != sample.bytes - sets.size()) return changed();
    return output_.write(bytes);
  }

  /// What `sample.bytes` counts beside its bytes in the part.
  std::string_view sets_before(const Sample& sample) const {
    if (!sample.key || coding_.before_keyframes.empty()) return {};
    return coding_.before_keyframes[sample.piece];
  }

  Result<> changed() const { return fail(ErrorKind::corrupt, "{}: it changed while it was read", name_); }

  const Coding& coding_;
  Output& output_;
  const std::string name_;
};

Result<> copy_samples(std::span<const PieceIndex> pieces, const Coding& coding,
                      std::span<const Sample> samples, Output& output) {
  for (std::size_t from = 0; from < samples.size();) {
    std::size_t end = from;
    while (end < samples.size() && samples[end].piece == samples[from].piece) ++end;
    const PieceIndex& index = pieces[samples[from].piece];
    PieceCopier copier(coding, output, index.name);
    if (auto copied = copier.copy(index.piece, samples.subspan(from, end - from)); !copied) return copied;
    from = end;
  }
  return {};
}

ClipFacts facts_of(const Selection& selection, const AVCodecParameters& codec, const Timeline& line) {
  const auto seconds = [&](std::int64_t ticks) {
    return static_cast<double>(ticks) / static_cast<double>(line.timescale);
  };
  ClipFacts facts;
  facts.codec = avcodec_get_name(codec.codec_id);
  facts.width = codec.width;
  facts.height = codec.height;
  facts.frames = static_cast<std::int64_t>(selection.samples.size());
  facts.shown_frames = selection.shown;
  facts.duration = seconds(selection.end - selection.begin);
  facts.longest_pause = seconds(selection.longest_pause);
  facts.begin = line.origin + seconds(selection.begin);
  return facts;
}

}  // namespace

Result<ClipFacts> join_clip(std::span<const ClipPart> parts, double from, double until, int output,
                            ShortParts short_parts) {
  auto index = index_parts(parts);
  if (!index) return std::unexpected(index.error());
  if (index->came_short && short_parts == ShortParts::leave) return only_short();
  std::vector<PieceIndex>& pieces = index->pieces;
  auto line = place(pieces);
  if (!line) return std::unexpected(line.error());
  auto selection = select(*line, line->ticks(from), line->ticks(until));
  if (!selection) return std::unexpected(selection.error());
  line->samples = std::vector<Sample>();  // The selection has its own.
  line->in_order = std::vector<std::uint32_t>();
  const auto coding = agree(pieces, *selection);
  if (!coding) return std::unexpected(coding.error());
  Output file(output);
  const auto head = write_head(*selection, coding->entry, line->timescale);
  if (!head) return std::unexpected(head.error());
  auto written = file.write(head->bytes);
  if (written) written = copy_samples(pieces, *coding, selection->samples, file);
  if (written) written = file.finish();
  if (!written) return std::unexpected(written.error());
  ClipFacts facts = facts_of(*selection, *pieces[selection->samples.front().piece].codec, *line);
  facts.came_short = index->came_short;
  return facts;
}

}  // namespace kinesight::video
