// Signs for Azure's Blob service, for a comparison with another implementation: JSON lines in, JSON lines
// out. in:  {account, key (base64), method, url, headers [[name, value]…], body, time} for a request;
// {account, key,
//      container, blob, expires, https_only} for a link.
// out: {string_to_sign, headers [[name, value]…]} or {string_to_sign, query}.
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "storage/azure/shared_key.h"

using nlohmann::json;
namespace azure = kinesight::storage::azure;
namespace net = kinesight::net;

namespace {

json signed_request(const json& line, const azure::Account& account) {
  const std::string body = line.at("body");
  net::Request request;
  request.method = line.at("method");
  request.url = line.at("url");
  request.body = body;
  for (const auto& header : line.at("headers")) request.headers.push_back({header.at(0), header.at(1)});
  if (auto done = azure::sign(request, account, line.at("time")); !done)
    return {{"error", done.error().message}};
  json answer = {{"headers", json::array()}};
  for (const auto& [name, value] : request.headers) answer["headers"].push_back({name, value});
  std::erase_if(request.headers, [](const net::Header& header) { return header.name == "Authorization"; });
  answer["string_to_sign"] = azure::string_to_sign(request, account).value();
  return answer;
}

json signed_link(const json& line, const azure::Account& account) {
  const std::string container = line.at("container");
  const std::string blob = line.at("blob");
  const azure::ReadLink link{.container = container,
                             .blob = blob,
                             .expires_seconds = line.at("expires"),
                             .https_only = line.at("https_only")};
  return {{"string_to_sign", azure::string_to_sign(link, account)},
          {"query", azure::sas_query(link, account)}};
}

}  // namespace

int main() {
  for (std::string text; std::getline(std::cin, text);) {
    const json line = json::parse(text);
    const azure::Account account{
        line.at("account"),
        kinesight::Secret(kinesight::from_base64(line.at("key").get<std::string>()).value()), ""};
    std::cout << (line.contains("blob") ? signed_link(line, account) : signed_request(line, account)).dump()
              << "\n";
  }
}
