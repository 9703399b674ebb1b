#include "cli/params.h"

#include <fmt/ranges.h>

#include <set>

#include "config/nearest.h"
#include "config/yaml.h"

namespace kinesight::cli {
namespace {

using config::Option;
using config::Shape;
using config::Value;

/// Reads the words of one table.
class ParamsReader {
 public:
  explicit ParamsReader(const config::Table& table) : table_(table), parsed_(table) {}

  void read(const std::string& word) {
    const auto equals = word.find('=');
    if (equals == std::string::npos)
      return wrong(fmt::format("expected key=value, found {}", config::in_quotes(word)));
    const std::string key = word.substr(0, equals), text = word.substr(equals + 1);
    const Option* option = table_.find(key);
    if (!option) {
      std::vector<std::string> known;
      for (const auto& row : table_.options()) known.push_back(row.key);
      return wrong(fmt::format("unknown option {} of {}{}", config::in_quotes(key), table_.name(),
                               config::did_you_mean(key, known)));
    }
    if (!given_.insert(key).second) return wrong(fmt::format("{}: expected once, found twice", key));
    const bool list = option->shape == Shape::list;
    const Value value = list ? Value::list(config::split_list(text)) : Value::scalar(text);
    if (option->assign(parsed_.object(), value)) return;
    const auto fault = option->fault ? option->fault(value) : std::nullopt;
    wrong(fmt::format(
        "{}: {}", key,
        fault.value_or(fmt::format("expected {}, found {}", option->expected, config::in_quotes(text)))));
  }

  Result<config::Parsed> finish() {
    for (const auto& option : table_.options()) {
      if (option.required && !given_.contains(option.key))
        wrong(fmt::format("{}: expected {}, found nothing", option.key, option.expected));
    }
    if (problems_.empty()) check_rules();
    if (problems_.empty()) return parsed_;
    return fail(ErrorKind::invalid, "--param {}", fmt::join(problems_, "; --param "));
  }

 private:
  void wrong(std::string problem) { problems_.push_back(std::move(problem)); }

  void check_rules() {
    for (const auto& rule : table_.rules()) {
      if (const auto expected = rule.broken(parsed_.object()))
        wrong(fmt::format("{}: expected {}", rule.key, *expected));
    }
  }

  const config::Table& table_;
  config::Parsed parsed_;
  std::set<std::string> given_;
  std::vector<std::string> problems_;
};

}  // namespace

Result<config::Parsed> read_params(const std::vector<std::string>& words, const config::Table& table) {
  ParamsReader reader(table);
  for (const auto& word : words) reader.read(word);
  return reader.finish();
}

}  // namespace kinesight::cli
