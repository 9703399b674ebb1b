// All checks of `kinesight clips doctor`, in the order in which trouble is best looked for.
#pragma once

#include <functional>

#include "base/clock.h"
#include "clips/clips_file.h"
#include "clips/doctor/finding.h"
#include "config/environment.h"
#include "storage/store_kind.h"

namespace kinesight::clips::doctor {

/// What is looked at.
struct Patient {
  const ClipsFile& file;
  const storage::StoreKind& store;  ///< The kind that the file names.
  const config::Environment& environment;
};

/// Looks at everything but the sandbox, which has its own time; `tell` gets each finding as it comes. Each
/// check has at most half a minute, a broker whose name nobody resolves the resolver's own time.
void examine(const Patient& patient, Clock& clock, const std::function<void(const Finding&)>& tell);

}  // namespace kinesight::clips::doctor
