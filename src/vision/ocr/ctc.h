// From a recognition model's scores to a line of text.
//
// A. Graves et al., "Connectionist Temporal Classification", ICML 2006: the model says for each step from
// left to right which character it sees, or none; a run of steps with one character is that character once.
#pragma once

#include "vision/model.h"
#include "vision/ocr/charset.h"
#include "vision/ocr/line.h"

namespace kinesight::vision::ocr {

/// The likeliest class of each step, runs joined, without spaces at the ends. `scores` is [1, steps, classes]
/// with the classes of `charset`, each step's sum 1. A character's score, and what else may stand in its
/// place (up to 8, and 3 at the least as far as there are so many characters), are those of the step of its
/// run that is surest of it.
Line decode_ctc(const Tensor& scores, const Charset& charset);

}  // namespace kinesight::vision::ocr
