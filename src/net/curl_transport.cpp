#include "net/curl_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

#include "net/curl_channel.h"
#include "net/url.h"

namespace kinesight::net {
namespace {

using Channel = std::unique_ptr<CurlChannel>;

// By then the server has ended the connection.
constexpr std::chrono::seconds kIdleChannelLife(60);

/// Channels that nobody uses at the moment. Safe for any number of threads.
class ChannelPool {
 public:
  explicit ChannelPool(std::size_t capacity) : capacity_(capacity) {}

  /// The one to `origin` that was used last; null when there is none.
  Channel take(std::string_view origin) {
    const Gone gone = outdated();  // Before the lock, so that connections end after it.
    std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(
        idle_.rbegin(), idle_.rend(), [&](const Idle& idle) { return idle.channel->origin() == origin; });
    if (found == idle_.rend()) return nullptr;
    Channel channel = std::move(found->channel);
    idle_.erase(std::next(found).base());
    return channel;
  }

  void give(Channel channel) {
    Gone gone;
    std::lock_guard lock(mutex_);
    idle_.push_back({std::move(channel), std::chrono::steady_clock::now()});
    if (idle_.size() > capacity_) {
      gone.push_back(std::move(idle_.front()));
      idle_.erase(idle_.begin());
    }
  }

 private:
  struct Idle {
    Channel channel;
    std::chrono::steady_clock::time_point since;
  };
  using Gone = std::vector<Idle>;

  Gone outdated() {
    Gone gone;
    const auto oldest = std::chrono::steady_clock::now() - kIdleChannelLife;
    std::lock_guard lock(mutex_);
    const auto kept = std::ranges::find_if(idle_, [&](const Idle& idle) { return idle.since >= oldest; });
    std::move(idle_.begin(), kept, std::back_inserter(gone));
    idle_.erase(idle_.begin(), kept);
    return gone;
  }

  const std::size_t capacity_;
  std::mutex mutex_;
  std::vector<Idle> idle_;  // Longest idle first.
};

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(const CurlOptions& options)
      : options_(options), pool_(static_cast<std::size_t>(std::max(options.max_idle_connections, 0))) {}

  std::expected<Response, Failure> send(const Request& request, std::stop_token stop) override {
    const auto url = parse_url(request.url);
    if (!url) return std::unexpected(Failure{url.error()});
    try {
      Channel channel = pool_.take(url->origin());
      if (!channel) channel = std::make_unique<CurlChannel>(options_, *url);
      auto answer = channel->exchange(request, *url, std::move(stop));
      pool_.give(std::move(channel));
      return answer;
    } catch (const std::exception& error) {  // No memory, no descriptors.
      return std::unexpected(Failure{.error = {ErrorKind::unavailable, error.what()}, .sent = true});
    }
  }

 private:
  const CurlOptions options_;
  ChannelPool pool_;
};

}  // namespace

std::unique_ptr<Transport> make_curl_transport(const CurlOptions& options) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // Never undone: others may use it.
  (void)ready;
  return std::make_unique<CurlTransport>(options);
}

}  // namespace kinesight::net
