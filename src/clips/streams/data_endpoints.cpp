#include "clips/streams/data_endpoints.h"

namespace kinesight::clips {

aws::CallResult<DataEndpoints::Media> DataEndpoints::get(const std::string& stream, const std::string& api,
                                                         std::stop_token stop) {
  const Key key{stream, api};
  {
    std::lock_guard lock(mutex_);
    if (const auto known = media_.find(key); known != media_.end()) return known->second;
  }
  // Not under the lock: others shall not wait for this answer.
  const auto endpoint = control_.data_endpoint(stream, api, stop);
  if (!endpoint) return std::unexpected(endpoint.error());
  auto client =
      aws::KinesisVideoArchivedMedia::make(session_, {.region = options_.region, .endpoint_url = *endpoint});
  if (!client) return std::unexpected(aws::CallError{.error = client.error()});
  auto media = std::make_shared<const aws::KinesisVideoArchivedMedia>(std::move(*client));
  std::lock_guard lock(mutex_);
  if (media_.size() >= kMost) media_.clear();
  return media_[key] = std::move(media);
}

void DataEndpoints::forget(const std::string& stream, const std::string& api) {
  std::lock_guard lock(mutex_);
  media_.erase(Key{stream, api});
}

}  // namespace kinesight::clips
