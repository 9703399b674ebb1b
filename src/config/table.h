// One table of options per component. The table parses, validates, makes --help and the reference page,
// so that each of an option's facts stands in one place: its default is the member's initialiser, the rest is
// its row.
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

#include <algorithm>
#include <cassert>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
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
  std::string type;             ///< As documentation calls it: "number", "string", …
  Shape shape = Shape::scalar;  ///< How its value is written.
  std::string help;             ///< One sentence for a person.
  std::string default_text;     ///< As YAML would write it; empty when the default is empty.
  std::string expected;         ///< For error texts: "a number from 0.1 to 120".
  std::string constraint;  ///< What a value must be beyond its type: "from 0.1 to 120"; empty for no more.
  std::vector<std::string> choices;  ///< The only values allowed; empty when there is no such list.
  std::string value_name;  ///< What --help calls the value: "FILE"; empty: a name made from the type.
  bool required = false;
  bool secret = false;   ///< Never shown; may come from <key>_file.
  bool operand = false;  ///< On a command line its values stand by themselves, without a flag: "IMAGE…".
  std::string env;       ///< The environment variable that overrides the file; empty for none.
  /// Reads `value` into `object`; false, and `object` as it was, when it is not what was expected.
  std::function<bool(void* object, const Value& value)> assign;
  /// The value in `object`, as default_text writes it.
  std::function<std::string(const void* object)> show;
  /// Whether two objects have the same value here.
  std::function<bool(const void* one, const void* other)> same;
  /// The whole error text for a value of the right type that is refused, where `expected` does not say
  /// enough; null, or nothing from it: `expected` does.
  std::function<std::optional<std::string>(const Value& value)> fault;
  /// Why a value that is allowed will not work as things stand ("no such file or folder: data/a.mp4"); null
  /// for nothing to check.
  std::function<std::optional<std::string>(const std::string& text)> warn;
};

/// A condition on several options of one component, held against it once all are read.
struct Rule {
  std::string key;  ///< The option to name when it is broken.
  /// What was expected, when it is broken.
  std::function<std::optional<std::string>(const void* object)> broken;
};

/// What may be a mistake in the options of one component: a warning.
struct Caution {
  std::string key;  ///< The option to name.
  /// What will not work, or not well, as a whole sentence; nothing when all is well.
  std::function<std::optional<std::string>(const void* object)> sentence;
};

/// The options of one component, bound to the members of one C++ struct.
class Table {
 public:
  Table(std::string name, std::string summary, std::type_index type,
        std::function<std::shared_ptr<void>()> make)
      : name_(std::move(name)), summary_(std::move(summary)), type_(type), make_(std::move(make)) {}

  const std::string& name() const { return name_; }
  const std::string& summary() const { return summary_; }
  const std::vector<Option>& options() const { return options_; }
  const std::vector<Rule>& rules() const { return rules_; }
  const std::vector<Caution>& cautions() const { return cautions_; }
  std::type_index type() const { return type_; }
  /// The option called `key`, or null.
  const Option* find(std::string_view key) const;
  /// Whether every option has the same value in both objects.
  bool same(const void* one, const void* other) const;
  /// A struct with every default in place.
  std::shared_ptr<void> make() const { return make_(); }

  void add(Option option) { options_.push_back(std::move(option)); }
  void add(Rule rule) { rules_.push_back(std::move(rule)); }
  void add(Caution caution) { cautions_.push_back(std::move(caution)); }
  Option& last() { return options_.back(); }

 private:
  std::string name_;
  std::string summary_;
  std::type_index type_;
  std::function<std::shared_ptr<void>()> make_;
  std::vector<Option> options_;
  std::vector<Rule> rules_;
  std::vector<Caution> cautions_;
};

/// A struct that was filled by way of a table, whose type the holder does not know.
class Parsed {
 public:
  Parsed() = default;
  explicit Parsed(const Table& table) : table_(&table), object_(table.make()) {}

