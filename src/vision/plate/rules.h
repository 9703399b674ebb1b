// The rules about plates' texts, ready to be held against readings.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "base/result.h"
#include "vision/plate/options.h"
#include "vision/plate/reading.h"

namespace kinesight::vision::plate {

/// TextRules made ready: patterns read, lists indexed. Cheap to copy; safe for any number of threads.
class TextJudge {
 public:
  /// Error: invalid, naming the pattern, country or replacement that is none.
  static Result<TextJudge> make(const TextRules& rules);

  /// The reading as the rules have it: text replaced and fitted, country, list and listed filled in; or why
  /// it is not wanted, for a person ("4 characters, min_text_length is 5").
  std::expected<Reading, std::string> judge(const Reading& reading) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace kinesight::vision::plate
