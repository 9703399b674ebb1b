// The packets of the video stream of a file or a network stream.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "video/libav/descriptor_io.h"
#include "video/libav/interrupt.h"
#include "video/libav/libav.h"
#include "video/libav/memory_io.h"

namespace kinesight::video::libav {

/// An opened container. Used by one thread.
class Demuxer {
 public:
  /// Opens `url` and finds the best video stream in it. `shown` is its name in errors, `interrupt` outlives
  /// the demuxer. Errors: those of the protocol (not_found, denied, unavailable), corrupt (not a video, no
  /// video stream), cancelled and unavailable as `interrupt` says.
  static Result<std::unique_ptr<Demuxer>> open(const std::string& url, std::string shown, Options& options,
                                               Interrupt& interrupt);

  /// Opens a video that lies in memory, in `pieces` that outlive the demuxer. It can reach nothing else: no
  /// file, no network, no other container and no codec but H.264 and HEVC. `format` is "mov" or "mpegts".
  /// Its header is believed where it names codec and size, which saves most of what opening costs.
  static Result<std::unique_ptr<Demuxer>> open_memory(std::vector<std::string_view> pieces,
                                                      const char* format, std::string shown,
                                                      Interrupt& interrupt);

  /// The same for bytes of a file that is open for reading. `format` may be "matroska" as well.
  static Result<std::unique_ptr<Demuxer>> open_descriptor(const FileRange& range, const char* format,
                                                          std::string shown, Interrupt& interrupt);

  const AVStream& stream() const { return *input_->streams[stream_]; }

  /// Reads the next packet of the video stream into `packet`; false at the end.
  /// Errors: corrupt (this packet cannot be read, the next one perhaps), otherwise the stream is lost.
  Result<bool> read(AVPacket& packet);

  /// How long the video is by its header, in seconds; 0 when it does not say, or nonsense.
  double duration() const;

  /// Whether the container's index names frames that lie behind the end of the file: it was cut off.
  bool cut_off() const;

 private:
  Demuxer(std::string shown, const Interrupt& interrupt) : shown_(std::move(shown)), interrupt_(interrupt) {}

  /// Takes over `context`, whether it succeeds or not.
  Result<> open_input(AVFormatContext* context, const char* url, const AVInputFormat* format,
                      AVDictionary** options);
  /// The bytes of `io`, and nothing else.
  Result<> open_alone(AVIOContext* io, const char* format);
  Result<> examine();
  Result<> find_video();
  std::unexpected<Error> failed(std::string_view what, int code, std::string_view explanation) const;

  // What input_ reads from, which outlives it.
  std::unique_ptr<MemoryInput> memory_;
  std::unique_ptr<DescriptorInput> file_;
  InputPtr input_;
  const std::string shown_;
  const Interrupt& interrupt_;
  int stream_ = 0;
};

}  // namespace kinesight::video::libav
