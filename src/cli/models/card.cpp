#include "cli/models/card.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "event/moment.h"

namespace kinesight::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The version of the card's form; its key tells a card from other JSON files.
constexpr int kVersion = 1;
constexpr const char* kVersionKey = "kinesight_model";

/// Milliseconds to a hundredth: no clock knows more of an inference.
double rounded(double ms) { return std::round(ms * 100) / 100; }

Json json_of(const CardFile& file) {
  return {{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}};
}

CardFile file_of(const Json& json) {
  return {json.at("name").get<std::string>(), json.at("bytes").get<std::uint64_t>(),
          json.at("sha256").get<std::string>()};
}

ModelCard card_of(const Json& json) {
  ModelCard card;
  json.at("name").get_to(card.name);
  json.at("model").get_to(card.model);
  json.at("head").get_to(card.trial.head);
  json.at("classes").get_to(card.trial.classes);
  json.at("input").at(0).get_to(card.trial.width);
  json.at("input").at(1).get_to(card.trial.height);
  json.at("ms").get_to(card.trial.ms);
  json.at("processors").get_to(card.trial.processors);
  card.given.head = json.at("given").value("head", "auto");
  card.given.names = json.at("given").value("names", std::vector<std::string>());
  for (const auto& file : json.at("files")) card.files.push_back(file_of(file));
  card.added_ms = event::parse_moment(json.at("added").get<std::string>(), 0).value_or(0);
  json.at("from").get_to(card.from);
  return card;
}

/// Whether a name that a card gives stays within its folder: a card is a file that anybody may have edited.
bool stays_inside(const std::filesystem::path& name) {
  if (name.empty() || name.is_absolute()) return false;
  for (const auto& part : name) {
    if (part == "..") return false;
  }
  return true;
}

/// A YAML word in quotes that hold whatever it is.
std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::uint64_t ModelCard::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& file : files) sum += file.bytes;
  return sum;
}

std::string to_json(const ModelCard& card) {
  Json given = Json::object();
  if (card.given.head != "auto") given["head"] = card.given.head;
  if (!card.given.names.empty()) given["names"] = card.given.names;
  Json json = {{kVersionKey, kVersion},
               {"name", card.name},
               {"model", card.model},
               {"head", card.trial.head},
               {"classes", card.trial.classes},
               {"input", {card.trial.width, card.trial.height}},
               {"ms", rounded(card.trial.ms)},
               {"processors", card.trial.processors},
               {"given", std::move(given)},
               {"added", event::format_moment(card.added_ms)},
               {"from", card.from},
               {"files", Json::array()}};
  for (const auto& file : card.files) json["files"].push_back(json_of(file));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<ModelCard> parse_card(std::string_view text) {
  const auto json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return fail(ErrorKind::corrupt, "expected the card of a model, found no JSON");
  if (!json.is_object() || !json.contains(kVersionKey))
    return fail(ErrorKind::invalid, "expected the card of a model, found JSON without '{}'", kVersionKey);
  if (json[kVersionKey] != kVersion) {
    return fail(ErrorKind::corrupt, "expected a card of version {}, found {}", kVersion,
                json[kVersionKey].dump(-1, ' ', true, Json::error_handler_t::replace));
  }
  try {
    auto card = card_of(json);
    bool inside = stays_inside(card.model) && !card.files.empty();
    for (const auto& file : card.files) inside = inside && stays_inside(file.name);
    if (inside) return card;
    return fail(ErrorKind::corrupt, "expected a card with files in its own folder, found others");
  } catch (const nlohmann::json::exception& problem) {
    const std::string_view what = problem.what();  // "[json.exception.out_of_range.403] key 'head' not found"
    return fail(ErrorKind::corrupt, "expected the card of a model: {}", what.substr(what.find(']') + 2));
  }
}

std::string config_lines(const ModelCard& card, const std::filesystem::path& folder) {
  std::string lines = "model_path: " + (folder / card.model).lexically_normal().string() + "\n";
  if (card.given.head != "auto") lines += "head: " + card.given.head + "\n";
  if (card.given.names.empty()) return lines;
  std::string names;
  for (const auto& name : card.given.names) names += (names.empty() ? "" : ", ") + quoted(name);
  return lines + "names: [" + names + "]\n";
}

}  // namespace kinesight::cli
