// kvs_streams(): the camera streams of AWS.
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "clips/streams/camera_streams.h"
#include "clips/streams/data_endpoints.h"

namespace kinesight::clips {
namespace {

constexpr std::size_t kMostStreams = 10'000;
constexpr std::size_t kMostFragments = 20'000;
constexpr std::int64_t kMostClipBytes = 512LL * 1024 * 1024;  // GetClip gives 100 MB.
/// What is written at a time: libcurl hands out 16 KiB, and a write has its price, most of all on ext4.
constexpr std::size_t kWrite = std::size_t{256} * 1024;

/// Writes an answer into a file, from its beginning.
class FileSink final : public net::BodySink {
 public:
  explicit FileSink(int file) : file_(file) { gathered_.reserve(kWrite + kWrite / 4); }

  Result<> begin(const net::Response&) override {
    bytes_ = 0;
    gathered_.clear();
    return ::ftruncate(file_, 0) == 0 ? Result<>{} : broken("emptied");
  }

  Result<> take(std::string_view piece) override {
    if (bytes_ + static_cast<std::int64_t>(gathered_.size() + piece.size()) > kMostClipBytes) {
      return fail(ErrorKind::corrupt, "GetClip: expected at most {} bytes, found more", kMostClipBytes);
    }
    gathered_ += piece;
    return gathered_.size() < kWrite ? Result<>{} : flush();
  }

  /// Writes what is left of a whole answer.
  Result<> flush() {
    for (std::string_view left = gathered_; !left.empty();) {
      const auto written = ::pwrite(file_, left.data(), left.size(), bytes_);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return broken("written");
      bytes_ += written;
      left.remove_prefix(static_cast<std::size_t>(written));
    }
    gathered_.clear();
    return {};
  }

  std::int64_t bytes() const { return bytes_; }

 private:
  static Result<> broken(std::string_view what) {
    return fail(ErrorKind::unavailable, "the clip's file on disk cannot be {}: {}", what,
                std::strerror(errno));
  }

  const int file_;
  std::int64_t bytes_ = 0;  ///< In the file.
  std::string gathered_;    ///< Behind them.
};

class KvsStreams final : public CameraStreams {
 public:
  KvsStreams(aws::Session& session, const aws::ClientOptions& options, aws::KinesisVideo control)
      : control_(std::move(control)), endpoints_(session, options, control_) {}

  Result<std::vector<aws::VideoStream>> list(std::stop_token stop) override {
    return aws::plain(control_.list_streams("", kMostStreams, stop));
  }

  Result<aws::VideoStream> describe(const std::string& stream, std::stop_token stop) override {
    return aws::plain(control_.describe(stream, stop));
  }

  Result<std::vector<aws::ListedFragment>> fragments(const std::string& stream,
                                                     const aws::FragmentRange& range,
                                                     std::stop_token stop) override {
    return asked(stream, "LIST_FRAGMENTS", stop, [&](const aws::KinesisVideoArchivedMedia& media) {
      return media.list_fragments(stream, aws::FragmentTime::producer, range, kMostFragments, stop);
    });
  }

  Result<std::int64_t> clip(const std::string& stream, const aws::FragmentRange& range, int file,
                            std::stop_token stop) override {
    FileSink sink(file);
    const auto got = asked(stream, "GET_CLIP", stop, [&](const aws::KinesisVideoArchivedMedia& media) {
      return media.get_clip(stream, aws::FragmentTime::producer, range, sink, stop);
    });
    if (!got) return std::unexpected(got.error());
    if (auto written = sink.flush(); !written) return std::unexpected(written.error());
    return sink.bytes();
  }

  Result<std::string> hls_url(const std::string& stream, int seconds, std::stop_token stop) override {
    return asked(
        stream, "GET_HLS_STREAMING_SESSION_URL", stop, [&](const aws::KinesisVideoArchivedMedia& media) {
          return media.hls_session_url(stream, {.expires_seconds = seconds}, control_.overridden(), stop);
        });
  }

 private:
  /// Calls `call` with the client of the stream's endpoint, and asks for the endpoint anew next time when it
  /// fails.
  template <class Call>
  auto asked(const std::string& stream, const std::string& api, std::stop_token stop, const Call& call)
      -> decltype(aws::plain(call(std::declval<const aws::KinesisVideoArchivedMedia&>()))) {
    const auto media = endpoints_.get(stream, api, stop);
    if (!media) return std::unexpected(media.error().error);
    auto answer = call(**media);
    if (!answer) endpoints_.forget(stream, api);
    return aws::plain(std::move(answer));
  }

  const aws::KinesisVideo control_;
  DataEndpoints endpoints_;
};

}  // namespace

Result<std::unique_ptr<CameraStreams>> kvs_streams(aws::Session& session, const aws::ClientOptions& options) {
  auto control = aws::KinesisVideo::make(session, options);
  if (!control) return std::unexpected(control.error());
  return std::make_unique<KvsStreams>(session, options, std::move(*control));
}

}  // namespace kinesight::clips
