// The video around an event, fetched from Kinesis Video Streams' recording when somebody asks for it.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <semaphore>
#include <stop_token>
#include <string>

#include "aws/client.h"
#include "base/clock.h"
#include "config/cameras_file.h"
#include "event/envelope.h"
#include "http/api.h"
#include "infer/cloud_session.h"
#include "video/footage.h"

namespace kinesight::infer {

/// Fetches footage, a few at once, and keeps the last ones for a while. Safe for any number of threads.
class FootageStore {
 public:
  static constexpr std::size_t kMaxBytes = 64UL * 1024 * 1024;  ///< Of one file.
  static constexpr std::size_t kKept = 3;                       ///< Files, for kKeptFor.
  static constexpr auto kKeptFor = std::chrono::minutes(5);
  static constexpr int kAtOnce = 2;  ///< Fetches; each holds one of the server's threads.
  static constexpr auto kPatience = std::chrono::seconds(60);  ///< For the bytes of a fetch.

  /// Where a camera's stream is; nothing when no camera of the configuration is called so, or it is of no
  /// Kinesis video.
  using Where = std::function<std::optional<aws::ClientOptions>(const std::string& camera_id)>;

  /// `cloud` and `clock` outlive it.
  FootageStore(CloudSession& cloud, Clock& clock, Where where)
      : cloud_(cloud), clock_(clock), where_(std::move(where)) {}

  /// The footage around `envelope`: as `query` has it, or else as its extras ask for it. Statuses: 404 (there
  /// is none, or none any more), 422 (it is longer than kMaxBytes), 429 (too many ask), 502 (AWS refuses),
  /// 503 (not recorded yet; AWS is away).
  std::expected<http::SharedFile, http::Refusal> around(const event::Envelope& envelope,
                                                        const http::FootageQuery& query);
  /// Ends what waits for AWS.
  void stop() { stopping_.request_stop(); }

 private:
  struct Kept {
    std::string name;
    http::SharedFile mp4;
    Clock::Steady until;
  };

  http::SharedFile kept(const std::string& name);
  void keep(const std::string& name, http::SharedFile mp4);
  std::expected<http::SharedFile, http::Refusal> fetch(const video::ClipRequest& request,
                                                       const aws::ClientOptions& options);

  CloudSession& cloud_;
  Clock& clock_;
  const Where where_;
  std::stop_source stopping_;
  std::counting_semaphore<kAtOnce> places_{kAtOnce};
  std::mutex mutex_;
  std::list<Kept> kept_;  ///< The oldest first.
};

/// Where the Kinesis video stream of a camera of `file` is; nothing as FootageStore::Where has it.
std::optional<aws::ClientOptions> stream_of(const config::CamerasFile& file, const std::string& camera_id);

}  // namespace kinesight::infer
