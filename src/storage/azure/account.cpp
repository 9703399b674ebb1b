#include "storage/azure/account.h"

#include <algorithm>
#include <map>

#include "base/base64.h"
#include "net/url.h"

namespace kinesight::storage::azure {
namespace {

using Settings = std::map<std::string, std::string, std::less<>>;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// "Name=value;Name=value"; names without case.
Result<Settings> settings_of(std::string_view text) {
  Settings settings;
  while (!text.empty()) {
    const auto end = std::min(text.find(';'), text.size());
    const auto setting = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (setting.find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
    const auto equals = setting.find('=');
    if (equals == std::string_view::npos)
      return fail(ErrorKind::invalid,
                  "connection_string: expected Name=value parts with ; between them, found another");
    settings[lower(setting.substr(0, equals))] = setting.substr(equals + 1);
  }
  return settings;
}

std::string value_of(const Settings& settings, std::string_view name, std::string otherwise = "") {
  const auto found = settings.find(name);
  return found == settings.end() || found->second.empty() ? otherwise : found->second;
}

/// 3 to 24 lower-case letters and digits.
bool is_account_name(std::string_view name) {
  return name.size() >= 3 && name.size() <= 24 &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

/// What the connection string says, as if it had been said one by one.
Result<AccountText> spelled_out(const AccountText& text) {
  const auto settings = settings_of(text.connection_string);
  if (!settings) return std::unexpected(settings.error());
  if (settings->contains("sharedaccesssignature") && !settings->contains("accountkey"))
    return fail(ErrorKind::invalid,
                "connection_string: expected one with AccountName and AccountKey, found one with a "
                "SharedAccessSignature: it cannot make links");
  AccountText plain;
  plain.name = value_of(*settings, "accountname");
  plain.key = value_of(*settings, "accountkey");
  plain.endpoint = text.endpoint.empty() ? value_of(*settings, "blobendpoint") : text.endpoint;
  if (plain.endpoint.empty() && !plain.name.empty())
    plain.endpoint =
        fmt::format("{}://{}.blob.{}", lower(value_of(*settings, "defaultendpointsprotocol", "https")),
                    plain.name, value_of(*settings, "endpointsuffix", "core.windows.net"));
  return plain;
}

}  // namespace

Result<Account> make_account(const AccountText& text) {
  AccountText plain = text;
  if (!text.connection_string.empty()) {
    auto spelled = spelled_out(text);
    if (!spelled) return std::unexpected(spelled.error());
    plain = std::move(*spelled);
  }
  if (!is_account_name(plain.name))
    return fail(ErrorKind::invalid,
                "expected an account's name of 3 to 24 lower-case letters and digits in account_name or "
                "connection_string, found {}",
                plain.name.empty() ? "none" : "another");
  const auto key = from_base64(plain.key);
  if (!key || key->empty())
    return fail(ErrorKind::invalid,
                "expected the account's key in base64 in account_key or connection_string, found {}",
                plain.key.empty() ? "none" : "other text");
  if (plain.endpoint.empty()) plain.endpoint = fmt::format("https://{}.blob.core.windows.net", plain.name);
  const auto url = net::parse_url(plain.endpoint);
  if (!url) return wrap(url.error(), "the account's endpoint");
  if (!url->query.empty())
    return fail(ErrorKind::invalid, "the account's endpoint: expected a URL without a query");
  std::string endpoint = url->origin() + url->path;
  while (endpoint.ends_with('/')) endpoint.pop_back();
  return Account{plain.name, Secret(*key), std::move(endpoint)};
}

}  // namespace kinesight::storage::azure
