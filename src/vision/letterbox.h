// Letterbox: a frame of any size in a model's input, its proportions kept, the rest filled with grey.
#pragma once

#include <span>

#include "base/frame.h"
#include "vision/detector.h"
#include "vision/linear_sampler.h"

namespace kinesight::vision {

/// Where in the model's input the picture lies.
enum class Placement {
  centre,    ///< In the middle, sides rounded to the nearest pixel, as Ultralytics' LetterBox does.
  top_left,  ///< In the upper left corner, sides rounded down, as YOLOX's preproc() does.
};

/// The place of a frame in a model's input, in pixels of that input, and the way back.
struct Letterbox {
  int left = 0, top = 0;      ///< Where the picture begins.
  int width = 0, height = 0;  ///< How large it is there.
  double scale_x = 1;  ///< Input pixels a frame pixel: width / frame width. Differs from scale_y by rounding.
  double scale_y = 1;

  static Letterbox fit(int frame_width, int frame_height, int input_width, int input_height,
                       Placement placement);

  /// A box of the model's input in pixels of the frame; not limited to the frame.
  Box to_frame(const Box& in_input) const;
  /// A box of the frame in pixels of the model's input.
  Box to_input(const Box& in_frame) const;
};

/// How a model wants the numbers in its input.
struct InputConvention {
  bool blue_first = false;   ///< Planes in the order B, G, R; otherwise R, G, B.
  float scale = 1.0F / 255;  ///< The number that stands for one of 255 levels.
  Placement placement = Placement::centre;
};

/// Fills model inputs from frames, and keeps the memory that it needs in between. One thread at a time.
///
/// The numbers are those that OpenCV's VideoCapture and resize(INTER_LINEAR) would lead to, without the BGR
/// picture of the frame's size that lies between them.
class Letterboxer {
 public:
  /// Fills `input` (3 planes of input_height rows of input_width numbers) and says where the frame is in it.
  Letterbox fill(const FrameView& frame, const InputConvention& convention, int input_width, int input_height,
                 std::span<float> input);

 private:
  LinearSampler sampler_;
};

}  // namespace kinesight::vision
