// What `kinesight load-test` tells people and programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/load_test/measurement.h"
#include "cli/load_test/options.h"
#include "cli/load_test/search.h"

namespace kinesight::cli::load_test {

/// Lines for people.
std::string text_of(const Measurement& measured);
std::string text_of(const Search& search);

/// The same for programs; times and sizes in the unit of their names.
nlohmann::ordered_json json_of(const Measurement& measured);
nlohmann::ordered_json json_of(const Search& search);

}  // namespace kinesight::cli::load_test
