// What `kinesight load-test` is asked.
#pragma once

#include <string>

#include "config/table.h"

namespace kinesight::cli::load_test {

/// Where the simulated cameras' video comes from.
enum class Source {
  kvs,   ///< `kinesight sim`: Kinesis Video Streams over HLS, on this machine.
  file,  ///< A file a camera, in real time: all but the network.
};

/// How large the pictures are.
enum class Resolution { p360, p720, p1080, p2160 };

/// The subcommand's arguments.
struct Options {
  int cameras = 10;
  double fps = 5;
  double duration = 60;
  Source source = Source::kvs;
  Resolution resolution = Resolution::p720;
  std::string model = "models/demo.onnx";
  std::string config;
  bool publish = false;
  long seed = 1;
  bool find_max = false;
  int most = 256;
  bool json = false;
  static const config::Table& table();
};

}  // namespace kinesight::cli::load_test
