#include "vision/options_alpr.h"

#include "vision/options_model.h"

namespace kinesight::vision {
namespace {

/// A warning for a model path that leads nowhere; there need not be one.
std::optional<std::string> no_model_there(const std::string& path) {
  return path.empty() ? std::nullopt : no_model(path);
}

template <class Member>
constexpr Member AlprOptions::* text_rule(Member plate::TextRules::* member) {
  return static_cast<Member AlprOptions::*>(member);
}

config::Describe<AlprOptions> reading_rows() {
  return config::describe<AlprOptions>("alpr", "Finds licence plates and reads them.")
      .option("detector_model_path", &AlprOptions::detector_model_path,
              "A model that finds plates: .onnx, OpenVINO .xml, an exported folder, or a .pt with its export "
              "beside it; of its classes those count whose name contains \"plate\", or its only one. Empty "
              "finds plates by their text, without a model of plates.")
      .warns(no_model_there)
      .option("conf_threshold", &AlprOptions::conf_threshold, "The least confidence of a plate that counts.")
      .range(0, 1)
      .choice("ocr_engine", &AlprOptions::ocr_engine,
              {{"paddleocr", OcrEngine::paddleocr}, {"tesseract", OcrEngine::tesseract}},
              "What reads the text of a plate; paddleocr (PP-OCRv4) makes far fewer mistakes.")
      .option("ocr_model_directory", &AlprOptions::ocr_model_directory,
              "The folder with PP-OCRv4's models, which find text and read it; empty takes those that were "
              "set up with the program.")
      .env("KINESIGHT_OCR_MODELS")
      .option("max_plates", &AlprOptions::max_plates,
              "At most so many plates of a frame are read: it bounds the work on a frame.")
      .range(1, 32);
}

void add_text_rules(config::Describe<AlprOptions>& rows) {
  using Rules = plate::TextRules;
  rows.option("min_text_length", text_rule(&Rules::min_text_length),
              "Readings of fewer characters are dropped.")
      .range(1, 32)
      .option("countries", text_rule(&Rules::countries),
              "Codes of the countries whose patterns a plate may have; empty takes any text.")
      .option("patterns", text_rule(&Rules::patterns),
              "Further patterns that a plate may have: A is a letter, 9 a digit, ? either; AA999AA.")
      .option("replace", text_rule(&Rules::replace),
              "Replacements in what was read, FROM=TO, in this order and before all other rules.")
      .option("wanted_plates", text_rule(&Rules::wanted_plates),
              "Plates that raise an event at once, marked as wanted.")
      .option("known_plates", text_rule(&Rules::known_plates), "Plates that are marked as known.")
      .option("report_known", text_rule(&Rules::report_known), "Whether known plates raise events.")
      .option("max_edit_distance", text_rule(&Rules::max_edit_distance),
              "In how many characters a reading may differ from an entry of a list and still be it.")
      .range(0, 4);
}

}  // namespace

const config::Table& AlprOptions::table() {
  static const config::Table table = [] {
    auto rows = reading_rows();
    with_names(rows);
    with_head(rows);
    add_text_rules(rows);
    with_precision(rows);
    return config::Table(with_rules(rows));
  }();
  return table;
}

}  // namespace kinesight::vision
