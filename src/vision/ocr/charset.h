// The characters that a recognition model knows.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vision/model.h"

namespace kinesight::vision::ocr {

/// The classes of a CTC model: class 0 is "nothing here", then come the characters.
class Charset {
 public:
  /// From the text of a model's metadata: a character a line. PaddleOCR's models know the space besides, as
  /// their last class.
  static Charset from_lines(std::string_view lines);
  /// From the metadata `character`. Errors: invalid (there is none, or it names none).
  static Result<Charset> of(const ModelInfo& info);

  /// "Nothing here" included.
  std::size_t classes() const { return characters_.size() + 1; }
  /// The character of class `index`, 1 to classes() - 1, in UTF-8.
  const std::string& character(std::size_t index) const { return characters_[index - 1]; }

 private:
  std::vector<std::string> characters_;
};

}  // namespace kinesight::vision::ocr
