#include "aws/config/endpoint.h"

#include <algorithm>
#include <cctype>

#include "aws/config/region.h"
#include "net/url.h"

namespace kinesight::aws {
namespace {

using Maybe = Result<std::optional<Found>>;

/// "Kinesis Video" as `kinesis_video`, or as `KINESIS_VIDEO`.
std::string identifier(std::string_view id, int (*letter_case)(int)) {
  std::string name(id);
  std::ranges::transform(name, name.begin(),
                         [&](unsigned char c) { return c == ' ' ? '_' : static_cast<char>(letter_case(c)); });
  return name;
}

/// The endpoint_url of `service` in the profile's [services] section.
Maybe in_services(const SharedConfig& shared, const Service& service) {
  const Setting* chosen = shared.active().find("services");
  if (chosen == nullptr) return std::nullopt;
  const Section* section = shared.services(chosen->text());
  if (section == nullptr) {
    return fail(ErrorKind::invalid,
                "{}: expected a section [services {}] in the config file, found none; add it, or remove "
                "`services` from the profile '{}'",
                chosen->where, shown(chosen->text()), shared.profile_name());
  }
  const std::string name = identifier(service.id, std::tolower);
  const auto settings = section->find(name);
  if (settings == section->end()) return std::nullopt;
  if (settings->second.nested.empty()) {
    return fail(ErrorKind::invalid, "{}: expected indented lines below `{} =`, such as `  endpoint_url = …`",
                settings->second.where, name);
  }
  const auto url = settings->second.nested.find("endpoint_url");
  if (url == settings->second.nested.end() || url->second.empty()) return std::nullopt;
  return Found{url->second.reveal(), settings->second.where};
}

Maybe override_of(const config::Environment& environment, const SharedConfig* shared,
                  const Service& service) {
  const auto ignored = find_switch(environment, shared, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                                   "ignore_configured_endpoint_urls");
  if (!ignored) return std::unexpected(ignored.error());
  if (*ignored) return std::nullopt;
  for (const std::string& name :
       {"AWS_ENDPOINT_URL_" + identifier(service.id, std::toupper), std::string("AWS_ENDPOINT_URL")}) {
    if (auto url = variable(environment, name)) return Found{std::move(*url), name};
  }
  if (shared == nullptr) return std::nullopt;
  auto of_service = in_services(*shared, service);
  if (!of_service || of_service->has_value()) return of_service;
  const Setting* url = shared->active().find("endpoint_url");
  if (url == nullptr) return std::nullopt;
  return Found{url->text(), url->where};
}

/// The URL itself stays out of the error: somebody may have written a password into it.
Result<Endpoint> checked(std::string_view url, std::string_view where) {
  const auto parsed = net::parse_url(url);
  if (!parsed) return wrap(parsed.error(), where);
  if (!parsed->query.empty()) {
    return fail(ErrorKind::invalid, "{}: expected an endpoint without a query (?…)", where);
  }
  std::string text(url);
  while (text.ends_with('/')) text.pop_back();
  return Endpoint{std::move(text), true};
}

/// Which services and regions have such endpoints is a table of its own: whoever needs one names it. To
/// ignore the wish would be worse than to refuse it.
Result<> refuse_variants(const config::Environment& environment, const SharedConfig* shared,
                         const Service& service) {
  static constexpr std::pair<const char*, const char*> kVariants[] = {
      {"AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"},
      {"AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"}};
  for (const auto& [name, key] : kVariants) {
    const auto wanted = find_switch(environment, shared, name, key);
    if (!wanted) return std::unexpected(wanted.error());
    if (!*wanted) continue;
    return fail(ErrorKind::invalid, "{} ({}) is not supported; name that endpoint in AWS_ENDPOINT_URL_{}",
                name, key, identifier(service.id, std::toupper));
  }
  return {};
}

}  // namespace

Result<Endpoint> resolve_endpoint(const config::Environment& environment, const SharedConfig* shared,
                                  const Service& service, std::string_view region,
                                  std::string_view configured) {
  if (!configured.empty()) return checked(configured, "the configured endpoint_url");
  const auto found = override_of(environment, shared, service);
  if (!found) return std::unexpected(found.error());
  if (*found) return checked((*found)->value, (*found)->where);
  if (auto possible = refuse_variants(environment, shared, service); !possible) {
    return std::unexpected(possible.error());
  }
  return Endpoint{fmt::format("https://{}.{}.{}", service.host_prefix, region, domain_of(region)), false};
}

}  // namespace kinesight::aws
