#include "vision/yolo/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <sstream>

namespace kinesight::vision::yolo {
namespace {

constexpr std::size_t kMostNames = 100'000;

/// Reads a list or dictionary from left to right; each function takes what it names, or says that it is not
/// there.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool take(char wanted) {
    skip_blanks();
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

  /// A quoted string, or the bare word up to the next mark.
  std::optional<std::string> word() {
    skip_blanks();
    if (rest_.empty()) return std::nullopt;
    const char quote = rest_.front();
    return quote == '\'' || quote == '"' ? quoted(quote) : bare();
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  std::optional<std::string> quoted(char quote) {
    std::string text;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        rest_.remove_prefix(i + 1);
        return text;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
      text += rest_[i];
    }
    return std::nullopt;
  }

  std::optional<std::string> bare() {
    const auto end = std::min(rest_.find_first_of(",:]}"), rest_.size());
    auto text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    if (text.empty()) return std::nullopt;
    return std::string(text);
  }

  std::string_view rest_;
};

std::optional<int> index_in(const std::string& text) {
  int index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc{} || end != text.data() + text.size() || index < 0) return std::nullopt;
  return index;
}

std::optional<std::vector<std::string>> read_list(Reader reader) {
  std::vector<std::string> names;
  if (!reader.take('[')) return std::nullopt;
  while (!reader.take(']')) {
    if (!names.empty() && !reader.take(',')) return std::nullopt;
    if (reader.take(']')) break;  // A comma may come last.
    auto name = reader.word();
    if (!name || names.size() == kMostNames) return std::nullopt;
    names.push_back(std::move(*name));
  }
  return reader.at_end() ? std::optional(names) : std::nullopt;
}

std::optional<std::map<int, std::string>> read_dictionary(Reader reader) {
  std::map<int, std::string> names;
  if (!reader.take('{')) return std::nullopt;
  while (!reader.take('}')) {
    if (!names.empty() && !reader.take(',')) return std::nullopt;
    if (reader.take('}')) break;
    const auto key = reader.word();
    const auto index = key ? index_in(*key) : std::nullopt;
    if (!index || !reader.take(':') || names.size() == kMostNames) return std::nullopt;
    auto name = reader.word();
    if (!name || !names.emplace(*index, std::move(*name)).second) return std::nullopt;
  }
  return reader.at_end() ? std::optional(names) : std::nullopt;
}

/// OpenVINO's own list of labels: blanks between names, underscores within.
std::vector<std::string> split_labels(const std::string& text) {
  std::istringstream words(text);
  std::vector<std::string> names;
  for (std::string name; words >> name;) {
    std::ranges::replace(name, '_', ' ');
    names.push_back(std::move(name));
  }
  return names;
}

/// The names in the file; empty when it has none.
Result<std::vector<std::string>> names_in(const ModelInfo& model) {
  const auto& metadata = model.metadata;
  if (const auto names = metadata.find("names"); names != metadata.end()) return parse_names(names->second);
  if (const auto labels = metadata.find("labels"); labels != metadata.end())
    return split_labels(labels->second);
  return {};
}

}  // namespace

Result<std::vector<std::string>> parse_names(std::string_view text) {
  if (auto list = read_list(Reader(text))) return *list;
  const auto dictionary = read_dictionary(Reader(text));
  if (!dictionary) {
    return fail(ErrorKind::corrupt,
                "expected class names as a list or as a dictionary from index to name, found: {}",
                text.substr(0, 80));
  }
  std::vector<std::string> names;
  for (const auto& [index, name] : *dictionary) {
    if (index != static_cast<int>(names.size())) {
      return fail(ErrorKind::corrupt, "expected a name for every class, found none for class {}",
                  names.size());
    }
    names.push_back(name);
  }
  return names;
}

Result<std::vector<std::string>> class_names(const ModelInfo& model, int classes,
                                             const std::vector<std::string>& configured,
                                             const std::function<void(std::string_view)>& note) {
  const auto file = model.file.string();
  auto names = configured.empty() ? names_in(model) : Result<std::vector<std::string>>(configured);
  if (!names) return wrap(names.error(), file + ": its metadata 'names'");
  const auto coco = coco_names();
  if (names->empty() && classes == static_cast<int>(coco.size())) {
    note(fmt::format(
        "{}: the file names no classes; it has 80, so they get the names of COCO. Set names: if it was "
        "trained on something else.",
        file));
    names->assign(coco.begin(), coco.end());
  }
  if (names->empty()) {
    return fail(ErrorKind::invalid,
                "{}: the file names no classes{}: list them in names:, in the order of training", file,
                classes ? fmt::format(", and it has {}", classes) : "");
  }
  if (classes != 0 && static_cast<int>(names->size()) != classes) {
    return fail(ErrorKind::invalid,
                "{}: the model has {} classes, but {} name {}: list all of them in names:, in the order of "
                "training",
                file, classes, configured.empty() ? "its metadata" : "the option names:", names->size());
  }
  return names;
}

}  // namespace kinesight::vision::yolo
