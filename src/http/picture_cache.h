// The newest picture of each camera as JPEG, encoded once however many watch.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "http/api.h"

namespace kinesight::http {

/// Remembers the last encoded picture per camera and width. Safe for any number of threads.
class PictureCache {
 public:
  /// The JPEG of `picture`: from memory when this version was encoded before. Errors: those of encode().
  Result<std::shared_ptr<const Bytes>> jpeg(const std::string& camera_id, const LatestPicture& picture,
                                            int max_width);

 private:
  struct Entry {
    std::mutex encoding;  // Held while it is encoded: who comes at the same moment waits for the result.
    std::string version;
    std::shared_ptr<const Bytes> jpeg;
  };
  std::shared_ptr<Entry> entry(const std::string& camera_id, int max_width);

  std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::shared_ptr<Entry>> entries_;
};

/// The width that is encoded for a request: the next of a few steps, so that they are few to remember. 0
/// stays 0.
int round_width(int max_width);

}  // namespace kinesight::http
