// The packets of the video stream of a file or a network stream.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "video/libav/interrupt.h"
#include "video/libav/libav.h"

namespace kinesight::video::libav {

/// An opened container. Used by one thread.
class Demuxer {
 public:
  /// Opens `url` and finds the best video stream in it. `shown` is its name in errors, `interrupt` outlives
  /// the demuxer. Errors: those of the protocol (not_found, denied, unavailable), corrupt (not a video, no
  /// video stream), cancelled and unavailable as `interrupt` says.
  static Result<std::unique_ptr<Demuxer>> open(const std::string& url, std::string shown, Options& options,
                                               Interrupt& interrupt);

  const AVStream& stream() const { return *input_->streams[stream_]; }

  /// Reads the next packet of the video stream into `packet`; false at the end.
  /// Errors: corrupt (this packet cannot be read, the next one perhaps), otherwise the stream is lost.
  Result<bool> read(AVPacket& packet);

  /// How long the video is by its header, in seconds; 0 when it does not say, or nonsense.
  double duration() const;

  /// Whether the container's index names frames that lie behind the end of the file: it was cut off.
  bool cut_off() const;

 private:
  Demuxer(InputPtr input, std::string shown, const Interrupt& interrupt)
      : input_(std::move(input)), shown_(std::move(shown)), interrupt_(interrupt) {}

  Result<> find_video();
  std::unexpected<Error> failed(std::string_view what, int code, std::string_view explanation) const;

  InputPtr input_;
  const std::string shown_;
  const Interrupt& interrupt_;
  int stream_ = 0;
};

}  // namespace kinesight::video::libav
