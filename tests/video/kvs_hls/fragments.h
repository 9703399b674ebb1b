// Numbered videos as the fragments of a stream.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/temp_folder.h"
#include "video/fragmenter.h"
#include "video/kvs_hls/fragment_decoder.h"
#include "video/movie.h"

namespace kinesight::video::kvs_hls::test {

inline constexpr double kBegin = 1'700'000'000;

/// `count` numbered frames cut into fragments of whole groups, at least `min_seconds` each. The first begins
/// at kBegin, and each is fetched when it has ended.
inline std::vector<Fragment> numbered_fragments(int count, const Mp4Options& options = {},
                                                double min_seconds = 1) {
  const support::TempFolder folder;
  video::test::write_movie(folder.path() / "movie.mp4", count, options);
  const auto video = fragment_video(folder.path() / "movie.mp4", min_seconds);
  if (!video) throw std::runtime_error(video.error().message);
  const auto init = std::make_shared<const std::string>(video->init);
  std::vector<Fragment> fragments;
  for (const MediaFragment& part : video->fragments) {
    fragments.push_back({.number = std::to_string(1000 + fragments.size()),
                         .begin = kBegin + part.begin,
                         .duration = part.duration,
                         .fetched_at = kBegin + part.begin + part.duration + 0.2,
                         .init = init,
                         .media = part.media});
  }
  return fragments;
}

/// What a frame was, after its pixels are gone.
struct Decoded {
  int number = 0;
  double capture_time = 0;
  double due_time = 0;
  std::int64_t sequence = 0;
  std::shared_ptr<const Footage> footage;
};

/// What came of a fragment.
struct Outcome {
  std::vector<Decoded> frames;
  std::string error;  ///< Empty: it came to its end.

  std::vector<int> numbers() const {
    std::vector<int> all;
    for (const Decoded& frame : frames) all.push_back(frame.number);
    return all;
  }
};

/// Decodes a fragment to its end or its error, after which there is nothing more.
inline Outcome decode(FragmentDecoder& decoder, const Fragment& fragment) {
  Outcome outcome;
  if (const auto begun = decoder.begin(fragment); !begun) {
    outcome.error = begun.error().message;
    EXPECT_EQ(begun.error().kind, ErrorKind::corrupt);
  }
  for (;;) {
    const auto frame = decoder.next();
    if (!frame) {
      EXPECT_EQ(frame.error().kind, ErrorKind::corrupt);
      EXPECT_EQ(outcome.error, "");
      outcome.error = frame.error().message;
    } else if (*frame) {
      const Frame& it = **frame;
      outcome.frames.push_back(
          {video::test::number_in(it.view), it.capture_time, it.due_time, it.sequence, it.footage});
    } else {
      return outcome;
    }
  }
}

inline FragmentDecoder make_decoder(DecodePolicy policy = DecodePolicy::all, double fps_target = 5) {
  return {policy, fps_target, "kvs 'door'", "door", "PRODUCER_TIMESTAMP"};
}

}  // namespace kinesight::video::kvs_hls::test
