#include "storage/s3_store.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "aws/services/s3_names.h"
#include "storage/input_file.h"
#include "storage/object_rules.h"
#include "storage/store_kind.h"

namespace kinesight::storage {
namespace {

constexpr std::uint64_t kLongestSinglePut = 64ULL << 20;
constexpr std::uint64_t kPartBytes = 16ULL << 20;
constexpr std::int64_t kLongestLinkSeconds = 7 * 24 * 3600;
// An upload to this key is begun and aborted to see whether that is allowed; there is never such an object.
constexpr const char* kCheckKey = ".kinesight-check";

/// Parts are as short as the largest number of them allows.
std::uint64_t part_bytes(std::uint64_t bytes) {
  const std::uint64_t parts = aws::S3::kMaxParts;
  return std::max(kPartBytes, (bytes + parts - 1) / parts);
}

aws::ObjectOptions options_of(const ObjectAttributes& attributes) {
  aws::ObjectOptions options{.content_type = attributes.content_type, .metadata = {}};
  for (const auto& [name, value] : attributes.metadata) options.metadata.push_back({name, value});
  options.sha256 = attributes.sha256;
  return options;
}

/// An upload in parts, aborted unless it was completed.
class Upload {
 public:
  Upload(const aws::S3& s3, const std::string& bucket, const std::string& key, std::string id)
      : s3_(s3), bucket_(bucket), key_(key), id_(std::move(id)) {}
  ~Upload() {
    if (!done_) (void)s3_.abort_upload(bucket_, key_, id_, {});
  }
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  aws::CallResult<> send(const InputFile& file, const std::stop_token& stop) {
    const std::uint64_t length = part_bytes(file.bytes());
    for (std::uint64_t at = 0; at < file.bytes(); at += length) {
      const int number = static_cast<int>(etags_.size()) + 1;
      auto etag = s3_.upload_part(bucket_, key_, id_, number, file.part(at, length), stop);
      if (!etag) return std::unexpected(std::move(etag.error()));
      etags_.push_back(std::move(*etag));
    }
    return {};
  }

  aws::CallResult<> complete(const std::stop_token& stop) {
    auto completed = s3_.complete_upload(bucket_, key_, id_, etags_, /*only_new=*/true, stop);
    done_ = completed.has_value();
    return completed;
  }

 private:
  const aws::S3& s3_;
  const std::string& bucket_;
  const std::string& key_;
  const std::string id_;
  std::vector<std::string> etags_;
  bool done_ = false;
};

class S3Store final : public ObjectStore {
 public:
  S3Store(aws::S3 s3, std::string bucket) : s3_(std::move(s3)), bucket_(std::move(bucket)) {}

  Result<Stored> put_file(const std::string& key, const std::filesystem::path& path,
                          const ObjectAttributes& attributes, std::stop_token stop) override {
    if (auto checked = check_object_key(key); !checked) return std::unexpected(checked.error());
    if (auto checked = check_attributes(attributes); !checked) return std::unexpected(checked.error());
    const auto file = InputFile::open(path);
    if (!file) return std::unexpected(file.error());
    const auto options = options_of(attributes);
    if (file->bytes() > kLongestSinglePut) return put_in_parts(key, *file, options, stop);
    return outcome(s3_.put_file(bucket_, key, file->whole(), options, /*only_new=*/true, stop), key, stop);
  }

  Result<std::optional<ObjectStatus>> status(const std::string& key, std::stop_token stop) override {
    if (auto checked = check_object_key(key); !checked) return std::unexpected(checked.error());
    auto info = s3_.head_object(bucket_, key, std::move(stop));
    if (!info && info.error().status == 404) return std::nullopt;
    if (!info) return std::unexpected(std::move(info.error().error));
    ObjectStatus status{.bytes = info->bytes, .content_type = std::move(info->content_type), .metadata = {}};
    for (auto& [name, value] : info->metadata) status.metadata.emplace(std::move(name), std::move(value));
    return status;
  }

