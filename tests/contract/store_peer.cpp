#include "contract/store_peer.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <fstream>
#include <random>

#include "aws/digest.h"
#include "net/curl_transport.h"
#include "net/url.h"

namespace kinesight::contract {
namespace {

std::string from_environment(const std::string& name, std::string otherwise = "") {
  const char* value = std::getenv(("KINESIGHT_CONTRACT_" + name).c_str());
  return value && *value ? value : otherwise;
}

class Keys final : public aws::CredentialsProvider {
 public:
  explicit Keys(aws::Credentials credentials) : credentials_(std::move(credentials)) {}
  std::string_view name() const override { return "contract"; }
  Result<aws::Credentials> get(std::stop_token) override { return credentials_; }

 private:
  const aws::Credentials credentials_;
};

class Digesting final : public net::BodySink {
 public:
  Digesting() : state_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {}
  Result<> begin(const net::Response& head) override {
    EVP_DigestInit_ex(state_.get(), EVP_sha256(), nullptr);
    bytes = 0;
    if (const auto* said = net::find(head.headers, "Content-Type")) type = *said;
    return {};
  }
  Result<> take(std::string_view piece) override {
    EVP_DigestUpdate(state_.get(), piece.data(), piece.size());
    bytes += static_cast<std::int64_t>(piece.size());
    return {};
  }
  std::string sha256() {
    aws::Digest digest{};
    EVP_DigestFinal_ex(state_.get(), digest.data(), nullptr);
    return aws::hex(digest);
  }
  std::int64_t bytes = -1;
  std::string type;

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> state_;
};

/// The options of `kind`, read from texts.
config::Parsed options_of(const storage::StoreKind& kind, const std::map<std::string, std::string>& texts) {
  config::Parsed parsed(kind.options);
  for (const auto& [name, text] : texts)
    EXPECT_TRUE(kind.options.find(name)->assign(parsed.object(), config::Value::scalar(text))) << name;
  return parsed;
}

}  // namespace

StoreContract::StoreContract()
    : type_(from_environment("STORE", "directory")),
      access_({.container = from_environment("CONTAINER", "clips"),
               .access_key = from_environment("ACCESS_KEY"),
               .secret_key = from_environment("SECRET_KEY")}),
      transport_(net::make_curl_transport({})) {
  auto opened = open(access_);
  if (!opened) throw std::runtime_error(opened.error().message);
  store_ = std::move(*opened);
}

std::string StoreContract::absent_container() { return from_environment("CONTAINER_ABSENT", "absent-0"); }

Result<std::unique_ptr<storage::ObjectStore>> StoreContract::open(const StoreAccess& access) {
  aws::Credentials credentials;
  credentials.access_key_id = access.access_key;
  credentials.secret_access_key = Secret(access.secret_key);
  aws::Session::Parts parts;
  parts.transport = transport_;
  parts.credentials = std::make_shared<Keys>(std::move(credentials));
  sessions_.push_back(std::make_unique<aws::Session>(std::move(parts), Clock::system()));
  const std::string url = from_environment("URL");
  if (type_ == "s3") {
    const auto kind = storage::s3_store_kind();
    return kind.make(
        options_of(kind, {{"container", access.container}, {"region", "us-east-1"}, {"endpoint_url", url}}),
        *sessions_.back());
  }
  if (type_ == "azure_blob") {
    const auto kind = storage::azure_blob_store_kind();
    return kind.make(options_of(kind, {{"container", access.container},
                                       {"account_name", access.access_key},
                                       {"account_key", access.secret_key},
                                       {"endpoint_url", url}}),
                     *sessions_.back());
  }
  const auto kind = storage::directory_store_kind();
  return kind.make(
      options_of(kind, {{"path", (folder_.path() / "store").string()}, {"container", access.container}}),
      *sessions_.back());
}

std::string StoreContract::key(std::string_view stem) {
  static std::random_device entropy;
  return fmt::format("{}/{:08x}{:08x}.mp4", stem, entropy(), entropy());
}

std::filesystem::path StoreContract::file(std::uint64_t bytes, unsigned seed) {
  const auto path = folder_.path() / fmt::format("file-{}-{}", bytes, seed);
  std::ofstream out(path, std::ios::binary);
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> piece(1 << 14);
  for (std::uint64_t left = bytes; left > 0;) {
    for (auto& word : piece) word = random();
    const auto count = std::min<std::uint64_t>(left, piece.size() * sizeof piece[0]);
    out.write(reinterpret_cast<const char*>(piece.data()), static_cast<std::streamsize>(count));
    left -= count;
  }
  return path;
}

std::string sha256_of(const std::filesystem::path& file) {
  return aws::hex(aws::sha256_of_file(file).value());
}

StoreContract::Got StoreContract::get(const std::string& url) {
  if (url.starts_with("file://")) {
    const std::string path = net::percent_decode(std::string_view(url).substr(7)).value();
    if (!std::filesystem::exists(path)) return {.status = 404};
    return {200, static_cast<std::int64_t>(std::filesystem::file_size(path)), sha256_of(path), ""};
  }
  Digesting sink;
  net::Request request;
  request.url = url;
  request.sink = &sink;
  request.max_response_bytes = 4UL << 30;
  const auto answer = transport_->send(request, {});
  EXPECT_TRUE(answer) << answer.error().error.message;
  if (!answer || sink.bytes < 0) return {.status = answer ? answer->status : 0};
  return {answer->status, sink.bytes, sink.sha256(), sink.type};
}

StoreContract::Got StoreContract::get_object(const std::string& key) {
  const auto link = store_->link(key, 300, {});
  EXPECT_TRUE(link) << link.error().message;
  return link ? get(link->url) : Got{};
}

}  // namespace kinesight::contract
