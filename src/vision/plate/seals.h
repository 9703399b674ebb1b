// Takes off a plate what is no character: seals, stickers and the band with the country's letters.
#pragma once

#include <opencv2/core/mat.hpp>

namespace kinesight::vision::plate {

/// Paints the columns of `line` (one line of text, 8 bits, BGR) over in the colour of the paper where
/// something has a colour that neither ink nor paper has: readers take a seal between two groups for an 8,
/// and a band at the left for a letter. Says whether there was such a thing; otherwise `line` is untouched,
/// as it is where so much is coloured that it cannot be seals.
bool paint_over_seals(cv::Mat& line);

}  // namespace kinesight::vision::plate
