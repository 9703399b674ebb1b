// Reads one mapping of a configuration file: takes what is known, by option tables and by key, and reports
// the rest.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/environment.h"
#include "config/problem.h"
#include "config/table.h"
#include "config/yaml.h"

namespace kinesight::config {

/// Whether what is required must be there.
enum class Demand {
  complete,  ///< A missing option is an error.
  partial,   ///< A part that is switched off: what is there is checked, what is missing is not missed.
};

/// One mapping of the file. take(), require() and read() say which keys are known; finish() reports all
/// others.
class Section {
 public:
  /// `node` at the key path `path` ("" for the whole file). Nothing (`key:`) is an empty mapping; what is no
  /// mapping and keys that stand there twice are reported at once. `node`, `report` and `environment` must
  /// outlive it.
  Section(const YamlNode& node, std::string path, Report& report, const Environment& environment);

  /// Whether the node was a mapping, or nothing.
  bool valid() const { return valid_; }
  int line() const { return node_.line; }
  const std::string& path() const { return path_; }
  /// The path of one of its keys.
  std::string path_of(const std::string& key) const;
  /// Its entries, each key once.
  const std::vector<const YamlEntry*>& entries() const { return entries_; }

  /// The value of `key`, or null; from now on the key is known.
  const YamlNode* take(const std::string& key);
  /// As take(), for a scalar such as `type`; when there is none, reports that `expected` was.
  std::optional<std::string> require(const std::string& key, const std::string& expected);
  /// Reads the options of `table` into `object`; the environment overrides the file. Their keys are known
  /// from now on.
  void read(const Table& table, void* object, Demand demand = Demand::complete);
  /// The mapping in this one that is called as the table of its options, whole; one that is not there is
  /// empty (the environment may still say something).
  template <class Options>
  Options block() {
    Options options;
    const std::string& key = Options::table().name();
    const YamlNode* node = take(key);
    const YamlNode nothing = YamlNode::nothing(line());
    Section section(node ? *node : nothing, path_of(key), report_, environment_);
    section.read(Options::table(), &options);
    section.finish();
    return options;
  }
  /// Reports every key that nobody knows. Options of `nested` belong one level deeper, under `nested_key`,
  /// and a problem says so.
  void finish(const Table* nested = nullptr, const std::string& nested_key = {});

 private:
  std::string unknown(const std::string& key) const;
  void read_option(const Option& option, void* object);
  void read_node(const Option& option, void* object, const YamlNode& node);
  void read_secret_file(const Option& option, void* object, const YamlNode& node);
  bool read_environment(const Option& option, void* object);
  void assign(const Option& option, void* object, const Value& value, int line, const std::string& found);
  void check_rules(const Table& table, const void* object);
  void check_cautions(const Table& table, const void* object);
  const YamlEntry* find(const std::string& key) const;
  void expect(int line, const std::string& key, const std::string& expected, const std::string& found);

  const YamlNode& node_;
  std::string path_;
  Report& report_;
  const Environment& environment_;
  Demand demand_ = Demand::complete;
  bool valid_ = true;
  std::vector<const YamlEntry*> entries_;
  std::vector<std::string> known_;
  std::set<std::string> bad_;  // Options whose value was refused: no rule is held against them.
};

}  // namespace kinesight::config
