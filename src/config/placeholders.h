// ${NAME} in a value stands for an environment variable, so that secrets stay out of files.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "config/environment.h"

namespace kinesight::config {

/// `text` with every ${NAME} replaced by the variable's value; "$${" stands for a plain "${".
/// Or what is wrong: a variable that is not set, a brace that is not closed, a name that is none.
std::expected<std::string, std::string> fill_placeholders(std::string_view text,
                                                          const Environment& environment);

}  // namespace kinesight::config
