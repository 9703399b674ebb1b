// Amazon S3, path style, in memory.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "support/fake_aws/service.h"

namespace kinesight::support::fake {

struct Object {
  std::string body;  ///< Empty with Keep::counts.
  std::size_t bytes = 0;
  std::string etag;
  std::string content_type;
  Fields metadata;  ///< x-amz-meta-…
  std::int64_t modified = 0;
};
using Bucket = std::map<std::string, Object>;

class S3 final : public Service {
 public:
  explicit S3(World& world) : world_(world) {}

  HttpResponse handle(Call& call) override;
  void reset() override;
  /// As CreateBucket does; throws ServiceError.
  void create(const std::string& name);

  /// The operation that a request is: "PutObject".
  static std::string action_of(const HttpRequest& request);

 private:
  HttpResponse list_buckets() const;
  HttpResponse list_objects(const Bucket& bucket, const HttpRequest& request, const std::string& name) const;
  HttpResponse put_object(Bucket& bucket, const HttpRequest& request, const std::string& name,
                          const std::string& key);
  HttpResponse get_object(const Bucket& bucket, const HttpRequest& request, const std::string& key) const;
  Bucket& bucket_named(const std::string& name);

  World& world_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace kinesight::support::fake
