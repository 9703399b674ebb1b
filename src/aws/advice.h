// What to do about an error of AWS.
#pragma once

#include <string>

#include "aws/error_answer.h"

namespace kinesight::aws {

/// Advice on `error`, whose kind and code are set: half a sentence; empty when there is nothing to advise.
std::string advice_for(const CallError& error, const CallContext& context);

}  // namespace kinesight::aws
