#include "vision/plate/rewritten.h"

#include <algorithm>
#include <string>
#include <utility>

namespace kinesight::vision::plate {
namespace {

bool is_beyond_ascii(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// Reads with another reader and rewrites what that says.
class Rewriting final : public ocr::TextReader {
 public:
  Rewriting(std::unique_ptr<ocr::TextReader> reader, std::vector<Replacement> replacements)
      : reader_(std::move(reader)), replacements_(std::move(replacements)) {}

  Result<ocr::Line> read(const cv::Mat& bgr, const Turn& turn) override {
    auto line = reader_->read(bgr, turn);
    if (!line) return line;
    return rewritten(*line, replacements_);
  }

 private:
  std::unique_ptr<ocr::TextReader> reader_;
  const std::vector<Replacement> replacements_;
};

}  // namespace

ocr::Line rewritten(const ocr::Line& line, const std::vector<Replacement>& replacements) {
  ocr::Line result{.text = {}, .score = line.score, .characters = {}};
  for (auto alternatives : line.characters) {
    std::string more;  // What the likeliest one becomes besides its first letter.
    for (auto& [text, score] : alternatives) {
      if (!is_beyond_ascii(text)) continue;
      const auto letters = normalise(text, replacements);
      if (letters.empty()) continue;
      if (&text == &alternatives.front().text) more = letters.substr(1);
      text = letters.front();
    }
    const float score = alternatives.empty() ? 0 : alternatives.front().score;
    result.characters.push_back(std::move(alternatives));
    for (const char letter : more) result.characters.push_back({{std::string(1, letter), score}});
  }
  for (const auto& alternatives : result.characters)
    if (!alternatives.empty()) result.text += alternatives.front().text;
  return result;
}

std::unique_ptr<ocr::TextReader> rewriting(std::unique_ptr<ocr::TextReader> reader,
                                           std::vector<Replacement> replacements) {
  if (std::ranges::none_of(replacements, is_beyond_ascii, &Replacement::from)) return reader;
  return std::make_unique<Rewriting>(std::move(reader), std::move(replacements));
}

}  // namespace kinesight::vision::plate
