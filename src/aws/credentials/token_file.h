// Files that hold a token and nothing else.
#pragma once

#include "aws/config/shared_config.h"
#include "base/secret.h"

namespace kinesight::aws {

/// The token in the file whose path was `found`, without white space around it. Error: unavailable (it cannot
/// be read, is empty, or holds more than one line), naming the path and where it was found.
Result<Secret> read_token_file(const Found& found);

}  // namespace kinesight::aws
