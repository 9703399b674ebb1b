// How plates' texts are judged: the part of the alpr detector's `params` that is about text.
#pragma once

#include <string>
#include <vector>

namespace kinesight::vision::plate {

/// Rules about the texts of plates.
struct TextRules {
  int min_text_length = 5;
  std::vector<std::string>
      countries{};  ///< Codes of the patterns that a plate may have; empty: any text will do.
  std::vector<std::string>
      patterns{};  ///< Further patterns: 'A' a letter, '9' a digit, '?' either, e.g. "AA999AA".
  std::vector<std::string> replace{};  ///< "FROM=TO", applied in order before anything else, e.g. "Ö=O".
  std::vector<std::string> wanted_plates{};  ///< Raise an event at once, marked.
  std::vector<std::string> known_plates{};   ///< Marked; `report_known` says whether they raise events.
  bool report_known = true;
  int max_edit_distance = 1;  ///< How many letters a reading may differ from an entry of a list.
};

}  // namespace kinesight::vision::plate
