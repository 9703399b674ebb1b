// Running another program for what it prints.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace kinesight::aws {

/// The words of a command line as a POSIX shell splits them: by white space, with '…', "…" and \ to quote.
/// Nothing is expanded. Error: invalid (an open quote, no word).
Result<std::vector<std::string>> split_words(std::string_view command);

/// What `words`, a program (looked up in PATH) and its arguments, prints to its standard output; no shell, no
/// input, its standard error is dropped. It is killed with all it started when `limit` is over, `stop` comes
/// or it prints more than 64 KiB. Errors: invalid (it cannot be started), unavailable (it fails, prints too
/// much, takes too long), cancelled. Nothing of what it printed is in them.
Result<Secret> run_program(const std::vector<std::string>& words, Clock::Duration limit,
                           std::stop_token stop);

}  // namespace kinesight::aws
