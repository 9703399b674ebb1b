// Components that a file names by their type: what types there are, and how one's options are read.
#pragma once

#include <string>
#include <vector>

#include "config/problem.h"
#include "config/section.h"
#include "config/table.h"

namespace kinesight::config {

/// A component type that a file may name: its table's name is the type.
struct ComponentType {
  const Table* options;
};

/// One configured component: its type, and its options as its own table parsed them.
struct ComponentConfig {
  std::string type;
  Parsed options;
  int line = 0;  ///< Where in the file it stands, from 1.
};

/// The type that is called `name`; null when there is none.
const ComponentType* find_type(const std::vector<ComponentType>& types, const std::string& name);
/// "kvs, file or rtsp", as an error names them.
std::string names_of(const std::vector<ComponentType>& types);
/// What `type:` of `section` names; null, reported, when it is none of `types`.
const ComponentType* known_type(Section& section, const std::vector<ComponentType>& types, Report& report);
/// The options of `type` from `section`; `component` is the mapping that is the component.
ComponentConfig read_options(const ComponentType& type, Section& section, Demand demand,
                             const Section& component);

}  // namespace kinesight::config
