// One clip of many parts: join_clip(). The parts are read twice: for the index, and for the bytes.
#include <unistd.h>

#include <cerrno>
#include <cstring>

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
    buffer_ += bytes;
    return buffer_.size() < kBuffer ? Result<>() : flush();
  }

  Result<> flush() {
    auto done = put(buffer_);
    buffer_.clear();
    return done;
  }

  /// What was there behind is gone.
  Result<> finish() {
    if (auto flushed = flush(); !flushed) return flushed;
    return ftruncate(file_, at_) == 0 ? Result<>() : failed();
  }

 private:
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
  std::string buffer_;
};

/// Copies the bytes of the samples of one piece.
class PieceCopier {
 public:
  PieceCopier(const Coding& coding, Output& output, std::string name)
      : coding_(coding), output_(output), name_(std::move(name)) {}

  Result<> copy(const Piece& piece, std::span<const Sample> samples) {
    const auto reader = ClipReader::open(piece, name_);
    if (!reader) return std::unexpected(reader.error());
    const PacketPtr packet(av_packet_alloc());
    if (packet == nullptr) return fail(ErrorKind::unavailable, "{}: out of memory", name_);
    auto next = samples.begin();
    for (std::uint32_t count = 0; next != samples.end(); ++count) {
      const auto more = (*reader)->read(*packet);
      if (!more) return std::unexpected(more.error());
      if (!*more) return changed();
      if (count != next->packet) continue;
      if (auto written = write(*packet, *next); !written) return written;
      ++next;
    }
    return {};
  }

 private:
  Result<> write(const AVPacket& packet, const Sample& sample) {
    std::size_t expected = sample.bytes;
    if (sample.key && !coding_.before_keyframes.empty()) {
      const std::string& sets = coding_.before_keyframes[sample.piece];
      expected -= sets.size();
      if (auto written = output_.write(sets); !written) return written;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(packet.data),
                                 static_cast<std::size_t>(packet.size));
    if (bytes.size() != expected) return changed();
    return output_.write(bytes);
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

Result<ClipFacts> join_clip(std::span<const ClipPart> parts, double from, double until, int output) {
  auto index = index_parts(parts);
  if (!index) return std::unexpected(index.error());
  auto line = place(*index);
  if (!line) return std::unexpected(line.error());
  auto selection = select(*line, line->ticks(from), line->ticks(until));
  if (!selection) return std::unexpected(selection.error());
  line->samples = std::vector<Sample>();  // The selection has its own.
  line->in_order = std::vector<std::uint32_t>();
  const auto coding = agree(*index, *selection);
  if (!coding) return std::unexpected(coding.error());
  Output file(output);
  const auto head = write_head(*selection, coding->entry, line->timescale);
  if (!head) return std::unexpected(head.error());
  auto written = file.write(head->bytes);
  if (written) written = copy_samples(*index, *coding, selection->samples, file);
  if (written) written = file.finish();
  if (!written) return std::unexpected(written.error());
  return facts_of(*selection, *(*index)[selection->samples.front().piece].codec, *line);
}

}  // namespace kinesight::video
