// How another process steers the fake and reads its ledger, over HTTP:
//
//   GET  /_fake/ledger             all that was done; ?entries=0: how much of it
//   POST /_fake/faults             a fault, or a list of them, beside those in force
//   POST /_fake/faults?replace=1   instead of those in force
//   POST /_fake/clock              {"offset_seconds": 3600}
//   POST /_fake/keys               {"access_key": …, "secret_key": …, "session_token": …, "expires": …}
//   POST /_fake/keys/expire        temporary keys are expired
//   POST /_fake/reset              forget everything
#pragma once

#include "support/fake_aws/router.h"

namespace kinesight::support::fake {

/// Whether a request is for the fake itself.
bool is_control(const HttpRequest& request);
/// Carries it out; 400 with the reason when it makes no sense.
HttpResponse control(Router& router, const HttpRequest& request);

}  // namespace kinesight::support::fake
