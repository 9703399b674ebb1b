#include "support/fake_aws/control.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support/fake_aws/encoding.h"

namespace kinesight::support::fake {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kRoot = "/_fake/";

void add_faults(FaultPlan& plan, const Json& json, bool replace) {
  std::vector<Fault> faults;
  if (json.is_array()) {
    for (const Json& fault : json) faults.push_back(fault_from_json(fault));
  } else {
    faults.push_back(fault_from_json(json));
  }
  if (replace) plan.clear();
  for (Fault& fault : faults) plan.add(std::move(fault));
}

void add_key(KeyRing& keys, const Json& json) {
  KnownKey key;
  key.access_key = json.at("access_key");
  key.secret_key = json.at("secret_key");
  key.session_token = json.value("session_token", "");
  key.expires = json.value("expires", key.expires);
  keys.add(std::move(key));
}

Json carry_out(Router& router, const HttpRequest& request) {
  const std::string what = request.method + ' ' + request.path.substr(kRoot.size());
  const auto body = [&] { return Json::parse(request.body); };
  if (what == "GET ledger") return router.world().ledger.to_json(request.query != "entries=0");
  if (what == "POST faults") {
    add_faults(router.world().faults, body(), request.query == "replace=1");
  } else if (what == "POST clock") {
    router.world().clock_offset_ms = body().at("offset_seconds").get<std::int64_t>() * 1000;
  } else if (what == "POST keys") {
    add_key(router.keys(), body());
  } else if (what == "POST keys/expire") {
    router.keys().expire_temporary();
  } else if (what == "POST reset") {
    router.reset();
  } else {
    throw std::invalid_argument("the fake knows no " + what);
  }
  return Json::object();
}

}  // namespace

bool is_control(const HttpRequest& request) { return request.path.starts_with(kRoot); }

HttpResponse control(Router& router, const HttpRequest& request) {
  HttpResponse response;
  try {
    response = answer_json(carry_out(router, request).dump());
  } catch (const std::exception& error) {
    response = answer_json(Json{{"error", error.what()}}.dump());
    response.status = 400;
  }
  return response;
}

}  // namespace kinesight::support::fake
