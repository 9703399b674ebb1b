// Any bytes as a playlist: refused in one line that shows nothing of a URI, or its fragments are in bounds
// and in order. And whatever FragmentNumbers are, they have one order.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "video/kvs_hls/fragment.h"
#include "video/kvs_hls/playlist.h"

namespace {

using namespace kinesight::video::kvs_hls;

void check(bool good) {
  if (!good) std::abort();
}

bool is_uri(std::string_view text) {
  return !text.empty() && text.size() <= kMaxPlaylistUriBytes &&
         text.find_first_of(std::string_view(" \r\n\0", 4)) == std::string_view::npos;
}

void check_error(const kinesight::Error& error) {
  const std::string& said = error.message;
  check(error.kind == kinesight::ErrorKind::corrupt && said.starts_with("HLS m") && said.size() < 300);
  check(said.find_first_of("\r\n?&") == std::string::npos);
}

void check_fragments(const MediaPlaylist& playlist) {
  check(playlist.fragments.size() <= kMaxPlaylistFragments);
  std::int64_t sequence = playlist.media_sequence;
  check(sequence >= 0);
  const PlaylistFragment* before = nullptr;
  for (const PlaylistFragment& fragment : playlist.fragments) {
    check(is_uri(fragment.uri) && (fragment.init_uri.empty() || is_uri(fragment.init_uri)));
    check(fragment.sequence == sequence++);
    check(fragment.duration >= 0 && fragment.duration <= 3600);
    check(!fragment.date_time || std::isfinite(*fragment.date_time));
    check(fragment.number.find_first_not_of("0123456789") == std::string::npos);
    if (before != nullptr)
      check(!(number_before(before->number, fragment.number) &&
              number_before(fragment.number, before->number)));
    before = &fragment;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto uri = parse_master_playlist(text))
    check(is_uri(*uri));
  else
    check_error(uri.error());
  if (const auto playlist = parse_media_playlist(text))
    check_fragments(*playlist);
  else
    check_error(playlist.error());
  return 0;
}
