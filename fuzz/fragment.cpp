// Any bytes as a fragment of a stream: frames whose times grow and whose pixels can be read, or an error, and
// then an end. The first two bytes say what the rest is.
//
// byte 0   bits 0-1: 0 the rest is an initialization segment and its media, 1 the initialization segment of
// the
//          good media, 2 the media of the good initialization segment, 3 MPEG-TS; bits 2-3: the decode policy
// 1        in case 0: the length of the initialization segment, in units of 16 bytes
//
// The good fragment is the file of the corpus named `good`, in the form of case 0.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "video/kvs_hls/fragment_decoder.h"

namespace {

using namespace kinesight;
using namespace kinesight::video::kvs_hls;

constexpr std::size_t kHead = 2;
constexpr std::size_t kUnit = 16;
/// Of one picture; the decoders hold some twenty of them.
constexpr std::int64_t kMaxPixels = 512 * 512;

void check(bool good) {
  if (!good) std::abort();
}

struct Segments {
  std::string init;
  std::string media;
};

Segments split(std::string_view bytes) {
  const std::string_view rest = bytes.substr(kHead);
  const std::size_t length = std::min(static_cast<std::uint8_t>(bytes[1]) * kUnit, rest.size());
  return {std::string(rest.substr(0, length)), std::string(rest.substr(length))};
}

const Segments& good() {
  static const Segments segments = [] {
    std::ifstream file(KINESIGHT_GOOD_FRAGMENT, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    check(bytes.size() > kHead);
    return split(bytes);
  }();
  return segments;
}

Fragment fragment_of(std::string_view bytes) {
  Segments segments;
  switch (bytes[0] & 3) {
    case 0:
      segments = split(bytes);
      break;
    case 1:
      segments = {std::string(bytes.substr(kHead)), good().media};
      break;
    case 2:
      segments = {good().init, std::string(bytes.substr(kHead))};
      break;
    default:
      segments.media = bytes.substr(kHead);
  }
  Fragment fragment{.number = "1",
                    .begin = 1e9,
                    .duration = 1,
                    .fetched_at = 1e9 + 2,
                    .init = nullptr,
                    .media = segments.media};
  if ((bytes[0] & 3) != 3) fragment.init = std::make_shared<const std::string>(segments.init);
  return fragment;
}

/// Touches the corners: the view must not reach beyond its pixels.
void check_frame(const Frame& frame) {
  const FrameView& view = frame.view;
  check(view.width > 0 && view.height > 0 && std::int64_t{view.width} * view.height <= kMaxPixels);
  const bool packed = view.format == PixelFormat::bgr24;
  const std::ptrdiff_t last = packed ? 3 * view.width - 1 : view.width - 1;
  const volatile int sum =
      view.planes[0].data[0] +
      view.planes[0].data[(view.height - 1) * std::ptrdiff_t{view.planes[0].stride} + last];
  static_cast<void>(sum);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kHead) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto policy = static_cast<video::DecodePolicy>(bytes[0] >> 2 & 3);
  FragmentDecoder decoder(policy, 5, "stream", "stream", "PRODUCER_TIMESTAMP", kMaxPixels);
  // Twice, because a decoder that has met something bad must be as good as new.
  double last = 0;
  for (int round = 0; round < 2; ++round) {
    auto begun = decoder.begin(fragment_of(bytes));
    bool over = !begun;
    if (over) check(!begun.error().message.empty());
    for (;;) {
      const auto frame = decoder.next();
      check(frame || !over);
      if (frame && !*frame) break;
      over = !frame;
      if (over) continue;
      check_frame(**frame);
      if (round == 0) check((*frame)->capture_time > last);
      last = (*frame)->capture_time;
    }
  }
  return 0;
}
