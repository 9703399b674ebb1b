// Sources as the product makes them: by way of their tables.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "video/frame_source.h"
#include "video/movie.h"
#include "video/source_kind.h"

namespace kinesight::video::test {

using OptionTexts = std::map<std::string, std::string>;

/// A source of `kind` with the options as a configuration would write them.
inline std::unique_ptr<FrameSource> make_source(const SourceKind& kind, const OptionTexts& texts,
                                                const SourceContext& context) {
  config::Parsed parsed(kind.options);
  for (const auto& [key, text] : texts) {
    const config::Option* option = kind.options.find(key);
    EXPECT_TRUE(option && option->assign(parsed.object(), config::Value::scalar(text)))
        << key << ": " << text;
  }
  return kind.make(parsed, context);
}

/// What a frame was, after its pixels are gone.
struct Seen {
  int number = 0;
  double capture_time = 0;
  std::int64_t sequence = 0;
};

/// Reads to the end or `limit` frames; fails the test on an error.
inline std::vector<Seen> read_all(FrameSource& source, std::size_t limit = 100'000) {
  std::vector<Seen> all;
  while (all.size() < limit) {
    const auto frame = source.read({});
    if (!frame) ADD_FAILURE() << frame.error().message;
    if (!frame || !*frame) break;
    all.push_back({number_in((*frame)->view), (*frame)->capture_time, (*frame)->sequence});
  }
  return all;
}

inline std::vector<int> numbers(const std::vector<Seen>& frames) {
  std::vector<int> all;
  for (const Seen& frame : frames) all.push_back(frame.number);
  return all;
}

/// first, first + step, … below end.
inline std::vector<int> every(int step, int end, int first = 0) {
  std::vector<int> all;
  for (int i = first; i < end; i += step) all.push_back(i);
  return all;
}

}  // namespace kinesight::video::test
