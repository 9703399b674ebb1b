// The snapshots' bucket as a resource: looked at, made, waited for.
#pragma once

#include <vector>

#include "publish/provision.h"

namespace kinesight::publish {

/// Inspect of the registry's row: the bucket of `options`, in the region of `options` or of the environment.
Result<std::vector<Resource>> inspect_bucket(const config::Parsed& options, aws::Session& session,
                                             const ProvisionOptions& provision, std::stop_token stop);

/// What inspecting and making calls.
std::vector<Permission> bucket_provision_permissions(const config::Parsed& options);

}  // namespace kinesight::publish
