// Camera streams of a test's own.
#pragma once

#include <atomic>
#include <functional>

#include "clips/streams/camera_streams.h"

namespace kinesight::clips {

/// Each call does what the test says; without a word of it, it fails as unavailable.
class FakeStreams final : public CameraStreams {
 public:
  std::function<Result<std::vector<aws::VideoStream>>()> on_list;
  std::function<Result<std::vector<aws::ListedFragment>>(const std::string& stream)> on_fragments;
  std::function<Result<aws::VideoStream>(const std::string& stream)> on_describe;
  std::function<Result<std::string>(const std::string& stream, int seconds)> on_hls_url;
  std::atomic<int> lists = 0;
  std::atomic<int> describes = 0;

  Result<std::vector<aws::VideoStream>> list(std::stop_token) override {
    ++lists;
    return on_list ? on_list() : unavailable();
  }
  Result<aws::VideoStream> describe(const std::string& stream, std::stop_token) override {
    ++describes;
    return on_describe ? on_describe(stream) : unavailable();
  }
  Result<std::vector<aws::ListedFragment>> fragments(const std::string& stream, const aws::FragmentRange&,
                                                     std::stop_token) override {
    return on_fragments ? on_fragments(stream) : unavailable();
  }
  Result<std::int64_t> clip(const std::string&, const aws::FragmentRange&, int, std::stop_token) override {
    return unavailable();
  }
  Result<std::string> hls_url(const std::string& stream, int seconds, std::stop_token) override {
    return on_hls_url ? on_hls_url(stream, seconds) : unavailable();
  }

 private:
  static std::unexpected<Error> unavailable() { return fail(ErrorKind::unavailable, "no such thing here"); }
};

}  // namespace kinesight::clips
