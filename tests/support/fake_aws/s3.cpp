#include "support/fake_aws/s3.h"

#include <algorithm>
#include <cstdio>

#include "support/fake_aws/encoding.h"

namespace kinesight::support::fake {
namespace {

constexpr std::size_t kMaxKeyBytes = 1024;
constexpr std::string_view kUnsigned = "UNSIGNED-PAYLOAD";
constexpr std::string_view kMetadata = "x-amz-meta-";

struct Place {
  std::string bucket;
  std::string key;
};

Place place_of(const HttpRequest& request) {
  const std::string_view path = std::string_view(request.path).substr(1);
  const auto slash = path.find('/');
  return {percent_decode(path.substr(0, slash)),
          slash == path.npos ? "" : percent_decode(path.substr(slash + 1))};
}

std::string parameter(const HttpRequest& request, std::string_view name) {
  for (auto& [key, value] : parse_query(request.query, true)) {
    if (key == name) return value;
  }
  return "";
}

/// The digests that the client says the body has.
void check_digests(const HttpRequest& request, const std::string& hex_digest) {
  const std::string& said = request.header("x-amz-content-sha256");
  if (!said.empty() && said != kUnsigned && said != hex_digest) {
    throw ServiceError(400, "XAmzContentSHA256Mismatch",
                       "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  const std::string& md5_said = request.header("Content-MD5");
  if (!md5_said.empty() && md5_said != to_base64(md5(request.body))) {
    throw ServiceError(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
}

/// "bytes=FIRST-LAST" cut out of the body; false for what is none of it.
bool cut_range(const std::string& range, HttpResponse& response) {
  std::size_t first = 0;
  std::size_t last = response.body.size();
  const int found = std::sscanf(range.c_str(), "bytes=%zu-%zu", &first, &last);
  if (found < 1 || first >= response.body.size()) return false;
  last = std::min(found == 2 ? last : response.body.size(), response.body.size() - 1);
  response.headers.emplace("Content-Range", fmt::format("bytes {}-{}/{}", first, last, response.body.size()));
  response.body = response.body.substr(first, last - first + 1);
  response.status = 206;
  return true;
}

HttpResponse empty_answer(int status) {
  HttpResponse response;
  response.status = status;
  return response;
}

}  // namespace

std::string S3::action_of(const HttpRequest& request) {
  const Place place = place_of(request);
  const bool object = !place.key.empty();
  if (request.method == "PUT") return object ? "PutObject" : "CreateBucket";
  if (request.method == "HEAD") return object ? "HeadObject" : "HeadBucket";
  if (request.method == "DELETE") return object ? "DeleteObject" : "DeleteBucket";
  if (request.method != "GET") return "Unknown";
  if (object) return "GetObject";
  if (place.bucket.empty()) return "ListBuckets";
  return request.query.starts_with("location") ? "GetBucketLocation" : "ListObjectsV2";
}

void S3::reset() {
  const std::lock_guard lock(mutex_);
  buckets_.clear();
}

void S3::create(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const bool valid = name.size() >= 3 && name.size() <= 63 && std::ranges::all_of(name, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
                     });
  if (!valid) throw ServiceError(400, "InvalidBucketName", "The specified bucket is not valid.");
  if (!buckets_.try_emplace(name).second) {
    throw ServiceError(409, "BucketAlreadyOwnedByYou",
                       "Your previous request to create the named bucket succeeded and you already own it.");
  }
}

Bucket& S3::bucket_named(const std::string& name) {
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) throw ServiceError(404, "NoSuchBucket", "The specified bucket does not exist");
  return found->second;
}

HttpResponse S3::handle(Call& call) {
  const auto [bucket_name, key] = place_of(call.http);
  if (call.action == "CreateBucket") {
    create(bucket_name);
    HttpResponse response = empty_answer(200);
    response.headers.emplace("Location", "/" + bucket_name);
    return response;
  }
  const std::lock_guard lock(mutex_);
  if (call.action == "ListBuckets") return list_buckets();
  Bucket& bucket = bucket_named(bucket_name);
  if (call.action == "HeadBucket") {
    HttpResponse response = empty_answer(200);
    response.headers.emplace("x-amz-bucket-region", kRegion);
    return response;
  }
  if (call.action == "GetBucketLocation") {
    return answer_xml("<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>");
  }
  if (call.action == "ListObjectsV2") return list_objects(bucket, call.http, bucket_name);
  if (call.action == "PutObject") return put_object(bucket, call.http, bucket_name, key);
  if (call.action == "GetObject" || call.action == "HeadObject") return get_object(bucket, call.http, key);
  if (call.action == "DeleteObject") {
    bucket.erase(key);
    return empty_answer(204);
  }
  if (call.action == "DeleteBucket") {
    if (!bucket.empty()) {
      throw ServiceError(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
    }
    buckets_.erase(bucket_name);
    return empty_answer(204);
  }
  throw ServiceError(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
}

HttpResponse S3::put_object(Bucket& bucket, const HttpRequest& request, const std::string& name,
                            const std::string& key) {
  if (key.size() > kMaxKeyBytes) throw ServiceError(400, "KeyTooLongError", "Your key is too long");
  const std::string digest = to_hex(sha256(request.body));
  check_digests(request, digest);
  if (request.header("If-None-Match") == "*" && bucket.contains(key)) {
    throw ServiceError(412, "PreconditionFailed",
                       "At least one of the pre-conditions you specified did not hold");
  }
  Object object;
  object.bytes = request.body.size();
  object.etag = '"' + to_hex(md5(request.body)) + '"';
  object.modified = world_.now();
  const std::string& type = request.header("Content-Type");
  object.content_type = type.empty() ? "binary/octet-stream" : type;
  for (const auto& [field, value] : request.headers) {
    const std::string_view start = std::string_view(field).substr(0, kMetadata.size());
    if (!FieldOrder{}(start, kMetadata) && !FieldOrder{}(kMetadata, start))
      object.metadata.emplace(field, value);
  }
  if (world_.ledger.keep() == Keep::data) object.body = request.body;
  HttpResponse response = empty_answer(200);
  response.headers.emplace("ETag", object.etag);
  bucket[key] = std::move(object);
  world_.ledger.add(ObjectPut{name, key, request.body.size(), digest});
  return response;
}

HttpResponse S3::get_object(const Bucket& bucket, const HttpRequest& request, const std::string& key) const {
  const auto found = bucket.find(key);
  if (found == bucket.end()) throw ServiceError(404, "NoSuchKey", "The specified key does not exist.");
  const Object& object = found->second;
  HttpResponse response;
  response.headers = object.metadata;
  response.headers.emplace("ETag", object.etag);
  response.headers.emplace("Content-Type", object.content_type);
  response.headers.emplace("Last-Modified", http_date(object.modified));
  response.headers.emplace("Accept-Ranges", "bytes");
  response.body = object.body;
  if (request.method == "HEAD") response.headers.emplace("Content-Length", std::to_string(object.bytes));
  const std::string& range = request.header("Range");
  if (!range.empty() && !cut_range(range, response)) {
    throw ServiceError(416, "InvalidRange", "The requested range is not satisfiable");
  }
  return response;
}

HttpResponse S3::list_buckets() const {
  std::string list;
  for (const auto& [name, bucket] : buckets_) {
    list += fmt::format("<Bucket><Name>{}</Name><CreationDate>{}</CreationDate></Bucket>", name,
                        iso_date(world_.now()));
  }
  return answer_xml(fmt::format(
      "<ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Buckets>{}</Buckets>"
      "</ListAllMyBucketsResult>",
      list));
}

HttpResponse S3::list_objects(const Bucket& bucket, const HttpRequest& request,
                              const std::string& name) const {
  const std::string prefix = parameter(request, "prefix");
  const std::string token = parameter(request, "continuation-token");
  const std::string after = token.empty() ? parameter(request, "start-after") : token;
  const std::string most = parameter(request, "max-keys");
  const std::size_t limit = most.empty() ? 1000 : std::min<std::size_t>(1000, std::stoul(most));
  const bool encoded = parameter(request, "encoding-type") == "url";
  std::string contents;
  std::string last;
  std::size_t count = 0;
  bool more = false;
  for (auto at = after.empty() ? bucket.lower_bound(prefix) : bucket.upper_bound(std::max(after, prefix));
       at != bucket.end() && at->first.starts_with(prefix); ++at) {
    if (count == limit) {
      more = true;
      break;
    }
    ++count;
    last = at->first;
    contents += fmt::format(
        "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>",
        encoded ? percent_encode(last) : escape_xml(last), iso_date(at->second.modified),
        escape_xml(at->second.etag), at->second.bytes);
  }
  return answer_xml(fmt::format(
      "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{}</Name><Prefix>{}</Prefix>"
      "<KeyCount>{}</KeyCount><MaxKeys>{}</MaxKeys>{}<IsTruncated>{}</IsTruncated>{}{}</ListBucketResult>",
      name, escape_xml(prefix), count, limit, encoded ? "<EncodingType>url</EncodingType>" : "", more,
      more ? fmt::format("<NextContinuationToken>{}</NextContinuationToken>", escape_xml(last)) : "",
      contents));
}

}  // namespace kinesight::support::fake
