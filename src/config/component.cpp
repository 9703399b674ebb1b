#include "config/component.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/nearest.h"

namespace kinesight::config {
namespace {

std::vector<std::string> names(const std::vector<ComponentType>& types) {
  std::vector<std::string> names;
  for (const ComponentType& type : types) names.push_back(type.options->name());
  return names;
}

}  // namespace

const ComponentType* find_type(const std::vector<ComponentType>& types, const std::string& name) {
  const auto type =
      std::ranges::find_if(types, [&](const ComponentType& t) { return t.options->name() == name; });
  return type == types.end() ? nullptr : &*type;
}

std::string names_of(const std::vector<ComponentType>& types) { return one_of(names(types)); }

const ComponentType* known_type(Section& section, const std::vector<ComponentType>& types, Report& report) {
  const std::string expected = names_of(types);
  const auto name = section.require("type", expected);
  if (!name) return nullptr;
  const ComponentType* type = find_type(types, *name);
  if (!type) {
    report.error(section.take("type")->line, section.path_of("type"),
                 fmt::format("expected {}, found {}{}", expected, in_quotes(*name),
                             did_you_mean(*name, names(types))));
  }
  return type;
}

ComponentConfig read_options(const ComponentType& type, Section& section, Demand demand,
                             const Section& component) {
  ComponentConfig config{type.options->name(), Parsed(*type.options), component.line()};
  section.read(*type.options, config.options.object(), demand);
  return config;
}

}  // namespace kinesight::config
