// How clients behave, as the environment and the shared config files say.
#pragma once

#include <functional>
#include <string_view>

#include "aws/config/shared_config.h"
#include "aws/retry.h"
#include "net/curl_transport.h"

namespace kinesight::aws {

/// AWS_MAX_ATTEMPTS, AWS_RETRY_MODE, max_attempts, retry_mode
/// (docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html). The modes legacy and adaptive are
/// taken for standard, which `note` tells. Error: invalid.
Result<RetryPolicy> retry_settings(const config::Environment& environment, const SharedConfig& shared,
                                   const std::function<void(std::string_view)>& note);

/// AWS_CA_BUNDLE, ca_bundle; https_proxy, http_proxy, no_proxy in lower or upper case. Error: invalid (there
/// is no such file).
Result<net::CurlOptions> transport_settings(const config::Environment& environment,
                                            const SharedConfig& shared);

}  // namespace kinesight::aws
