#include "video/clip/coding.h"

#include <algorithm>
#include <string_view>

#include "video/clip/parameter_sets.h"

namespace kinesight::video::clip {
namespace {

constexpr int kUnsaid = 2;

std::string_view record_of(const AVCodecParameters& codec) {
  return {reinterpret_cast<const char*>(codec.extradata), static_cast<std::size_t>(codec.extradata_size)};
}

bool is_avc(const AVCodecParameters& codec) { return codec.codec_id == AV_CODEC_ID_H264; }

std::string text_of(const AVCodecParameters& codec) {
  return fmt::format("{} {}x{}", avcodec_get_name(codec.codec_id), codec.width, codec.height);
}

/// Its samples may bring parameter sets that the header has not.
bool brings_sets(const AVCodecParameters& codec) {
  return codec.codec_tag == MKTAG('a', 'v', 'c', '3') || codec.codec_tag == MKTAG('h', 'e', 'v', '1');
}

SampleEntry describe(const AVCodecParameters& codec, bool sets_in_samples) {
  SampleEntry entry;
  entry.type = is_avc(codec) ? (sets_in_samples ? "avc3" : "avc1") : (sets_in_samples ? "hev1" : "hvc1");
  entry.record_type = is_avc(codec) ? "avcC" : "hvcC";
  entry.record = record_of(codec);
  if (!is_avc(codec) && sets_in_samples) entry.record = incomplete_hevc(entry.record);
  entry.width = codec.width;
  entry.height = codec.height;
  entry.pixel_shape = codec.sample_aspect_ratio;
  const auto said = [](int value) { return value > 0 && value < 256 ? value : kUnsaid; };
  entry.primaries = said(codec.color_primaries);
  entry.transfer = said(codec.color_trc);
  // 0 is RGB here, and what libav gives when it does not know is 2.
  entry.matrix = codec.color_space >= 0 && codec.color_space < 256 ? codec.color_space : kUnsaid;
  entry.full_range = codec.color_range == AVCOL_RANGE_JPEG;
  return entry;
}

/// Numbers of the pieces that frames are taken of, ascending.
std::vector<std::size_t> used_pieces(const Selection& selection) {
  std::vector<std::size_t> used;
  for (const Sample& sample : selection.samples) {
    if (used.empty() || used.back() != sample.piece) used.push_back(sample.piece);
  }
  return used;
}

Result<ParameterSets> read_sets(const PieceIndex& piece, const std::string& name) {
  const AVCodecParameters& codec = *piece.codec;
  auto sets = is_avc(codec) ? read_avc(record_of(codec)) : read_hevc(record_of(codec));
  if (!sets) return wrap(sets.error(), name);
  return sets;
}

Result<> check_same(const AVCodecParameters& first, const AVCodecParameters& other, const std::string& name) {
  if (other.codec_id == first.codec_id && other.width == first.width && other.height == first.height)
    return {};
  return fail(ErrorKind::invalid, "{}: the video changes from {} to {}; ask for a range of one kind", name,
              text_of(first), text_of(other));
}

}  // namespace

Result<Coding> agree(std::span<const PieceIndex> pieces, Selection& selection) {
  const std::vector<std::size_t> used = used_pieces(selection);
  const AVCodecParameters& first = *pieces[used.front()].codec;
  std::vector<std::string> sets(pieces.size());
  std::size_t length_bytes = 0;
  bool same = true;
  for (const std::size_t number : used) {
    const std::string name = pieces[number].name;
    const AVCodecParameters& codec = *pieces[number].codec;
    if (auto good = check_same(first, codec, name); !good) return std::unexpected(good.error());
    auto read = read_sets(pieces[number], name);
    if (!read) return std::unexpected(read.error());
    if (length_bytes != 0 && read->length_bytes != length_bytes) {
      return fail(ErrorKind::invalid, "{}: the lengths of NAL units change from {} to {} bytes", name,
                  length_bytes, read->length_bytes);
    }
    length_bytes = read->length_bytes;
    same = same && record_of(codec) == record_of(first);
    sets[number] = std::move(read->units);
  }
  Coding coding{.entry = describe(first, !same || brings_sets(first)), .before_keyframes = {}};
  if (same) return coding;
  for (Sample& sample : selection.samples) {
    if (sample.key) sample.bytes += static_cast<std::uint32_t>(sets[sample.piece].size());
  }
  coding.before_keyframes = std::move(sets);
  return coding;
}

}  // namespace kinesight::video::clip
