#include "storage/azure/shared_key.h"

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

#include "aws/digest.h"
#include "base/base64.h"
#include "net/url.h"

namespace kinesight::storage::azure {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::tm utc(std::int64_t unix_seconds) {
  const std::time_t time = unix_seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return parts;
}

std::string signature(const Account& account, std::string_view text) {
  return to_base64(aws::bytes(aws::hmac_sha256(account.key.reveal(), text)));
}

std::string header(const net::Request& request, std::string_view name) {
  const std::string* value = net::find(request.headers, name);
  return value ? *value : std::string();
}

/// What a name is sorted by. The service does so as Windows sorts words: hyphens do not count, an underscore
/// comes before digits and those before letters. (The documentation says "lexicographically"; the clients of
/// Microsoft do as here.)
std::string sort_key(std::string_view name) {
  std::string key;
  for (const char c : name)
    if (c != '-') key += c == '_' ? '!' : c;
  return key;
}

/// "name:value\n" for each x-ms- header, sorted.
std::string canonical_headers(const net::Headers& headers) {
  std::vector<std::pair<std::string, std::string>> ours;
  for (const auto& [name, value] : headers)
    if (auto known = lower(name); known.starts_with("x-ms-")) ours.emplace_back(std::move(known), value);
  std::ranges::sort(ours, [](const auto& a, const auto& b) {
    const auto left = sort_key(a.first);
    const auto right = sort_key(b.first);
    return left != right ? left < right : a.first > b.first;  // Where only hyphens differ, they come later.
  });
  std::string text;
  for (const auto& [name, value] : ours) text += fmt::format("{}:{}\n", name, value);
  return text;
}

/// "\nname:value" for each parameter, sorted, decoded. None of ours stands there twice.
Result<std::string> canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = std::min(parameter.find('='), parameter.size());
    const auto name = net::percent_decode(parameter.substr(0, equals));
    const auto value = net::percent_decode(parameter.substr(std::min(equals + 1, parameter.size())));
    if (!name || !value) return std::unexpected((name ? value : name).error());
    parameters.emplace_back(lower(*name), *value);
  }
  std::ranges::sort(parameters);
  std::string text;
  for (const auto& [name, value] : parameters) text += fmt::format("\n{}:{}", name, value);
  return text;
}

/// "2026-02-26T14:30:00Z"
std::string iso_time(std::int64_t unix_seconds) {
  const std::tm t = utc(unix_seconds);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                     t.tm_hour, t.tm_min, t.tm_sec);
}

std::string_view protocols(const ReadLink& link) { return link.https_only ? "https" : "https,http"; }

}  // namespace

std::string http_date(std::int64_t unix_seconds) {
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::tm t = utc(unix_seconds);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays.substr(3 * static_cast<std::size_t>(t.tm_wday), 3), t.tm_mday,
                     kMonths.substr(3 * static_cast<std::size_t>(t.tm_mon), 3), t.tm_year + 1900, t.tm_hour,
                     t.tm_min, t.tm_sec);
}

Result<std::string> string_to_sign(const net::Request& request, const Account& account) {
  const auto url = net::parse_url(request.url);
  if (!url) return std::unexpected(url.error());
  const auto query = canonical_query(url->query);
  if (!query) return std::unexpected(query.error());
  const auto length = request.body_file ? request.body_file->length : request.body.size();
  std::string text = request.method;
  text += '\n';
  for (const char* name : {"Content-Encoding", "Content-Language"}) text += header(request, name) + '\n';
  text += (length > 0 ? fmt::format("{}", length) : std::string()) + '\n';
  for (const char* name : {"Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match",
                           "If-None-Match", "If-Unmodified-Since", "Range"})
    text += header(request, name) + '\n';
  // An emulator has the account in the path as well: it is there twice then.
  return text + canonical_headers(request.headers) + "/" + account.name + url->path + *query;
}

Result<> sign(net::Request& request, const Account& account, std::int64_t unix_seconds) {
  request.headers.push_back({"x-ms-date", http_date(unix_seconds)});
  request.headers.push_back({"x-ms-version", std::string(kApiVersion)});
  const auto text = string_to_sign(request, account);
  if (!text) return std::unexpected(text.error());
  request.headers.push_back(
      {"Authorization", fmt::format("SharedKey {}:{}", account.name, signature(account, *text))});
  return {};
}

std::string string_to_sign(const ReadLink& link, const Account& account) {
  const std::string resource = fmt::format("/blob/{}/{}/{}", account.name, link.container, link.blob);
  // Permissions, start, expiry, resource, identifier, IP, protocol, version, kind of resource, snapshot,
  // encryption scope, and five headers of the answer.
  return fmt::format("r\n\n{}\n{}\n\n\n{}\n{}\nb\n\n\n\n\n\n\n", iso_time(link.expires_seconds), resource,
                     protocols(link), kApiVersion);
}

std::string sas_query(const ReadLink& link, const Account& account) {
  return fmt::format("sv={}&sr=b&sp=r&se={}&spr={}&sig={}", kApiVersion,
                     net::percent_encode(iso_time(link.expires_seconds)),
                     net::percent_encode(protocols(link)),
                     net::percent_encode(signature(account, string_to_sign(link, account))));
}

}  // namespace kinesight::storage::azure
