#include "video/kvs_hls/altered.h"

#include <filesystem>
#include <optional>
#include <stdexcept>

#include "support/temp_folder.h"
#include "video/boxes.h"
#include "video/libav/libav.h"
#include "video/movie.h"

namespace kinesight::video::kvs_hls::test {
namespace {

using namespace libav;

void must(int code) {
  if (code < 0) throw std::runtime_error("libav: " + std::to_string(code));
}

/// Copies the pictures of one container into another one, with silence beside them.
class Muxer {
 public:
  Muxer(const std::filesystem::path& from, const std::filesystem::path& to) {
    AVFormatContext* input = nullptr;
    must(avformat_open_input(&input, from.c_str(), nullptr, nullptr));
    input_.reset(input);
    must(avformat_find_stream_info(input, nullptr));
    must(avformat_alloc_output_context2(&output_, nullptr, nullptr, to.c_str()));
    AVStream* pictures = avformat_new_stream(output_, nullptr);
    must(avcodec_parameters_copy(pictures->codecpar, input->streams[0]->codecpar));
    pictures->codecpar->codec_tag = 0;
    add_sound();
    must(avio_open(&output_->pb, to.c_str(), AVIO_FLAG_WRITE));
    Options options;
    if (to.extension() == ".mp4") options.set("movflags", "frag_custom+empty_moov+default_base_moof");
    must(avformat_write_header(output_, options.get()));
  }

  ~Muxer() {
    avio_closep(&output_->pb);
    avformat_free_context(output_);
  }

  void copy() {
    write_silence();
    const PacketPtr packet(av_packet_alloc());
    while (av_read_frame(input_.get(), packet.get()) >= 0) {
      av_packet_rescale_ts(packet.get(), input_->streams[0]->time_base, output_->streams[0]->time_base);
      must(av_interleaved_write_frame(output_, packet.get()));
    }
    must(av_write_trailer(output_));
  }

 private:
  static constexpr int kRate = 48'000;
  static constexpr int kSamples = 1024;

  void add_sound() {
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
    encoder_.reset(avcodec_alloc_context3(codec));
    encoder_->sample_fmt = AV_SAMPLE_FMT_FLTP;
    encoder_->sample_rate = kRate;
    encoder_->ch_layout = AV_CHANNEL_LAYOUT_MONO;
    encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    must(avcodec_open2(encoder_.get(), codec, nullptr));
    AVStream* sound = avformat_new_stream(output_, nullptr);
    must(avcodec_parameters_from_context(sound->codecpar, encoder_.get()));
  }

  void write_silence() {
    const FramePtr frame(av_frame_alloc());
    frame->format = AV_SAMPLE_FMT_FLTP;
    frame->ch_layout = AV_CHANNEL_LAYOUT_MONO;
    frame->nb_samples = kSamples;
    must(av_frame_get_buffer(frame.get(), 0));
    av_samples_set_silence(frame->data, 0, kSamples, 1, AV_SAMPLE_FMT_FLTP);
    const PacketPtr packet(av_packet_alloc());
    for (int i = 0; i < kRate / kSamples; ++i) {
      frame->pts = std::int64_t{i} * kSamples;
      must(avcodec_send_frame(encoder_.get(), frame.get()));
      while (avcodec_receive_packet(encoder_.get(), packet.get()) >= 0) {
        packet->stream_index = 1;
        av_packet_rescale_ts(packet.get(), {1, kRate}, output_->streams[1]->time_base);
        must(av_interleaved_write_frame(output_, packet.get()));
      }
    }
  }

  InputPtr input_;
  AVFormatContext* output_ = nullptr;
  CodecPtr encoder_;
};

/// Bits of a raw byte sequence, as the syntax of H.264 reads them.
class Bits {
 public:
  explicit Bits(std::string& bytes) : bytes_(bytes) {}

  std::size_t size() const { return 8 * bytes_.size(); }
  int get(std::size_t at) const { return bytes_[at / 8] >> (7 - at % 8) & 1; }
  void set(std::size_t at, bool bit) {
    const char mask = static_cast<char>(1 << (7 - at % 8));
    bytes_[at / 8] = static_cast<char>(bit ? bytes_[at / 8] | mask : bytes_[at / 8] & ~mask);
  }
  /// ue(v): moves `at` behind it; nothing where there is none.
  std::optional<unsigned> exp_golomb(std::size_t& at) const {
    int zeros = 0;
    while (at < size() && get(at) == 0) ++at, ++zeros;
    if (zeros > 16 || at + static_cast<std::size_t>(zeros) >= size()) return std::nullopt;
    unsigned value = 0;
    for (int i = 0; i <= zeros; ++i) value = value << 1 | static_cast<unsigned>(get(at++));
    return value - 1;
  }

 private:
  std::string& bytes_;
};

/// Whether the bitstream restriction, as x264 writes it, begins at `at` and is the last of the set.
bool is_restriction(const Bits& bits, std::size_t at) {
  if (bits.get(at++) != 1 || bits.get(at++) != 1) return false;
  std::optional<unsigned> fields[6];
  for (auto& field : fields) {
    field = bits.exp_golomb(at);
    if (!field) return false;
  }
  if (*fields[0] != 0 || *fields[1] != 0 || *fields[2] != *fields[3]) return false;
  if (at >= bits.size() || bits.get(at++) != 1) return false;  // The stop bit.
  while (at < bits.size() && bits.get(at) == 0) ++at;
  return at == bits.size();
}

}  // namespace

Fragment with_sound(const Fragment& fragment, bool transport_stream) {
  const support::TempFolder folder;
  const auto from = folder.path() / "from.mp4";
  const auto to = folder.path() / (transport_stream ? "to.ts" : "to.mp4");
  video::test::spill(from, *fragment.init + fragment.media);
  {
    Muxer muxer(from, to);
    muxer.copy();
  }
  const std::string file = video::test::slurp(to);
  Fragment result = fragment;
  result.init = nullptr;
  result.media = file;
  if (transport_stream) return result;
  const auto media = boxes::find(file, {"moof"});
  if (!media) throw std::runtime_error("no fragment was written");
  result.init = std::make_shared<const std::string>(file.substr(0, media->at));
  result.media = file.substr(media->at);
  return result;
}

Fragment without_reorder_depth(const Fragment& fragment) {
  std::string init = *fragment.init;
  const auto box = boxes::find(init, {"moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1", "avcC"});
  if (!box) throw std::runtime_error("not H.264");
  // AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1): six bytes, the length of the first set, the
  // set.
  const std::size_t at = box->content + 8;
  const auto length = static_cast<std::size_t>(boxes::read_u32(init, at - 4) & 0xffff);
  std::string set = init.substr(at, length);
  Bits bits(set);
  for (std::size_t begin = bits.size() - 2; begin > 0; --begin) {
    if (!is_restriction(bits, begin)) continue;
    for (std::size_t i = begin; i < bits.size(); ++i) bits.set(i, i == begin + 1);  // The flag, the stop bit.
    Fragment result = fragment;
    result.init = std::make_shared<const std::string>(init.replace(at, length, set));
    return result;
  }
  throw std::runtime_error("no bitstream restriction in the parameter set");
}

}  // namespace kinesight::video::kvs_hls::test
