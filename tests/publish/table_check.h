// What an option table says of a struct, as `kinesight check` asks it.
#pragma once

#include <string>

#include "config/table.h"

namespace kinesight::support {

/// The first rule that is broken, "url: what was expected"; empty for none.
template <class Options>
std::string broken_rule(const Options& options) {
  for (const auto& rule : Options::table().rules()) {
    if (const auto expected = rule.broken(&options)) return rule.key + ": " + *expected;
  }
  return "";
}

/// The first warning; empty for none.
template <class Options>
std::string warning(const Options& options) {
  for (const auto& caution : Options::table().cautions()) {
    if (const auto sentence = caution.sentence(&options)) return caution.key + ": " + *sentence;
  }
  return "";
}

/// Why `key` does not take `value`; empty when it does.
template <class Options>
std::string fault(const std::string& key, const config::Value& value) {
  const auto* option = Options::table().find(key);
  Options options;
  if (option->assign(&options, value)) return "";
  return (option->fault ? option->fault(value) : std::nullopt).value_or("expected " + option->expected);
}

}  // namespace kinesight::support
