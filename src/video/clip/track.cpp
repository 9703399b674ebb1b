#include "video/clip/track.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "video/clip/box_writer.h"

namespace kinesight::video::clip {
namespace {

constexpr std::int64_t kLongestSeconds = 11 * 3600;
constexpr std::size_t kSamplesInChunk = 32;
constexpr std::uint64_t kDpi72 = 0x00480000;
constexpr int kUnsaid = 2;
constexpr std::size_t kMdatHeader = 16;  ///< With 64 bits of size, always: clips may be long.
// Flags of tkhd and of a data reference.
constexpr std::uint32_t kEnabledInMovie = 3;
constexpr std::uint32_t kInThisFile = 1;

/// The same value again and again, as the tables of times are written.
struct Run {
  std::uint32_t count;
  std::uint32_t value;
};

void add(std::vector<Run>& runs, std::int64_t value) {
  const auto ticks = static_cast<std::uint32_t>(value);  // A clip's length fits 32 bits.
  if (!runs.empty() && runs.back().value == ticks) {
    ++runs.back().count;
  } else {
    runs.push_back({1, ticks});
  }
}

class HeadWriter {
 public:
  HeadWriter(const Selection& selection, const SampleEntry& entry, std::int64_t timescale)
      : selection_(selection), entry_(entry), timescale_(static_cast<std::uint64_t>(timescale)) {
    find_times();
    for (const Sample& sample : selection_.samples) media_bytes_ += sample.bytes;
  }

  FileHead write() {
    constexpr std::size_t kRest = 4096;  // Besides the tables that grow with the frames.
    writer_.reserve(5 * selection_.samples.size() + 8 * (durations_.size() + offsets_.size()) + kRest);
    write_type();
    writer_.box("moov", [&] {
      write_movie();
      writer_.box("trak", [&] { write_track(); });
    });
    const std::size_t begin = writer_.size() + kMdatHeader;
    place_chunks(begin);
    writer_.u32(1);
    writer_.text("mdat");
    writer_.u64(media_bytes_ + kMdatHeader);
    return {writer_.take(), static_cast<std::int64_t>(media_bytes_)};
  }

 private:
  /// Frames are decoded at the times of presentation in their order, so that no time of decoding is negative
  /// or missing across parts, and presented `delay_` later, which the edit list takes back.
  void find_times() {
    const auto& order = selection_.in_order;
    const auto& samples = selection_.samples;
    for (std::size_t i = 0; i < samples.size(); ++i) delay_ = std::max(delay_, order[i] - samples[i].time);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const bool last = i + 1 == samples.size();
      add(durations_, last ? selection_.tail : order[i + 1] - order[i]);
      add(offsets_, samples[i].time + delay_ - order[i]);
    }
  }

  std::uint64_t media_duration() const {
    return static_cast<std::uint64_t>(selection_.in_order.back() - selection_.in_order.front() +
                                      selection_.tail);
  }
  std::uint64_t shown_duration() const {
    return static_cast<std::uint64_t>(selection_.end - selection_.begin);
  }

  void write_type() {
    writer_.box("ftyp", [&] {
      writer_.text("isom");
      writer_.u32(0x200);
      writer_.text("isomiso2mp41");
      if (entry_.record_type == "avcC") writer_.text("avc1");
    });
  }

  void write_matrix() {
    for (const std::uint32_t value : {0x10000U, 0U, 0U, 0U, 0x10000U, 0U, 0U, 0U, 0x40000000U})
      writer_.u32(value);
  }

  void write_movie() {
    writer_.full_box("mvhd", 0, [&] {
      writer_.zeros(8);  // When it was made: the same parts give the same bytes.
      writer_.u32(timescale_);
      writer_.u32(shown_duration());
      writer_.u32(0x10000);  // Rate 1.
      writer_.u16(0x100);    // Volume 1.
      writer_.zeros(10);
      write_matrix();
      writer_.zeros(24);
      writer_.u32(2);  // The next track's number.
    });
  }

  void write_track() {
    writer_.full_box("tkhd", kEnabledInMovie, [&] {
      writer_.zeros(8);
      writer_.u32(1);
      writer_.zeros(4);
      writer_.u32(shown_duration());
      writer_.zeros(16);
      write_matrix();
      writer_.u32(shown_width() << 16);
      writer_.u32(static_cast<std::uint64_t>(entry_.height) << 16);
    });
    writer_.box("edts", [&] {
      writer_.full_box("elst", 0, [&] {
        writer_.u32(1);
        writer_.u32(shown_duration());
        writer_.u32(static_cast<std::uint64_t>(selection_.begin - selection_.in_order.front() + delay_));
        writer_.u32(0x10000);
      });
    });
    writer_.box("mdia", [&] { write_media(); });
  }

  std::uint64_t shown_width() const {
    const AVRational shape = entry_.pixel_shape;
    if (shape.num <= 0 || shape.den <= 0) return static_cast<std::uint64_t>(entry_.width);
    return static_cast<std::uint64_t>(
        std::min<std::int64_t>(av_rescale(entry_.width, shape.num, shape.den), 0xffff));
  }

  void write_media() {
    writer_.full_box("mdhd", 0, [&] {
      writer_.zeros(8);
      writer_.u32(timescale_);
      writer_.u32(media_duration());
      writer_.u16(0x55c4);  // Language: "und".
      writer_.zeros(2);
    });
    writer_.full_box("hdlr", 0, [&] {
      writer_.zeros(4);
      writer_.text("vide");
      writer_.zeros(12);
      writer_.text("VideoHandler");
      writer_.zeros(1);
    });
    writer_.box("minf", [&] {
      writer_.full_box("vmhd", 1, [&] { writer_.zeros(8); });
      writer_.box("dinf", [&] {
        writer_.full_box("dref", 0, [&] {
          writer_.u32(1);
          writer_.full_box("url ", kInThisFile, [] {});
        });
      });
      writer_.box("stbl", [&] { write_tables(); });
    });
  }

