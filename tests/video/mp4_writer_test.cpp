#include "video/mp4_writer.h"
#include <gtest/gtest.h>
#include <vector>
namespace kinesight::video {
TEST(Mp4Writer, Smoke) {
  for (std::string codec : {"h264","hevc"}) {
  auto w = Mp4Writer::create("/tmp/build-video/x_"+codec+".mp4", {.width=320,.height=240,.fps=10,.codec=codec,.b_frames=2});
  ASSERT_TRUE(w) << w.error().message;
  std::vector<std::uint8_t> px(320*240*3, 0);
  for (int i=0;i<35;++i){ std::fill(px.begin(),px.end(),i*7); FrameView v{PixelFormat::bgr24,320,240,{{{px.data(),960}}}}; auto r=(*w)->write(v); ASSERT_TRUE(r)<<r.error().message;}
  auto f=(*w)->finish(); ASSERT_TRUE(f)<<f.error().message;
  }
}
}
