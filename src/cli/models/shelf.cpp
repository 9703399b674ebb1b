#include "cli/models/shelf.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "aws/digest.h"
#include "cli/models/staging.h"
#include "vision/model_file.h"

namespace kinesight::cli {
namespace {

namespace fs = std::filesystem;

/// No card is longer; what is, is another file.
constexpr std::uintmax_t kLargestCard = 1 << 20;

bool is_name(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  return !name.empty() && name.size() <= 128 && name.front() != '.' &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

/// "weapons" of weapons.onnx; of an exported folder's file, the folder's name without what exporters add.
std::string name_of(const fs::path& given, const fs::path& file) {
  std::string name =
      fs::is_directory(given) ? fs::canonical(given).filename().string() : file.stem().string();
  constexpr std::string_view kExported = "_openvino_model";
  if (name.ends_with(kExported)) name.resize(name.size() - kExported.size());
  return name;
}

/// The model's file and those that it needs beside it.
std::vector<fs::path> files_of(const fs::path& model) {
  std::vector<fs::path> files = {model};
  const auto add = [&](const fs::path& file) {
    std::error_code error;
    if (fs::is_regular_file(file, error)) files.push_back(file);
  };
  if (model.extension() == ".xml") {
    add(fs::path(model).replace_extension(".bin"));
    add(model.parent_path() / "metadata.yaml");
  } else {  // Weights of ONNX files that are too large for one, as PyTorch and others name them.
    add(model.string() + ".data");
    add(model.string() + "_data");
  }
  return files;
}

Result<CardFile> described(const fs::path& folder, const std::string& name) {
  std::error_code error;
  const auto bytes = fs::file_size(folder / name, error);
  if (error) return fail(ErrorKind::not_found, "{}: {}", (folder / name).string(), error.message());
  const auto digest = aws::sha256_of_file(folder / name);
  if (!digest) return std::unexpected(digest.error());
  return CardFile{name, bytes, aws::hex(*digest)};
}

Result<ModelCard> read_card(const fs::path& file) {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  if (error) return fail(ErrorKind::not_found, "{}: {}", file.string(), error.message());
  if (bytes > kLargestCard)
    return fail(ErrorKind::invalid, "{}: expected the card of a model, found {} bytes", file.string(), bytes);
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  auto card = parse_card(text.str());
  return card ? card : wrap(card.error(), file.string());
}

/// Deletes the files of `old` that `card`, which replaced it, has no use for.
void remove_left_over(const fs::path& folder, const ModelCard& old, const ModelCard& card) {
  for (const auto& file : old.files) {
    const auto same = [&](const CardFile& kept) { return kept.name == file.name; };
    if (std::ranges::any_of(card.files, same)) continue;
    std::error_code ignored;
    fs::remove(folder / file.name, ignored);
  }
}

/// What of a model is not what its card says.
std::vector<std::string> differences(const Trial& now, const Trial& then) {
  std::vector<std::string> found;
  if (now.head != then.head)
    found.push_back(fmt::format("head: its card says {}, the file {}", then.head, now.head));
  if (now.classes != then.classes) {
    found.push_back(fmt::format("classes: its card says {}, the file {}", fmt::join(then.classes, ", "),
                                fmt::join(now.classes, ", ")));
  }
  if (now.width != then.width || now.height != then.height) {
    found.push_back(fmt::format("input: its card says {} x {}, the file {} x {}", then.width, then.height,
                                now.width, now.height));
  }
  return found;
}

}  // namespace

Result<ModelCard> ModelShelf::add(const NewModel& model, std::int64_t now_ms) const {
  const auto file = vision::find_model(model.path);
  if (!file) return std::unexpected(file.error());
  const auto name = model.name.empty() ? name_of(model.path, *file) : model.name;
  if (!is_name(name)) {
    return fail(
        ErrorKind::invalid,
        "expected a name of letters, digits, '_', '.' and '-' for the model, found '{}'; give one with "
        "--name",
        name);
  }
  auto trial = try_model(*file, model.options);
  if (!trial) return std::unexpected(trial.error());

  Staging staging(folder_, name);
  const auto files = staging.take(files_of(*file), model.replace);
  if (!files) return std::unexpected(files.error());
  ModelCard card{.name = name,
                 .model = files->front().string(),
                 .files = {},
                 .given = model.options,
                 .trial = std::move(*trial),
                 .added_ms = now_ms,
                 .from = file->filename().string()};
  for (const auto& part : *files) {
    auto line = described(staging.folder(), part.string());
    if (!line) return std::unexpected(line.error());
    card.files.push_back(std::move(*line));
  }
  if (staging.copied()) {  // What runs from its own folder may need files that were left behind there.
    const auto copy = try_model(staging.folder() / card.model, model.options);
    if (!copy) return wrap(copy.error(), "the model works where it is, and its copy does not");
  }
  const auto old = find(name);
  if (auto done = staging.commit(to_json(card)); !done) return std::unexpected(done.error());
  if (old) remove_left_over(folder_, *old, card);
  return card;
}

Result<std::vector<ShelfEntry>> ModelShelf::list() const {
  std::vector<ShelfEntry> entries;
  std::error_code error;
  if (!fs::exists(folder_, error)) return entries;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != ".json") continue;
    auto card = read_card(at->path());
    if (!card && card.error().kind == ErrorKind::invalid) continue;  // JSON of something else.
    entries.push_back({at->path().stem().string(), std::move(card)});
  }
  if (error) return fail(ErrorKind::denied, "{}: cannot be looked at: {}", folder_.string(), error.message());
  std::ranges::sort(entries, {}, &ShelfEntry::name);
  return entries;
}

Result<ModelCard> ModelShelf::find(const std::string& name) const {
  if (is_name(name)) return read_card(folder_ / (name + ".json"));
  return fail(ErrorKind::not_found, "no model is called '{}'", name);
}

Result<Checked> ModelShelf::check(const ModelCard& card) const {
  for (const auto& file : card.files) {
    const auto now = described(folder_, file.name);
    if (!now) return std::unexpected(now.error());
    if (now->sha256 == file.sha256) continue;
    return fail(
        ErrorKind::corrupt,
        "{}: expected the {} bytes that were registered (SHA-256 {}…), found {} others ({}…); copy it anew, "
        "or register what is there with `models add --force`",
        (folder_ / file.name).string(), file.bytes, file.sha256.substr(0, 12), now->bytes,
        now->sha256.substr(0, 12));
  }
  auto trial = try_model(folder_ / card.model, card.given);
  if (!trial) return std::unexpected(trial.error());
  auto different = differences(*trial, card.trial);
  return Checked{std::move(*trial), std::move(different)};
}

}  // namespace kinesight::cli
