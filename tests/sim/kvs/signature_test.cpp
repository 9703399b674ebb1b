// Signatures: what the product's signer makes is taken, and nothing else is.
#include "sim/kvs/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/sigv4.h"
#include "net/url.h"

namespace kinesight::sim::kvs {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNow = 1'700'000'000;
const KnownKeys kKeys{"us-east-1", {{"AKIDEXAMPLE", "a-secret"}}};

/// A call as the product's client sends it.
struct SignedCall {
  std::string key = "AKIDEXAMPLE";
  std::string secret = "a-secret";
  std::string region = "us-east-1";
  std::string service = "kinesisvideo";
  std::int64_t time = kNow;
  std::string token{};

  aws::Credentials credentials() const {
    aws::Credentials credentials;
    credentials.access_key_id = key;
    credentials.secret_access_key = Secret(secret);
    credentials.session_token = Secret(token);
    return credentials;
  }
  aws::Signing signing() const { return {.region = region, .service = service, .unix_seconds = time}; }

  net::Request request() const {
    net::Request request;
    request.method = "POST";
    request.url = "http://127.0.0.1:4000/describeStream?a=%20b&c";
    request.headers = {{"Content-Type", "application/json"}, {"User-Agent", "any"}};
    request.body = R"({"StreamName":"front"})";
    return request;
  }
  http::Incoming sent(const net::Request& request) const {
    const auto url = net::parse_url(request.url).value();
    return {request.method, url.path, url.query, request.headers, std::string(request.body)};
  }

  http::Incoming in_headers() const {
    net::Request made = request();
    EXPECT_TRUE(aws::sign(made, credentials(), signing()));
    return sent(made);
  }
  http::Incoming presigned(std::int64_t seconds) const {
    net::Request made = request();
    made.headers.push_back({"Host", "127.0.0.1:4000"});
    made.url = aws::presign(made, credentials(), signing(), seconds).value();
    return sent(made);
  }
};

/// "" when it is taken, else the type of the refusal.
std::string verdict(const http::Incoming& request, double now = kNow) {
  const auto checked = check_signature(request, kKeys, now);
  return checked ? "" : checked.error().type;
}

std::string& header(http::Incoming& request, std::string_view name) {
  for (auto& each : request.headers)
    if (net::same_name(each.name, name)) return each.value;
  throw std::runtime_error("no such header");
}

TEST(Signature, OfTheProductsSignerIsTaken) {
  EXPECT_EQ(verdict(SignedCall{}.in_headers()), "");
  EXPECT_EQ(verdict(SignedCall{.token = "temporary"}.in_headers()), "");
  EXPECT_EQ(verdict(SignedCall{}.presigned(60)), "");
}

TEST(Signature, OfAChangedRequestIsRefused) {
  http::Incoming request = SignedCall{}.in_headers();
  const auto refused = [](http::Incoming changed, auto change) {
    change(changed);
    return verdict(changed) == "InvalidSignatureException";
  };
  EXPECT_TRUE(refused(request, [](auto& r) { r.method = "PUT"; }));
  EXPECT_TRUE(refused(request, [](auto& r) { r.path = "/deleteStream"; }));
  EXPECT_TRUE(refused(request, [](auto& r) { r.query = "a=%20c&c"; }));
  EXPECT_TRUE(refused(request, [](auto& r) { r.body[3] = 'X'; }));
  EXPECT_TRUE(refused(request, [](auto& r) { header(r, "Host") = "127.0.0.1:4001"; }));
  EXPECT_TRUE(refused(request, [](auto& r) { header(r, "Content-Type") = "text/plain"; }));
  EXPECT_TRUE(refused(request, [](auto& r) { header(r, "Authorization").back() ^= 1; }));
  EXPECT_TRUE(refused(request, [](auto& r) { r.headers.push_back({"X-Amz-Extra", "1"}); }));
  EXPECT_FALSE(refused(request, [](auto& r) { header(r, "User-Agent") = "a proxy's"; }));
}

TEST(Signature, OfAChangedPresignedRequestIsRefused) {
  http::Incoming request = SignedCall{}.presigned(60);
  request.body[3] = 'X';
  EXPECT_EQ(verdict(request), "InvalidSignatureException");
  request = SignedCall{}.presigned(60);
  request.query.replace(request.query.find("Expires=60"), 10, "Expires=90");
  EXPECT_EQ(verdict(request), "InvalidSignatureException");
}

TEST(Signature, NeedsTheKeysSecretRegionAndService) {
  EXPECT_EQ(verdict(SignedCall{.key = "SOMEBODY"}.in_headers()), "UnrecognizedClientException");
  EXPECT_EQ(verdict(SignedCall{.secret = "another"}.in_headers()), "InvalidSignatureException");
  EXPECT_EQ(verdict(SignedCall{.region = "eu-west-1"}.in_headers()), "InvalidSignatureException");
  EXPECT_EQ(verdict(SignedCall{.service = "kinesis"}.in_headers()), "InvalidSignatureException");
}

TEST(Signature, LastsFiveMinutesEitherWay) {
  const http::Incoming request = SignedCall{}.in_headers();
  EXPECT_EQ(verdict(request, kNow + 299), "");
  EXPECT_EQ(verdict(request, kNow - 299), "");
  EXPECT_EQ(verdict(request, kNow + 301), "InvalidSignatureException");
  EXPECT_EQ(verdict(request, kNow - 301), "InvalidSignatureException");
  EXPECT_EQ(verdict(SignedCall{}.presigned(60), kNow + 60), "");
  EXPECT_EQ(verdict(SignedCall{}.presigned(60), kNow + 61), "InvalidSignatureException");
}

TEST(Signature, HasToBeThereAndWhole) {
  http::Incoming request = SignedCall{}.in_headers();
  std::erase_if(request.headers, [](const auto& each) { return each.name == "Authorization"; });
  EXPECT_EQ(verdict(request), "MissingAuthenticationTokenException");
  for (const char* text : {"Bearer x", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential=a/b, Signature=c",
                           "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/x, SignedHeaders=host, Signature=c"}) {
    request.headers.push_back({"Authorization", text});
    EXPECT_EQ(verdict(request), "IncompleteSignatureException") << text;
    request.headers.pop_back();
  }
}

TEST(Signature, RefusalsNameNoSecret) {
  const auto refused = check_signature(SignedCall{.secret = "another"}.in_headers(), kKeys, kNow);
  EXPECT_EQ(refused.error().status, 403);
  EXPECT_THAT(refused.error().message, testing::Not(HasSubstr("a-secret")));
}

}  // namespace
}  // namespace kinesight::sim::kvs
