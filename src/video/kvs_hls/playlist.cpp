#include "video/kvs_hls/playlist.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "video/kvs_hls/playlist_text.h"

namespace kinesight::video::kvs_hls {
namespace {

constexpr std::string_view kHeader = "#EXTM3U";
constexpr std::string_view kNumberKey = "FragmentNumber=";
/// Longest FragmentNumber of the service's API.
constexpr std::size_t kLongestNumber = 128;

Result<> check_beginning(PlaylistLines& lines, std::string_view text, std::string_view what) {
  if (text.size() > kMaxPlaylistBytes) {
    return fail(ErrorKind::corrupt, "HLS {} playlist: expected at most {} bytes, found {}", what,
                kMaxPlaylistBytes, text.size());
  }
  const auto first = lines.next();
  if (first && *first == kHeader) return {};
  return fail(ErrorKind::corrupt, "HLS {} playlist, line 1: expected {}, found {}", what, kHeader,
              first ? "something else" : "nothing");
}

bool is_uri_character(char c) { return c > ' ' && c != '\x7f'; }

/// What is wrong with a URI, without showing it; nothing when it is good.
std::string_view fault_of(std::string_view uri) {
  if (uri.empty()) return "an empty one";
  if (uri.size() > kMaxPlaylistUriBytes) return "a longer one";
  const auto good = [](char c) { return is_uri_character(c) || static_cast<signed char>(c) < 0; };
  return std::ranges::all_of(uri, good) ? "" : "blanks or control characters in it";
}

/// The value of FragmentNumber in the URI's query; empty where it has none.
std::string_view number_in(std::string_view uri) {
  const auto question = uri.find('?');
  std::string_view query = question == std::string_view::npos ? "" : uri.substr(question + 1);
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view part = query.substr(0, end);
    if (part.starts_with(kNumberKey)) return part.substr(kNumberKey.size());
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
  }
  return {};
}

bool is_number(std::string_view text) {
  return text.size() <= kLongestNumber && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A media playlist while it is read.
class MediaParser {
 public:
  explicit MediaParser(std::string_view text) : text_(text), lines_(text) {}

  Result<MediaPlaylist> parse() {
    if (auto good = check_beginning(lines_, text_, "media"); !good) return std::unexpected(good.error());
    while (const auto line = lines_.next()) {
      const auto taken = line->starts_with('#') ? take_tag(split_tag(*line))
                         : line->empty()        ? Result<>()
                                                : take_uri(*line);
      if (!taken) return std::unexpected(taken.error());
    }
    if (timed_) return bad("a URI after #EXTINF", "the playlist's end");
    if (!has_target_) return bad("#EXT-X-TARGETDURATION", "none in the whole playlist");
    for (std::int64_t sequence = playlist_.media_sequence; auto& fragment : playlist_.fragments)
      fragment.sequence = sequence++;
    return std::move(playlist_);
  }

 private:
  Result<> take_tag(const PlaylistTag& tag) {
    if (tag.name == "#EXTINF") return take_duration(tag.value);
    if (tag.name == "#EXT-X-PROGRAM-DATE-TIME") return take_date_time(tag.value);
    if (tag.name == "#EXT-X-MAP") return take_map(tag.value);
    if (tag.name == "#EXT-X-MEDIA-SEQUENCE") return take_sequence(tag.value);
    if (tag.name == "#EXT-X-TARGETDURATION") return take_target(tag.value);
    if (tag.name == "#EXT-X-DISCONTINUITY") next_.discontinuity = true;
    if (tag.name == "#EXT-X-GAP") next_.gap = true;
    if (tag.name == "#EXT-X-ENDLIST") playlist_.ended = true;
    if (tag.name == "#EXT-X-STREAM-INF") return bad("a media playlist", "a master playlist");
    // Passing these over would hand out wrong bytes.
    if (tag.name == "#EXT-X-BYTERANGE") return bad("whole fragments", "a range of bytes");
    if (tag.name == "#EXT-X-KEY" && attribute(tag.value, "METHOD") != "NONE")
      return bad("plain fragments", "encrypted ones");
    return {};
  }

  Result<> take_duration(std::string_view value) {
    if (timed_) return bad("a URI after #EXTINF", "another #EXTINF");
    const std::string_view text = value.substr(0, value.find(','));
    const auto seconds = parse_playlist_seconds(text);
    if (!seconds) return bad("#EXTINF with seconds from 0 to 3600", found_text(text));
    next_.duration = *seconds;
    timed_ = true;
    return {};
  }

  Result<> take_date_time(std::string_view value) {
    next_.date_time = parse_date_time(value);
    if (!next_.date_time)
      return bad("#EXT-X-PROGRAM-DATE-TIME like 2022-01-28T07:00:35.931Z", found_text(value));
    return {};
  }

  Result<> take_map(std::string_view value) {
    const auto uri = attribute(value, "URI");
    if (!uri) return bad("#EXT-X-MAP with a URI", "one without");
    if (attribute(value, "BYTERANGE")) return bad("#EXT-X-MAP of a whole file", "a range of bytes");
    if (const auto fault = fault_of(*uri); !fault.empty()) return bad_uri(fault);
    init_uri_ = *uri;
    return {};
  }

  Result<> take_sequence(std::string_view value) {
    constexpr std::int64_t kLast =
        std::numeric_limits<std::int64_t>::max() - static_cast<std::int64_t>(kMaxPlaylistFragments);
    const auto sequence = parse_count(value);
    if (!sequence || *sequence > kLast)
      return bad("#EXT-X-MEDIA-SEQUENCE with a whole number from 0 on", found_text(value));
    playlist_.media_sequence = *sequence;
    return {};
  }

  Result<> take_target(std::string_view value) {
    const auto seconds = parse_playlist_seconds(value);
    if (!seconds) return bad("#EXT-X-TARGETDURATION with seconds from 0 to 3600", found_text(value));
    playlist_.target_duration = *seconds;
    has_target_ = true;
    return {};
  }

  Result<> take_uri(std::string_view uri) {
    if (!std::exchange(timed_, false)) return bad("#EXTINF before a fragment", "none");
    if (playlist_.fragments.size() == kMaxPlaylistFragments)
      return bad(fmt::format("at most {} fragments", kMaxPlaylistFragments), "more");
    if (const auto fault = fault_of(uri); !fault.empty()) return bad_uri(fault);
    const std::string_view number = number_in(uri);
    if (!is_number(number)) return bad("a FragmentNumber of digits", found_text(number));
    next_.uri = uri;
    next_.init_uri = init_uri_;
    next_.number = number;
    playlist_.fragments.push_back(std::exchange(next_, {}));
    return {};
  }

  std::unexpected<Error> bad_uri(std::string_view fault) const {
    return bad(fmt::format("a URI of 1 to {} bytes", kMaxPlaylistUriBytes), fault);
  }

  std::unexpected<Error> bad(std::string_view expected, std::string_view found) const {
    return fail(ErrorKind::corrupt, "HLS media playlist, line {}: expected {}, found {}", lines_.number(),
                expected, found);
  }

  const std::string_view text_;
  PlaylistLines lines_;
  MediaPlaylist playlist_;
  PlaylistFragment next_;  ///< What the tags since the last URI say about the next one.
  bool timed_ = false;     ///< #EXTINF was among them.
  bool has_target_ = false;
  std::string init_uri_;
};

}  // namespace

Result<std::string> parse_master_playlist(std::string_view text) {
  PlaylistLines lines(text);
  if (auto good = check_beginning(lines, text, "master"); !good) return std::unexpected(good.error());
  const auto bad = [&lines](std::string_view expected, std::string_view found) {
    return fail(ErrorKind::corrupt, "HLS master playlist, line {}: expected {}, found {}", lines.number(),
                expected, found);
  };
  std::string best;
  std::int64_t best_bandwidth = -1;
  std::int64_t bandwidth = -1;  // Of the variant whose URI comes next; -1 where none was announced.
  while (const auto line = lines.next()) {
    const PlaylistTag tag = split_tag(*line);
    if (tag.name == "#EXTINF") return bad("a master playlist", "a media playlist");
    if (tag.name == "#EXT-X-STREAM-INF") {
      const std::string_view value = attribute(tag.value, "BANDWIDTH").value_or("0");
      bandwidth = parse_count(value).value_or(-1);
      if (bandwidth < 0) return bad("a BANDWIDTH with a whole number from 0 on", found_text(value));
    }
    if (bandwidth < 0 || line->empty() || line->starts_with('#')) continue;
    if (const auto fault = fault_of(*line); !fault.empty())
      return bad(fmt::format("a URI of 1 to {} bytes", kMaxPlaylistUriBytes), fault);
    if (bandwidth > best_bandwidth) best = *line;
    best_bandwidth = std::max(best_bandwidth, std::exchange(bandwidth, -1));
  }
  if (best.empty()) return bad("a variant (#EXT-X-STREAM-INF and a URI)", "none");
  return best;
}

Result<MediaPlaylist> parse_media_playlist(std::string_view text) { return MediaParser(text).parse(); }

}  // namespace kinesight::video::kvs_hls
