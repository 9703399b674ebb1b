// Any bytes as rules about plates and as readings of them: what the rules let through is a plate's text, what
// a vote comes to is as long as one of its readings, and an entry of a list is found as it is written.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "vision/plate/normalise.h"
#include "vision/plate/rules.h"
#include "vision/plate/vote.h"

namespace {

using namespace kinesight::vision::plate;

/// The bytes from left to right.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  unsigned byte() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  float share() { return static_cast<float>(byte()) / 255; }
  std::string line(std::size_t most) {
    const auto length = std::min(rest_.find('\n'), std::min(most, rest_.size()));
    std::string text(rest_.substr(0, length));
    rest_.remove_prefix(std::min(length + 1, rest_.size()));
    return text;
  }
  std::vector<std::string> lines() {
    std::vector<std::string> all;
    for (unsigned i = byte() % 4; i > 0; --i) all.push_back(line(16));
    return all;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool is_plate(const std::string& text) {
  return text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
}

/// A reading as readers make them: letters and digits, each with what else may stand there.
Reading reading_of(Bytes& bytes) {
  Reading reading{.text = normalise(bytes.line(48)), .score = bytes.share()};
  for (const char c : reading.text) {
    std::vector<Guess> guesses;
    for (unsigned i = bytes.byte() % 3; i > 0; --i) {
      const auto other = normalise(std::string(1, static_cast<char>(bytes.byte())));
      guesses.push_back({guesses.empty() || other.empty() ? c : other[0], bytes.share()});
    }
    reading.characters.push_back(std::move(guesses));
  }
  reading.candidates.push_back({reading.text, reading.score});
  if (const auto other = normalise(bytes.line(16)); !other.empty())
    reading.candidates.push_back({other, bytes.share()});
  return reading;
}

void check(const Reading& reading, bool has_rewriting) {
  if (!is_plate(reading.text)) std::abort();
  if (!(reading.score >= 0) || reading.candidates.size() > 5) std::abort();
  if (!has_rewriting && reading.characters.size() != reading.text.size()) std::abort();
}

/// An entry of a list, read as it stands there, is that entry, or one before it that looks the same.
void check_lists(const TextRules& rules) {
  auto alone = rules;
  alone.countries.clear();
  alone.patterns.clear();
  alone.replace.clear();
  alone.report_known = true;
  const auto judge = TextJudge::make(alone);
  if (!judge) std::abort();
  for (const auto& entry : alone.wanted_plates) {
    const auto text = normalise(entry);
    if (text.empty()) continue;
    const auto judged = judge->judge({.text = text, .score = 1});
    if (!judged || judged->list != "wanted" || normalise(judged->listed) != text) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  TextRules rules{.min_text_length = static_cast<int>(1 + bytes.byte() % 32)};
  rules.max_edit_distance = static_cast<int>(bytes.byte() % 5);
  rules.report_known = bytes.byte() % 2 == 0;
  rules.countries = bytes.lines();
  rules.patterns = bytes.lines();
  rules.replace = bytes.lines();
  rules.wanted_plates = bytes.lines();
  rules.known_plates = bytes.lines();
  check_lists(rules);

  const auto judge = TextJudge::make(rules);
  if (!judge && judge.error().message.empty()) std::abort();
  Vote vote;
  std::vector<std::size_t> lengths;
  while (!bytes.at_end()) {
    const auto reading = reading_of(bytes);
    vote.add(reading);
    lengths.push_back(reading.text.size());
    const auto together = vote.result();
    if (together && std::ranges::find(lengths, together->text.size()) == lengths.end()) std::abort();
    if (!together || !judge) continue;
    check(*together, false);
    const auto judged = judge->judge(*together);
    if (judged ? judged->text.empty() : judged.error().empty()) std::abort();
    if (judged) check(*judged, !rules.replace.empty());
  }
  return 0;
}
