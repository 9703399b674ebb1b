#include "vision/ocr/charset.h"

#include <algorithm>

namespace kinesight::vision::ocr {

Charset Charset::from_lines(std::string_view lines) {
  Charset charset;
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    auto line = lines.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    charset.characters_.emplace_back(line);  // An empty one too: the classes after it keep their places.
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  charset.characters_.emplace_back(" ");
  return charset;
}

Result<Charset> Charset::of(const ModelInfo& info) {
  const auto lines = info.metadata.find("character");
  if (lines != info.metadata.end() && !lines->second.empty()) return from_lines(lines->second);
  return fail(ErrorKind::invalid,
              "{}: expected a model that reads text, with its characters in the metadata `character`, found "
              "none: use the recognition model of rapidocr-onnxruntime",
              info.file.string());
}

}  // namespace kinesight::vision::ocr
