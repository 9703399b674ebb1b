#include "http/picture_cache.h"

namespace kinesight::http {

Result<std::shared_ptr<const Bytes>> PictureCache::jpeg(const std::string& camera_id,
                                                        const LatestPicture& picture, int max_width) {
  const auto entry = this->entry(camera_id, max_width);
  std::lock_guard lock(entry->encoding);
  if (entry->jpeg && entry->version == picture.version) return entry->jpeg;
  auto encoded = picture.encode(max_width);
  if (!encoded) return std::unexpected(encoded.error());
  entry->version = picture.version;
  entry->jpeg = std::make_shared<const Bytes>(std::move(*encoded));
  return entry->jpeg;
}

std::shared_ptr<PictureCache::Entry> PictureCache::entry(const std::string& camera_id, int max_width) {
  std::lock_guard lock(mutex_);
  auto& entry = entries_[{camera_id, max_width}];
  if (!entry) entry = std::make_shared<Entry>();
  return entry;
}

int round_width(int max_width) {
  if (max_width <= 0) return 0;
  for (const int step : {320, 640, 960, 1280, 1920}) {
    if (max_width <= step) return step;
  }
  return 0;
}

}  // namespace kinesight::http