  Result<Link> link(const std::string& key, std::int64_t seconds, std::stop_token stop) override {
    if (auto checked = check_object_key(key); !checked) return std::unexpected(checked.error());
    auto url = s3_.presign_get(bucket_, key, std::min(seconds, kLongestLinkSeconds), std::move(stop));
    if (!url) return std::unexpected(std::move(url.error()));
    return Link{std::move(url->url), static_cast<std::int64_t>(std::floor(url->expires_at))};
  }

  Result<> check(std::stop_token stop) override {
    auto upload = s3_.create_upload(bucket_, kCheckKey, {}, stop);
    if (!upload) return std::unexpected(std::move(upload.error().error));
    // A policy without AbortMultipartUpload leaves nothing but a number there.
    (void)s3_.abort_upload(bucket_, kCheckKey, *upload, std::move(stop));
    return {};
  }

  std::string address(const std::string& key) const override {
    return fmt::format("s3://{}/{}", bucket_, key);
  }

 private:
  Result<Stored> put_in_parts(const std::string& key, const InputFile& file,
                              const aws::ObjectOptions& options, const std::stop_token& stop) {
    const auto there = status(key, stop);  // Before gigabytes go over the line.
    if (!there) return std::unexpected(there.error());
    if (*there) return Stored::before;
    auto id = s3_.create_upload(bucket_, key, options, stop);
    if (!id) return std::unexpected(std::move(id.error().error));
    Upload upload(s3_, bucket_, key, std::move(*id));
    if (auto sent = upload.send(file, stop); !sent) return std::unexpected(std::move(sent.error().error));
    return outcome(upload.complete(stop), key, stop);
  }

  /// What became of an object by what S3 says of the call that was to make it.
  Result<Stored> outcome(aws::CallResult<> stored, const std::string& key, const std::stop_token& stop) {
    if (stored) return Stored::now;
    if (stored.error().status == 412) return Stored::before;
    // Somebody else is at it, or an earlier try was done and its answer lost: who was there first?
    if (stored.error().status == 409 || stored.error().code == "NoSuchUpload") {
      const auto there = status(key, stop);
      if (there && *there) return Stored::before;
    }
    return std::unexpected(std::move(stored.error().error));
  }

  const aws::S3 s3_;
  const std::string bucket_;
};

Result<std::unique_ptr<ObjectStore>> make(const config::Parsed& parsed, aws::Session& session) {
  const auto& options = parsed.as<S3StoreOptions>();
  auto s3 = aws::S3::make(session, {.region = options.region, .endpoint_url = options.endpoint_url});
  if (!s3) return wrap(s3.error(), "storage");
  return make_s3_store(std::move(*s3), options.container);
}

/// Without s3:ListBucket S3 calls what is not there forbidden.
std::vector<aws::Permission> permissions(const config::Parsed& parsed) {
  const auto& bucket = parsed.as<S3StoreOptions>().container;
  return {{.actions = {"s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"},
           .resources = {fmt::format("arn:aws:s3:::{}/*", bucket)}},
          {.actions = {"s3:ListBucket"}, .resources = {fmt::format("arn:aws:s3:::{}", bucket)}}};
}

std::optional<std::string> bad_bucket(const S3StoreOptions& options) {
  if (options.container.empty() || aws::check_bucket(options.container)) return std::nullopt;
  return "3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends";
}

}  // namespace

const config::Table& S3StoreOptions::table() {
  static const config::Table table =
      config::describe<S3StoreOptions>(
          "s3", "Keeps clips in a bucket of Amazon S3, or of what speaks its protocol.")
          .option("container", &S3StoreOptions::container, "The bucket.")
          .required()
          .not_empty()
          .rule(bad_bucket)
          .option("region", &S3StoreOptions::region,
                  "The AWS region of the bucket. Empty: that of the environment or the AWS profile.")
          .option("endpoint_url", &S3StoreOptions::endpoint_url,
                  "Where S3 is, when it is not AWS's. Empty: as the environment and the AWS profile say.");
  return table;
}

std::unique_ptr<ObjectStore> make_s3_store(aws::S3 s3, std::string bucket) {
  return std::make_unique<S3Store>(std::move(s3), std::move(bucket));
}

StoreKind s3_store_kind() {
  return {.options = S3StoreOptions::table(), .make = make, .permissions = permissions};
}

}  // namespace kinesight::storage
