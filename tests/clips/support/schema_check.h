// Whether a JSON value is as a schema of an OpenAPI document says: the keywords that ours uses, no others.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace kinesight::clips {

/// What `ref` ("#/components/schemas/Error") stands for.
inline const nlohmann::json& referred(const nlohmann::json& document, const std::string& ref) {
  return document.at(nlohmann::json::json_pointer(ref.substr(1)));
}

/// What is wrong with `value`; empty when nothing is. A keyword that is not known is wrong too.
inline std::string against_schema(const nlohmann::json& document, const nlohmann::json& schema,
                                  const nlohmann::json& value) {
  static const std::set<std::string> notes = {"description", "examples", "default"};
  const auto is = [&](const std::string& type) {
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
           (type == "string" && value.is_string()) || (type == "integer" && value.is_number_integer()) ||
           (type == "number" && value.is_number()) || (type == "null" && value.is_null());
  };
  for (const auto& [keyword, said] : schema.items()) {
    if (keyword == "$ref") {
      return against_schema(document, referred(document, said), value);
    } else if (keyword == "type") {
      const bool good = said.is_string() ? is(said) : std::ranges::any_of(said, is);
      if (!good) return fmt::format("{} is not of type {}", value.dump(), said.dump());
    } else if (keyword == "const") {
      if (value != said) return fmt::format("{} is not {}", value.dump(), said.dump());
    } else if (keyword == "enum") {
      if (std::ranges::find(said, value) == said.end())
        return fmt::format("{} is none of {}", value.dump(), said.dump());
    } else if (keyword == "required") {
      for (const std::string name : said)
        if (!value.contains(name)) return fmt::format("{} has no {}", value.dump(), name);
    } else if (keyword == "properties") {
      for (const auto& [name, member] : value.items()) {
        if (!said.contains(name)) continue;
        if (auto wrong = against_schema(document, said.at(name), member); !wrong.empty()) return wrong;
      }
    } else if (keyword == "additionalProperties") {
      for (const auto& [name, member] : value.items())
        if (!schema.at("properties").contains(name)) return fmt::format("{} has {}", value.dump(), name);
    } else if (keyword == "items") {
      for (const auto& item : value)
        if (auto wrong = against_schema(document, said, item); !wrong.empty()) return wrong;
    } else if (!notes.contains(keyword)) {
      return "a keyword that nobody knows: " + keyword;
    }
  }
  return {};
}

}  // namespace kinesight::clips
