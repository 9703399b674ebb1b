// The ways out of a run of fragments: mux_mp4, mux_matroska, mux_mpegts.
#include <optional>

#include "video/boxes.h"
#include "video/fragmenter.h"
#include "video/libav/error.h"
#include "video/libav/memory_muxer.h"
#include "video/track_run.h"

namespace kinesight::video {
namespace {

using namespace libav;

/// The packets of a run.
class RunReader {
 public:
  explicit RunReader(const FragmentRun& run) : bytes_(pieces_of(run)) {}

  Result<> open() {
    const LogCapture log;
    AVFormatContext* context = avformat_alloc_context();
    if (context == nullptr || bytes_.io() == nullptr) {
      avformat_free_context(context);
      return fail(ErrorKind::unavailable, "fragments: out of memory");
    }
    context->pb = bytes_.io();
    // Frees the context when it fails.
    const int code = avformat_open_input(&context, "", av_find_input_format("mov"), nullptr);
    if (code < 0) return fail(ErrorKind::corrupt, "fragments: cannot be read: {}", log.explain(code));
    input_.reset(context);
    if (input_->nb_streams == 1 && stream().codecpar->codec_type == AVMEDIA_TYPE_VIDEO) return {};
    return fail(ErrorKind::corrupt, "fragments: expected one video track in their initialization segment");
  }

  const AVStream& stream() const { return *input_->streams[0]; }

  Result<bool> read(AVPacket& packet) {
    const LogCapture log;
    av_packet_unref(&packet);
    const int code = av_read_frame(input_.get(), &packet);
    if (code == AVERROR_EOF) return false;
    if (code < 0) return fail(ErrorKind::corrupt, "fragments: cannot be read: {}", log.explain(code));
    if (packet.pts == AV_NOPTS_VALUE || packet.dts == AV_NOPTS_VALUE) {
      return fail(ErrorKind::corrupt, "fragments: a frame in them has no time");
    }
    return true;
  }

 private:
  static std::vector<std::string_view> pieces_of(const FragmentRun& run) {
    std::vector<std::string_view> pieces{run.init};
    pieces.insert(pieces.end(), run.media.begin(), run.media.end());
    return pieces;
  }

  MemoryInput bytes_;
  InputPtr input_;
};

/// Whether times begin at 0, or are those of the run.
enum class Times { from_zero, as_they_are };

/// Writes each packet when the next one has told how long it lasts.
class Copier {
 public:
  Copier(RunReader& reader, MemoryMuxer& muxer, Times times)
      : reader_(reader), muxer_(muxer), times_(times), held_(av_packet_alloc()), next_(av_packet_alloc()) {}

  /// `last_duration` is how long the last frame of all lasts; 0: as long as the one before it.
  Result<> copy(std::uint32_t last_duration) {
    if (held_ == nullptr || next_ == nullptr) {
      return fail(ErrorKind::unavailable, "fragments: out of memory");
    }
    for (;;) {
      const auto more = reader_.read(*next_);
      if (!more) return std::unexpected(more.error());
      if (!*more) break;
      if (auto written = write_held(next_->dts); !written) return written;
      std::swap(held_, next_);
    }
    if (held_->size == 0) return fail(ErrorKind::corrupt, "fragments: there is no frame in them");
    return write_held(held_->dts + (last_duration > 0 ? last_duration : duration_));
  }

 private:
  Result<> write_held(std::int64_t until) {
    if (held_->size == 0) return {};  // Nothing held yet.
    if (!begin_) begin_ = times_ == Times::from_zero ? held_->pts : 0;
    held_->duration = duration_ = until - held_->dts;
    held_->pts -= *begin_;
    held_->dts -= *begin_;
    return muxer_.write(*held_);
  }

  RunReader& reader_;
  MemoryMuxer& muxer_;
  const Times times_;
  std::optional<std::int64_t> begin_;
  std::int64_t duration_ = 1;  ///< Of the last one written.
  PacketPtr held_;
  PacketPtr next_;
};

Result<std::string> remux(const FragmentRun& run, const MuxFormat& format, Times times) {
  RunReader reader(run);
  if (auto opened = reader.open(); !opened) return std::unexpected(opened.error());
  const auto muxer = MemoryMuxer::create(format, *reader.stream().codecpar, reader.stream().time_base,
                                         fmt::format("fragments as {}", format.name));
  if (!muxer) return std::unexpected(muxer.error());
  // libav's demuxer knows how long a frame lasts by the next one, and guesses for the last.
  const auto durations =
      run.media.empty() ? std::vector<std::uint32_t>{} : sample_durations(run.media.back());
  const std::uint32_t last = durations.empty() ? 0 : durations.back();
  if (auto copied = Copier(reader, **muxer, times).copy(last); !copied)
    return std::unexpected(copied.error());
  if (auto finished = (*muxer)->finish(); !finished) return std::unexpected(finished.error());
  return (*muxer)->take();
}

/// Adds `shift` to the places in the file that the index (a moov box alone) names.
void shift_index(std::string& moov, std::uint64_t shift) {
  constexpr auto kFields = 8;  // Version and flags, number of entries.
  const auto each = [&](std::string_view type, std::size_t length, auto&& change) {
    const auto table = boxes::find(moov, {"moov", "trak", "mdia", "minf", "stbl", type});
    if (!table) return;
    for (std::size_t at = table->content + kFields; at + length <= table->end; at += length) change(at);
  };
  each("stco", 4, [&](std::size_t at) {
    boxes::write_u32(moov, at, static_cast<std::uint32_t>(boxes::read_u32(moov, at) + shift));
  });
  each("co64", 8, [&](std::size_t at) { boxes::write_u64(moov, at, boxes::read_u64(moov, at) + shift); });
}

/// ftyp, media, moov → ftyp, moov, media: so that a player can begin before it has all of it.
Result<std::string> index_in_front(const std::string& file) {
  const auto type = boxes::find(file, {"ftyp"});
  const auto index = boxes::find(file, {"moov"});
  if (!type || !index) return fail(ErrorKind::corrupt, "fragments as mp4: the muxer wrote no index");
  std::string moov = file.substr(index->at, index->end - index->at);
  shift_index(moov, moov.size());
  std::string result;
  result.reserve(file.size());
  result.append(file, 0, type->end).append(moov);
  result.append(file, type->end, index->at - type->end).append(file, index->end);
  return result;
}

}  // namespace

Result<std::string> mux_mp4(const FragmentRun& run) {
  const auto file = remux(run, {.name = "mp4"}, Times::from_zero);
  if (!file) return file;
  return index_in_front(*file);
}

Result<std::string> mux_matroska(const FragmentRun& run,
                                 const std::vector<std::pair<std::string, std::string>>& tags) {
  return remux(run, {.name = "matroska", .tags = tags}, Times::as_they_are);
}

Result<std::string> mux_mpegts(const FragmentRun& run) {
  // Its counters begin anew in each segment, which players must be told.
  return remux(run, {.name = "mpegts", .options = {{"mpegts_flags", "initial_discontinuity"}}},
               Times::as_they_are);
}

}  // namespace kinesight::video
