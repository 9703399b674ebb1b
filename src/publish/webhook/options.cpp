#include "publish/webhook/options.h"

#include <algorithm>
#include <array>

#include "net/url.h"
#include "publish/webhook/signature.h"

namespace kinesight::publish {
namespace {

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

/// Where clouds keep a machine's credentials, and other addresses of the link: no receiver is there, and what
/// is sent there by mistake may be answered.
bool is_link_local(const std::string& host) {
  return host.starts_with("169.254.") || host.starts_with("[fe80:") || host == "[fd00:ec2::254]";
}

std::optional<std::string> bad_url(const WebhookOptions& options) {
  if (options.url.empty()) return std::nullopt;  // The row's own condition.
  const auto url = net::parse_url(options.url);
  if (!url) return "an http:// or https:// URL without user and password (see authorization)";
  if (is_link_local(url->host)) return "a URL of a receiver, which no link-local address is";
  return std::nullopt;
}

std::optional<std::string> readable(const WebhookOptions& options) {
  const auto url = net::parse_url(options.url);
  if (!url || url->scheme == "https" || is_loopback(url->host)) return std::nullopt;
  return "events go over the network for all to read and change; use https://";
}

std::optional<std::string> bad_secret(const WebhookOptions& options) {
  if (options.secret.empty() || webhook_key(options.secret)) return std::nullopt;
  return "whsec_ and the base64 of 24 to 64 random bytes: echo whsec_$(openssl rand -base64 32)";
}

std::optional<std::string> unsigned_requests(const WebhookOptions& options) {
  if (options.url.empty() || !options.secret.empty()) return std::nullopt;
  return "requests are not signed, so that a receiver cannot tell them from anybody else's; set secret";
}

bool is_token(std::string_view name) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";  // RFC 9110, 5.6.2.
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.contains(c);
  });
}

net::Header read_header(std::string_view line) {
  const auto colon = std::min(line.find(':'), line.size());
  auto value = line.substr(std::min(colon + 1, line.size()));
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return {std::string(line.substr(0, colon)), std::string(value)};
}

bool is_ours(const std::string& name) {
  constexpr std::array ours = {
      "authorization",    "connection", "content-length",    "content-type",      "host",
      "user-agent",       "webhook-id", "webhook-signature", "webhook-timestamp", "expect",
      "transfer-encoding"};
  return std::ranges::any_of(ours, [&](const char* one) { return net::same_name(one, name); });
}

std::optional<std::string> header_fault(const std::vector<std::string>& lines) {
  for (const auto& line : lines) {
    const auto header = read_header(line);
    const bool plain = std::ranges::none_of(line, [](char c) { return static_cast<unsigned char>(c) < ' '; });
    if (!plain || !line.contains(':') || !is_token(header.name))
      return "expected lines such as 'X-Site: 7', found another";
    if (is_ours(header.name))
      return fmt::format("expected headers that are not set by the publisher itself, found {}", header.name);
  }
  return std::nullopt;
}

}  // namespace

net::Headers WebhookOptions::more_headers() const {
  net::Headers read;
  for (const auto& line : headers) read.push_back(read_header(line));
  return read;
}

const config::Table& WebhookOptions::table() {
  static const config::Table table = [] {
    auto rows = config::describe<WebhookOptions>(
        "webhook", "Sends each event to a URL: a POST of its JSON, signed as Standard Webhooks has it.");
    rows.option("url", &WebhookOptions::url,
                "Where to: https://, or http:// for a receiver next door. Redirects are not followed.")
        .required()
        .not_empty()
        .secret()
        .rule(bad_url)
        .caution(readable)
        .option("secret", &WebhookOptions::secret,
                "What requests are signed with, known to the receiver too: whsec_ and the base64 of 24 to 64 "
                "random bytes. Empty: they are not signed.")
        .secret()
        .rule(bad_secret)
        .caution(unsigned_requests)
        .option("authorization", &WebhookOptions::authorization,
                "The Authorization header, for a receiver that wants one: 'Bearer …'.")
        .secret()
        .option("headers", &WebhookOptions::headers, "Further headers, a line each: 'X-Site: 7'.")
        .sound("lines 'Name: value'", header_fault)
        .option("timeout_seconds", &WebhookOptions::timeout_seconds,
                "How long a receiver may take for its answer.")
        .range(0.1, 120)
        .option("max_in_flight", &WebhookOptions::max_in_flight,
                "Requests at once; those of one camera always follow each other.")
        .range(1, 64)
        .option("ca_file", &WebhookOptions::ca_file,
                "The authorities (PEM) that sign the receiver's certificate. Empty: the system's.")
        .existing_path();
    return config::Table(with_filter(rows));
  }();
  return table;
}

}  // namespace kinesight::publish
