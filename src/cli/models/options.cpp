#include "cli/models/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "vision/yolo/recognise.h"

namespace kinesight::cli {
namespace {

std::string counted(std::size_t number, std::string_view noun, std::string_view plural) {
  return fmt::format("{} {}", number, number == 1 ? noun : plural);
}

}  // namespace

ModelsTable& with_directory(ModelsTable& table) {
  return table.option("directory", &ModelsOptions::directory, "The models folder.")
      .not_empty()
      .env("KINESIGHT_MODELS_DIRECTORY")
      .value_name("FOLDER");
}

ModelsTable& with_hints(ModelsTable& table) {
  return table
      .option("head", &ModelsOptions::head,
              "The layout of the model's output, where auto does not recognise it: yolov8, yolov5, yolox, "
              "end2end.")
      .option("names", &ModelsOptions::names,
              "The names of the model's classes in the order of training, where the file does not say them.")
      .value_name("A,B,...");
}

Result<TrialOptions> trial_options(const ModelsOptions& options) {
  std::vector<std::string> heads = {"auto"};
  for (const auto& kind : vision::yolo::head_kinds()) heads.emplace_back(kind.name);
  if (std::ranges::find(heads, options.head) == heads.end())
    return fail(ErrorKind::invalid, "--head: expected {}, found '{}'", config::one_of(heads), options.head);
  return TrialOptions{options.head, config::split_list(options.names)};
}

std::string summary(const Trial& trial) {
  constexpr std::size_t kShown = 8;
  auto names = trial.classes;
  if (names.size() > kShown) {
    names.resize(kShown);
    names.emplace_back("...");
  }
  const auto classes =
      trial.classes.empty()
          ? std::string("classes unknown")
          : fmt::format("{} ({})", counted(trial.classes.size(), "class", "classes"), fmt::join(names, ", "));
  return fmt::format("{}, {}, {} x {} pixels, {:.1f} ms on one of {}", trial.head, classes, trial.width,
                     trial.height, trial.ms,
                     counted(static_cast<std::size_t>(trial.processors), "processor", "processors"));
}

std::string indented(const std::string& lines) {
  std::string text;
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = std::min(lines.find('\n', at), lines.size() - 1) + 1;
    text += "  " + lines.substr(at, end - at);
    at = end;
  }
  return text;
}

}  // namespace kinesight::cli
