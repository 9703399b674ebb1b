// Session::from_environment: everything as a machine is set up for AWS.
#include <utility>

#include "aws/config/client_settings.h"
#include "aws/credentials/chain.h"
#include "aws/session.h"

namespace kinesight::aws {

Result<std::unique_ptr<Session>> Session::from_environment(const config::Environment& environment,
                                                           Clock& clock, Note note) {
  if (!note) note = [](std::string_view) {};
  auto loaded = SharedConfig::load(environment);
  if (!loaded) return std::unexpected(loaded.error());
  const auto shared = std::make_shared<const SharedConfig>(std::move(*loaded));
  const auto retry = retry_settings(environment, *shared, note);
  if (!retry) return std::unexpected(retry.error());
  const auto transport = transport_settings(environment, *shared);
  if (!transport) return std::unexpected(transport.error());
  net::CurlOptions direct = *transport;
  direct.https_proxy = direct.http_proxy = direct.no_proxy = "";

  Surroundings surroundings;
  surroundings.environment = environment;
  surroundings.transport = net::make_curl_transport(*transport);
  surroundings.local_transport = net::make_curl_transport(direct);
  surroundings.retry = *retry;
  surroundings.clock = &clock;
  surroundings.note = std::move(note);
  return std::make_unique<Session>(Parts{.transport = surroundings.transport,
                                         .credentials = make_default_chain(surroundings),
                                         .environment = environment,
                                         .retry = *retry,
                                         .shared_config = shared},
                                   clock);
}

}  // namespace kinesight::aws