  void write_tables() {
    writer_.full_box("stsd", 0, [&] {
      writer_.u32(1);
      writer_.box(entry_.type, [&] { write_entry(); });
    });
    write_runs("stts", durations_);
    const auto keys = std::ranges::count_if(selection_.samples, &Sample::key);
    if (keys < std::ssize(selection_.samples)) write_keys(static_cast<std::uint64_t>(keys));
    if (offsets_.size() > 1 || offsets_.front().value != 0) write_runs("ctts", offsets_);
    write_chunk_lengths();
    writer_.full_box("stsz", 0, [&] {
      writer_.u32(0);
      writer_.u32(selection_.samples.size());
      for (const Sample& sample : selection_.samples) writer_.u32(sample.bytes);
    });
    write_room_for_chunks();
  }

  void write_entry() {
    writer_.zeros(6);
    writer_.u16(1);  // Data reference.
    writer_.zeros(16);
    writer_.u16(static_cast<std::uint64_t>(entry_.width));
    writer_.u16(static_cast<std::uint64_t>(entry_.height));
    writer_.u32(kDpi72);
    writer_.u32(kDpi72);
    writer_.zeros(4);
    writer_.u16(1);     // One frame a sample.
    writer_.zeros(32);  // The encoder's name.
    writer_.u16(24);
    writer_.u16(0xffff);
    writer_.box(entry_.record_type, [&] { writer_.text(entry_.record); });
    if (entry_.pixel_shape.num > 0 && entry_.pixel_shape.den > 0) {
      writer_.box("pasp", [&] {
        writer_.u32(static_cast<std::uint64_t>(entry_.pixel_shape.num));
        writer_.u32(static_cast<std::uint64_t>(entry_.pixel_shape.den));
      });
    }
    if (entry_.primaries == kUnsaid && entry_.transfer == kUnsaid && entry_.matrix == kUnsaid) return;
    writer_.box("colr", [&] {
      writer_.text("nclx");
      for (const int value : {entry_.primaries, entry_.transfer, entry_.matrix})
        writer_.u16(static_cast<std::uint64_t>(value));
      writer_.u8(entry_.full_range ? 0x80 : 0);
    });
  }

  void write_runs(std::string_view type, const std::vector<Run>& runs) {
    writer_.full_box(type, 0, [&] {
      writer_.u32(runs.size());
      for (const Run& run : runs) {
        writer_.u32(run.count);
        writer_.u32(run.value);
      }
    });
  }

  void write_keys(std::uint64_t count) {
    writer_.full_box("stss", 0, [&] {
      writer_.u32(count);
      for (std::size_t i = 0; i < selection_.samples.size(); ++i) {
        if (selection_.samples[i].key) writer_.u32(i + 1);
      }
    });
  }

  std::size_t chunks() const { return (selection_.samples.size() + kSamplesInChunk - 1) / kSamplesInChunk; }

  void write_chunk_lengths() {
    const std::size_t rest = selection_.samples.size() % kSamplesInChunk;
    const std::size_t full = selection_.samples.size() / kSamplesInChunk;
    writer_.full_box("stsc", 0, [&] {
      writer_.u32((full > 0 ? 1 : 0) + (rest > 0 ? 1 : 0));
      const auto write = [&](std::size_t first, std::size_t length) {
        writer_.u32(first);
        writer_.u32(length);
        writer_.u32(1);
      };
      if (full > 0) write(1, kSamplesInChunk);
      if (rest > 0) write(full + 1, rest);
    });
  }

  bool large() const { return media_bytes_ > std::numeric_limits<std::uint32_t>::max() / 2; }

  /// Where the chunks lie is known when all of moov is written.
  void write_room_for_chunks() {
    writer_.full_box(large() ? "co64" : "stco", 0, [&] {
      writer_.u32(chunks());
      places_at_ = writer_.size();
      writer_.zeros(chunks() * (large() ? 8 : 4));
    });
  }

  void place_chunks(std::uint64_t at) {
    std::size_t field = places_at_;
    for (std::size_t i = 0; i < selection_.samples.size(); ++i) {
      if (i % kSamplesInChunk == 0) {
        if (large()) {
          writer_.patch(field, at >> 32);
          field += 4;
        }
        writer_.patch(field, at & 0xffffffff);
        field += 4;
      }
      at += selection_.samples[i].bytes;
    }
  }

  const Selection& selection_;
  const SampleEntry& entry_;
  const std::uint64_t timescale_;
  BoxWriter writer_;
  std::vector<Run> durations_;
  std::vector<Run> offsets_;
  std::int64_t delay_ = 0;
  std::uint64_t media_bytes_ = 0;
  std::size_t places_at_ = 0;
};

}  // namespace

Result<FileHead> write_head(const Selection& selection, const SampleEntry& entry, std::int64_t timescale) {
  const std::int64_t length = selection.in_order.back() - selection.in_order.front() + selection.tail;
  if (length > kLongestSeconds * timescale) {
    return fail(ErrorKind::invalid, "expected at most {} hours in a clip, found {:.1f}; cut the range in two",
                kLongestSeconds / 3600, static_cast<double>(length) / static_cast<double>(timescale) / 3600);
  }
  return HeadWriter(selection, entry, timescale).write();
}

}  // namespace kinesight::video::clip
