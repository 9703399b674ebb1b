// Replacements for letters that no plate's text keeps: Ü, 京. They must be made in what the reader saw.
#pragma once

#include <memory>
#include <vector>

#include "vision/ocr/text_reader.h"
#include "vision/plate/normalise.h"

namespace kinesight::vision::plate {

/// `line` with the replacements made in each of its characters that is none of ASCII, and in what else may
/// stand there. One that becomes several has a place for each.
ocr::Line rewritten(const ocr::Line& line, const std::vector<Replacement>& replacements);

/// `reader`, its lines rewritten; `reader` itself where no replacement is about letters beyond ASCII.
std::unique_ptr<ocr::TextReader> rewriting(std::unique_ptr<ocr::TextReader> reader,
                                           std::vector<Replacement> replacements);

}  // namespace kinesight::vision::plate
