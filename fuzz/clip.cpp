// Any bytes as a clip's file: facts, or an error, and then the same clip joined and its picture, or an error.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "video/clip/clip.h"

namespace {

using namespace kinesight;

void check(bool good) {
  if (!good) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = memfd_create("clip", MFD_CLOEXEC);
  const int output = memfd_create("joined", MFD_CLOEXEC);
  check(file >= 0 && output >= 0 && write(file, data, size) == static_cast<ssize_t>(size));
  const auto facts = video::inspect_clip(file);
  if (facts) {
    check(facts->width > 0 && facts->height > 0 && facts->shown_frames > 0 &&
          facts->frames >= facts->shown_frames);
    check(facts->duration >= 0 && facts->longest_pause >= 0);
  } else {
    check(!facts.error().message.empty());
  }
  const video::ClipPart part{file, 1e9};
  if (const auto joined = video::join_clip({&part, 1}, 1e9 + 0.5, 1e9 + 3, output)) {
    check(joined->shown_frames > 0 && joined->begin + joined->duration <= 1e9 + 3.001);
  }
  close(file);
  close(output);
  return 0;
}
