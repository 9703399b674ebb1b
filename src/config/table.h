// One table of options per component. The table parses, validates, makes --help and the reference page,
// so that each of an option's facts stands in one place: its default is the member's initialiser, the rest is its row.
//
//   struct FileOptions {
//     std::string path;
//     bool loop = false;
//     static const config::Table& table();
//   };
//   const config::Table& FileOptions::table() {
//     static const config::Table table =
//         config::describe<FileOptions>("file", "Plays a video file as a camera.")
//             .option("path", &FileOptions::path, "The video file.").required()
//             .option("loop", &FileOptions::loop, "Begin again at the end of the file.");
//     return table;
//   }
#pragma once

#include <cassert>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

#include "config/value.h"

namespace kinesight::config {

/// One row of a table: everything there is to know about one option.
struct Option {
  std::string key;
  std::string type;                  ///< As documentation calls it: "number", "string", …
  std::string help;                  ///< One sentence for a person.
  std::string default_text;          ///< As YAML would write it; empty when the default is empty.
  std::string constraint;            ///< What a value must be beyond its type: "from 0.1 to 120"; empty for no more.
  std::vector<std::string> choices;  ///< The only values allowed; empty when there is no such list.
  bool required = false;
  bool secret = false;               ///< Never shown; may be ${VAR} or come from <key>_file.
  std::string env;                   ///< The environment variable that overrides the file; empty for none.
  /// Reads `value` into `object`, or says what was expected.
  std::function<std::expected<void, Expected>(void* object, const Value& value)> assign;
};

/// The options of one component, bound to the members of one C++ struct.
class Table {
 public:
  Table(std::string name, std::string summary, std::type_index type, std::function<std::shared_ptr<void>()> make)
      : name_(std::move(name)), summary_(std::move(summary)), type_(type), make_(std::move(make)) {}

  const std::string& name() const { return name_; }
  const std::string& summary() const { return summary_; }
  const std::vector<Option>& options() const { return options_; }
  std::type_index type() const { return type_; }
  /// The option called `key`, or null.
  const Option* find(std::string_view key) const;
  /// A struct with every default in place.
  std::shared_ptr<void> make() const { return make_(); }

  void add(Option option) { options_.push_back(std::move(option)); }
  Option& last() { return options_.back(); }

 private:
  std::string name_;
  std::string summary_;
  std::type_index type_;
  std::function<std::shared_ptr<void>()> make_;
  std::vector<Option> options_;
};

/// A struct that was filled by way of a table, whose type the holder does not know.
class Parsed {
 public:
  Parsed() = default;
  explicit Parsed(const Table& table) : table_(&table), object_(table.make()) {}

  const Table* table() const { return table_; }
  void* object() { return object_.get(); }
  /// The struct; the table must be `T`'s.
  template <class T>
  const T& as() const {
    assert(table_ && table_->type() == std::type_index(typeid(T)));
    return *static_cast<const T*>(object_.get());
  }

 private:
  const Table* table_ = nullptr;
  std::shared_ptr<void> object_;
};

/// Builds the table of struct T row by row; what follows a row refines it.
template <class T>
class Describe {
 public:
  Describe(std::string name, std::string summary)
      : table_(std::move(name), std::move(summary), typeid(T), [] { return std::make_shared<T>(); }) {}

  /// A row whose value goes into `member`.
  template <class Member>
  Describe& option(std::string key, Member T::* member, std::string help) {
    const T defaults{};
    Option row;
    row.key = std::move(key);
    row.type = type_name(defaults.*member);
    row.help = std::move(help);
    row.default_text = show(defaults.*member);
    row.assign = [member](void* object, const Value& value) { return read(value, static_cast<T*>(object)->*member); };
    table_.add(std::move(row));
    return *this;
  }

  /// A row whose value is one of a few words, each standing for a value of an enumeration.
  template <class Enum>
  Describe& choice(std::string key, Enum T::* member, std::vector<std::pair<std::string, Enum>> words,
                   std::string help) {
    const T defaults{};
    Option row;
    row.key = std::move(key);
    row.type = "string";
    row.help = std::move(help);
    for (const auto& [word, meaning] : words) {
      row.choices.push_back(word);
      if (meaning == defaults.*member) row.default_text = word;
    }
    row.assign = [member, words = std::move(words), expected = one_of(row.choices)](
                     void* object, const Value& value) -> std::expected<void, Expected> {
      for (const auto& [word, meaning] : words) {
        if (value.is_list || value.text != word) continue;
        static_cast<T*>(object)->*member = meaning;
        return {};
      }
      return std::unexpected(expected);
    };
    table_.add(std::move(row));
    return *this;
  }

  /// A value must be there.
  Describe& required() {
    table_.last().required = true;
    return *this;
  }
  /// The environment variable `name` overrides the file.
  Describe& env(std::string name) {
    table_.last().env = std::move(name);
    return *this;
  }
  /// The value is never shown.
  Describe& secret() {
    table_.last().secret = true;
    return *this;
  }
  /// A number from `low` to `high`, both included.
  Describe& range(double low, double high) {
    Option& row = table_.last();
    row.constraint = "from " + show(low) + " to " + show(high);
    return check(row.type + " " + row.constraint, [low, high](const Value& value) {
      double number = 0;
      return read(value, number) && number >= low && number <= high;
    });
  }
  /// A string that is not empty.
  Describe& not_empty() {
    table_.last().constraint = "not empty";
    return check("a string that is not empty", [](const Value& value) { return value.is_list || !value.text.empty(); });
  }

  operator Table() const { return table_; }  // NOLINT: the chain ends as the table it describes.

 private:
  static Expected one_of(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "one of " : ", ") + word;
    return text;
  }

  Describe& check(Expected expected, std::function<bool(const Value&)> good) {
    auto assign = std::move(table_.last().assign);
    table_.last().assign = [assign = std::move(assign), expected = std::move(expected), good = std::move(good)](
                               void* object, const Value& value) -> std::expected<void, Expected> {
      if (!good(value)) return std::unexpected(expected);
      return assign(object, value);
    };
    return *this;
  }

  Table table_;
};

/// Starts the table of struct T: the component's name, and a sentence that says what it does.
template <class T>
Describe<T> describe(std::string name, std::string summary) {
  return Describe<T>(std::move(name), std::move(summary));
}

}  // namespace kinesight::config