  const Table* table() const { return table_; }
  void* object() { return object_.get(); }
  const void* object() const { return object_.get(); }
  /// Whether both are of one table and every option has the same value.
  bool operator==(const Parsed& other) const;
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

/// "one of auto, all, keyframes": what is expected where only a few words are allowed.
std::string one_of(const std::vector<std::string>& words);

/// "no such file or folder: data/a.mp4", when there is nothing at `path`.
std::optional<std::string> missing_path(const std::string& path);

/// The beginnings of a row whose value is a list of one or more of the words in `known`, each once.
Option word_list(std::string key, std::vector<std::string> known, std::string help);

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
    const TypeName type = type_name(defaults.*member);
    row.type = type.name;
    row.shape = type.shape;
    row.expected = type.expected;
    row.help = std::move(help);
    row.default_text = config::show(defaults.*member);
    row.assign = [member](void* object, const Value& value) {
      return read(value, static_cast<T*>(object)->*member);
    };
    row.show = [member](const void* object) { return config::show(static_cast<const T*>(object)->*member); };
    row.same = equal(member);
    table_.add(std::move(row));
    return *this;
  }

  /// A row whose value is one of a few words, each standing for a value of an enumeration.
  template <class Enum>
  Describe& choice(std::string key, Enum T::* member,
                   std::initializer_list<std::pair<std::string, Enum>> pairs, std::string help) {
    std::vector words(pairs);
    Option row;
    row.key = std::move(key);
    row.type = "string";
    row.help = std::move(help);
    for (const auto& [word, meaning] : words) row.choices.push_back(word);
    row.expected = one_of(row.choices);
    row.assign = [member, words](void* object, const Value& value) {
      const auto found = std::ranges::find(words, value.text, &std::pair<std::string, Enum>::first);
      if (value.is_list || found == words.end()) return false;
      static_cast<T*>(object)->*member = found->second;
      return true;
    };
    row.show = [member, words = std::move(words)](const void* object) {
      const auto found = std::ranges::find(words, static_cast<const T*>(object)->*member,
                                           &std::pair<std::string, Enum>::second);
      return found == words.end() ? std::string() : found->first;
    };
    row.same = equal(member);
    const T defaults{};
    row.default_text = row.show(&defaults);
    table_.add(std::move(row));
    return *this;
  }

  /// A row whose value is a list of one or more of a few words, each once, in some order.
  template <class Enum>
  Describe& choices(std::string key, std::vector<Enum> T::* member,
                    std::initializer_list<std::pair<std::string, Enum>> pairs, std::string help) {
    using Pair = std::pair<std::string, Enum>;
    std::vector<Pair> words(pairs);
    std::vector<std::string> known;
    for (const Pair& word : words) known.push_back(word.first);
    Option row = word_list(std::move(key), known, std::move(help));
    row.assign = [member, words, fault = row.fault](void* object, const Value& value) {
      std::vector<std::string> given;
      if (!read(value, given) || fault(value)) return false;
      std::vector<Enum>& into = static_cast<T*>(object)->*member;
      into.clear();
      for (const std::string& word : given)
        into.push_back(std::ranges::find(words, word, &Pair::first)->second);
      return true;
    };
    row.show = [member, words](const void* object) {
      std::vector<std::string> shown;
      for (const Enum one : static_cast<const T*>(object)->*member)
        shown.push_back(std::ranges::find(words, one, &Pair::second)->first);
      return config::show(shown);
    };
    row.same = equal(member);
    const T defaults{};
    row.default_text = row.show(&defaults);
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
  /// On a command line its values stand by themselves, without a flag. At most one row of a table.
  Describe& operand() {
    table_.last().operand = true;
    return *this;
  }
  /// What --help calls the value: "FILE", "SECONDS".
  Describe& value_name(std::string name) {
    table_.last().value_name = std::move(name);
    return *this;
  }
  /// A number from `low` to `high`, both included.
  Describe& range(double low, double high) {
    const std::string limits = "from " + config::show(low) + " to " + config::show(high);
    return check(limits, limits, [low, high](const Value& value) {
      double number = 0;
      return read(value, number) && number >= low && number <= high;
    });
  }
  /// A string or a list that is not empty.
  Describe& not_empty() {
    return check("not empty", "that is not empty", [](const Value& value) {
      return value.is_list ? !value.items.empty() : !value.text.empty();
    });
  }
  /// `fault` is what is wrong with a value that was read, as a whole error text, or nothing when all is well;
  /// `constraint` is for documentation.
  template <class Member>
  Describe& sound(std::string constraint, std::optional<std::string> (*fault)(const Member&)) {
    Option& row = table_.last();
    row.constraint = std::move(constraint);
    row.fault = [fault](const Value& value) -> std::optional<std::string> {
      Member member{};
      return read(value, member) ? fault(member) : std::nullopt;
    };
    row.assign = [assign = std::move(row.assign), wrong = row.fault](void* object, const Value& value) {
      return !wrong(value) && assign(object, value);
    };
    return *this;
  }
  /// A path of something that ought to be there; if it is not, that is a warning.
  Describe& existing_path() { return warns(missing_path); }
  /// A warning for a value that is allowed: `warn` says why it will not work as things stand.
  Describe& warns(std::function<std::optional<std::string>(const std::string& text)> warn) {
    table_.last().warn = std::move(warn);
    return *this;
  }
  /// A condition on several options; the last row is the one that is named when it is broken. `broken` says
  /// what was expected ("at most half of hls_session_seconds"), or nothing when all is well.
  Describe& rule(std::function<std::optional<std::string>(const T& object)> broken) {
    table_.add(Rule{table_.last().key, [broken = std::move(broken)](const void* object) {
                      return broken(*static_cast<const T*>(object));
                    }});
    return *this;
  }
  /// A warning about the component's options together; the last row is the one that is named. `sentence` is
  /// the whole warning, or nothing when all is well; it shows no secret.
  Describe& caution(std::function<std::optional<std::string>(const T& object)> sentence) {
    table_.add(Caution{table_.last().key, [sentence = std::move(sentence)](const void* object) {
                         return sentence(*static_cast<const T*>(object));
                       }});
    return *this;
  }

  operator Table() const { return table_; }  // NOLINT: the chain ends as the table it describes.

 private:
  template <class Member>
  static std::function<bool(const void*, const void*)> equal(Member T::* member) {
    return [member](const void* one, const void* other) {
      return static_cast<const T*>(one)->*member == static_cast<const T*>(other)->*member;
    };
  }

  Describe& check(std::string constraint, const std::string& expected,
                  std::function<bool(const Value&)> good) {
    Option& row = table_.last();
    row.constraint = std::move(constraint);
    row.expected += " " + expected;
    row.assign = [assign = std::move(row.assign), good = std::move(good)](void* object, const Value& value) {
      return good(value) && assign(object, value);
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
