// Signs requests for a comparison with another implementation: JSON lines in, JSON lines out.
// in:  {method, url, headers: [[name, value]…], body, access_key, secret_key, token, region, service, time,
//       s3, unsigned, expires}; with `expires` the URL is presigned, else headers are added.
// out: {url} or {headers: {name: value}}, of what signing added; {error} when it refused.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "aws/sigv4.h"

using nlohmann::json;
namespace aws = kinesight::aws;
namespace net = kinesight::net;

namespace {

aws::Signing signing_of(const json& line) {
  const bool s3 = line.at("s3");
  aws::Signing signing;
  signing.region = line.at("region");
  signing.service = line.at("service");
  signing.unix_seconds = line.at("time");
  signing.normalize_path = signing.double_encode = !s3;
  signing.content_sha256_header = s3;
  signing.unsigned_payload = line.at("unsigned");
  return signing;
}

json answer_to(const json& line) {
  const std::string body = line.at("body");
  net::Request request;
  request.method = line.at("method");
  request.url = line.at("url");
  for (const auto& header : line.at("headers")) request.headers.push_back({header.at(0), header.at(1)});
  request.body = body;
  aws::Credentials credentials;
  credentials.access_key_id = line.at("access_key");
  credentials.secret_access_key = kinesight::Secret(line.at("secret_key").get<std::string>());
  credentials.session_token = kinesight::Secret(line.at("token").get<std::string>());

  if (!line.at("expires").is_null()) {
    const auto url = aws::presign(request, credentials, signing_of(line), line.at("expires"));
    return url ? json{{"url", *url}} : json{{"error", url.error().message}};
  }
  const auto done = aws::sign(request, credentials, signing_of(line));
  if (!done) return {{"error", done.error().message}};
  json added = json::object();
  for (const char* name : {"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "x-amz-content-sha256"})
    if (const std::string* value = net::find(request.headers, name)) added[name] = *value;
  return {{"headers", added}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);)
    std::cout << answer_to(json::parse(line)).dump() << "\n";
}
