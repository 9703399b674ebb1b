#include "storage/azure_blob_store.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "net/url.h"
#include "storage/azure/md5.h"
#include "storage/azure/shared_key.h"
#include "storage/input_file.h"
#include "storage/object_rules.h"
#include "storage/store_kind.h"

namespace kinesight::storage {
namespace {

using azure::BlobCall;
using azure::BlobError;
using azure::BlobResult;

constexpr std::uint64_t kLongestSinglePut = 64ULL << 20;
constexpr std::uint64_t kBlockBytes = 16ULL << 20;
constexpr std::uint64_t kMaxBlocks = 50'000;
constexpr std::uint64_t kSlowestBytesPerSecond = 1024 * 1024;
constexpr std::string_view kMetadata = "x-ms-meta-";
// Refused for its condition, after the right to write was looked at: there is never such a blob.
constexpr const char* kCheckKey = ".kinesight-check";

BlobCall sending(std::string_view action, const net::FileRegion& body, std::string md5) {
  BlobCall call{
      .action = action, .method = "PUT", .headers = {{"Content-MD5", std::move(md5)}}, .body_file = body};
  call.timeouts.total += std::chrono::seconds(body.length / kSlowestBytesPerSecond);
  return call;
}

void add_metadata(BlobCall& call, const ObjectAttributes& attributes) {
  for (const auto& [name, value] : attributes.metadata)
    call.headers.push_back({fmt::format("{}{}", kMetadata, name), value});
}

/// Blocks of one blob have names of one length, and no two uploads have the same ones: what is not committed
/// lies together, whoever sent it.
std::string block_name(std::uint64_t upload, std::size_t number) {
  return to_base64(fmt::format("{:016x}-{:05}", upload, number));
}

std::string block_list(const std::vector<std::string>& names) {
  std::string xml = R"(<?xml version="1.0" encoding="utf-8"?><BlockList>)";
  for (const auto& name : names) xml += "<Latest>" + name + "</Latest>";
  return xml + "</BlockList>";
}

/// Whether the refusal means that there is such a blob already.
bool is_there(const BlobError& error) {
  return error.code == "BlobAlreadyExists" || (error.status == 412 && error.code == "ConditionNotMet");
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

Result<ObjectStatus> status_in(const net::Headers& headers) {
  ObjectStatus status;
  const auto* length = net::find(headers, "Content-Length");
  const char* end = length ? length->data() + length->size() : nullptr;
  if (!length || std::from_chars(length->data(), end, status.bytes).ptr != end)
    return fail(
        ErrorKind::corrupt,
        "Azure Blob Get Blob Properties: expected a Content-Length, found none; is the endpoint a Blob "
        "service?");
  if (const auto* type = net::find(headers, "Content-Type")) status.content_type = *type;
  for (const auto& [name, value] : headers)
    if (auto known = lower(name); known.starts_with(kMetadata))
      status.metadata.emplace(known.substr(kMetadata.size()), value);
  return status;
}

class AzureBlobStore final : public ObjectStore {
 public:
  AzureBlobStore(azure::BlobClient client, std::string container)
      : client_(std::move(client)), container_(std::move(container)) {}

  Result<Stored> put_file(const std::string& key, const std::filesystem::path& path,
                          const ObjectAttributes& attributes, std::stop_token stop) override {
    if (auto checked = check_object_key(key); !checked) return std::unexpected(checked.error());
    if (auto checked = check_attributes(attributes); !checked) return std::unexpected(checked.error());
    const auto file = InputFile::open(path);
    if (!file) return std::unexpected(file.error());
    if (file->bytes() > kLongestSinglePut) return put_in_blocks(key, *file, attributes, stop);
    azure::FileMd5 digest;
    auto md5 = digest.add(file->whole());
    if (!md5) return std::unexpected(std::move(md5.error()));
    auto call = sending("Put Blob", file->whole(), std::move(*md5));
    call.path = path_of(key);
    call.headers.push_back({"x-ms-blob-type", "BlockBlob"});
    call.headers.push_back({"Content-Type", attributes.content_type});
    call.headers.push_back({"If-None-Match", "*"});
    add_metadata(call, attributes);
    return outcome(client_.call(call, stop), key, stop);
  }

  Result<std::optional<ObjectStatus>> status(const std::string& key, std::stop_token stop) override {
    if (auto checked = check_object_key(key); !checked) return std::unexpected(checked.error());
    const BlobCall call{.action = "Get Blob Properties", .method = "HEAD", .path = path_of(key)};
    const auto answer = client_.call(call, std::move(stop));
    if (!answer && answer.error().status == 404 && answer.error().code != "ContainerNotFound")
      return std::nullopt;
    if (!answer) return std::unexpected(answer.error().error);
    return status_in(answer->headers);
  }

  Result<Link> link(const std::string& key, std::int64_t seconds, std::stop_token) override {
    if (auto checked = check_object_key(key); !checked) return std::unexpected(checked.error());
    if (seconds < 1) return fail(ErrorKind::invalid, "a link lasts a second or more, not {}", seconds);
    const azure::ReadLink link{
        .container = container_,
        .blob = key,
        .expires_seconds = static_cast<std::int64_t>(std::floor(client_.now())) + seconds,
        .https_only = client_.account().endpoint.starts_with("https:")};
    return Link{address(key) + "?" + azure::sas_query(link, client_.account()), link.expires_seconds};
  }

  Result<> check(std::stop_token stop) override {
    const BlobCall call{.action = "Put Blob",
                        .method = "PUT",
                        .path = path_of(kCheckKey),
                        .headers = {{"x-ms-blob-type", "BlockBlob"}, {"If-Match", "\"0x0\""}}};
    const auto answer = client_.call(call, std::move(stop));
    if (answer || answer.error().status == 412) return {};
    return std::unexpected(answer.error().error);
  }

  std::string address(const std::string& key) const override {
    return client_.account().endpoint + path_of(key);
  }

 private:
  std::string path_of(const std::string& key) const {
    return fmt::format("/{}/{}", container_, net::percent_encode(key, "/"));
  }

  Result<Stored> put_in_blocks(const std::string& key, const InputFile& file,
                               const ObjectAttributes& attributes, const std::stop_token& stop) {
    const auto there = status(key, stop);  // Before gigabytes go over the line.
    if (!there) return std::unexpected(there.error());
    if (*there) return Stored::before;
    azure::FileMd5 digest;
    std::vector<std::string> names;
    if (auto sent = send_blocks(key, file, digest, names, stop); !sent) return std::unexpected(sent.error());
    const std::string list = block_list(names);
    BlobCall call{.action = "Put Block List",
                  .method = "PUT",
                  .path = path_of(key),
                  .query = "comp=blocklist",
                  .headers = {{"Content-Type", "application/xml"},
                              {"If-None-Match", "*"},
                              {"x-ms-blob-content-type", attributes.content_type},
                              {"x-ms-blob-content-md5", digest.whole()}},
                  .body = list};
    add_metadata(call, attributes);
    return outcome(client_.call(call, stop), key, stop);
  }

  Result<> send_blocks(const std::string& key, const InputFile& file, azure::FileMd5& digest,
                       std::vector<std::string>& names, const std::stop_token& stop) {
    std::random_device entropy;
    const std::uint64_t upload = std::uint64_t{entropy()} << 32 | entropy();
    const std::uint64_t length = std::max(kBlockBytes, (file.bytes() + kMaxBlocks - 1) / kMaxBlocks);
    for (std::uint64_t at = 0; at < file.bytes(); at += length) {
      const auto part = file.part(at, length);
      auto md5 = digest.add(part);
      if (!md5) return std::unexpected(std::move(md5.error()));
      names.push_back(block_name(upload, names.size()));
      auto call = sending("Put Block", part, std::move(*md5));
      call.path = path_of(key);
      call.query = "comp=block&blockid=" + net::percent_encode(names.back());
      if (auto sent = client_.call(call, stop); !sent) return std::unexpected(std::move(sent.error().error));
    }
    return {};
  }

  /// What became of a blob by what the service says of the call that was to make it.
  Result<Stored> outcome(const BlobResult<net::Response>& stored, const std::string& key,
                         const std::stop_token& stop) {
    if (stored) return Stored::now;
    if (is_there(stored.error())) return Stored::before;
    if (stored.error().code == "InvalidBlockList") {  // Who commits throws the others' blocks away.
      const auto there = status(key, stop);
      if (there && *there) return Stored::before;
    }
    return std::unexpected(stored.error().error);
  }

  const azure::BlobClient client_;
  const std::string container_;
};

Result<std::unique_ptr<ObjectStore>> make(const config::Parsed& parsed, aws::Session& session) {
  const auto& options = parsed.as<AzureBlobStoreOptions>();
  auto account = azure::make_account({.name = options.account_name,
                                      .key = options.account_key,
                                      .connection_string = options.connection_string,
                                      .endpoint = options.endpoint_url});
  if (!account) return wrap(account.error(), "storage");
  return make_azure_blob_store(azure::BlobClient(session, std::move(*account)), options.container);
}

std::optional<std::string> bad_container(const AzureBlobStoreOptions& options) {
  const auto& name = options.container;
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const bool good = name.size() >= 3 && name.size() <= 63 && std::ranges::all_of(name, fits) &&
                    name.front() != '-' && name.back() != '-' && !name.contains("--");
  if (name.empty() || good) return std::nullopt;
  return "3 to 63 lower-case letters, digits and single hyphens, a letter or digit at both ends";
}

std::optional<std::string> no_account(const AzureBlobStoreOptions& options) {
  const bool apart = !options.account_name.empty() || !options.account_key.empty();
  if (options.connection_string.empty() == apart) return std::nullopt;
  return "either a connection string or account_name and account_key, in the file or the environment";
}

}  // namespace

const config::Table& AzureBlobStoreOptions::table() {
  static const config::Table table =
      config::describe<AzureBlobStoreOptions>("azure_blob",
                                              "Keeps clips in a container of Azure Blob storage.")
          .option("container", &AzureBlobStoreOptions::container, "The container; it must be there.")
          .required()
          .not_empty()
          .rule(bad_container)
          .option("account_name", &AzureBlobStoreOptions::account_name, "The storage account.")
          .env("AZURE_STORAGE_ACCOUNT")
          .option("account_key", &AzureBlobStoreOptions::account_key,
                  "One of the account's two keys, in base64.")
          .secret()
          .env("AZURE_STORAGE_KEY")
          .option("connection_string", &AzureBlobStoreOptions::connection_string,
                  "The account's connection string, instead of account_name and account_key.")
          .secret()
          .env("AZURE_STORAGE_CONNECTION_STRING")
          .rule(no_account)
          .option("endpoint_url", &AzureBlobStoreOptions::endpoint_url,
                  "Where the account's Blob service is, with the account in the path where it is not in the "
                  "host. "
                  "Empty: as the connection string says, or https://<account_name>.blob.core.windows.net.");
  return table;
}

std::unique_ptr<ObjectStore> make_azure_blob_store(azure::BlobClient client, std::string container) {
  return std::make_unique<AzureBlobStore>(std::move(client), std::move(container));
}

StoreKind azure_blob_store_kind() { return {.options = AzureBlobStoreOptions::table(), .make = make}; }

}  // namespace kinesight::storage
