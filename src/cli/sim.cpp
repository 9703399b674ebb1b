// kinesight sim render, kinesight sim dataset: synthetic scenes as video files and as pictures with labels.
#include <ostream>

#include "cli/progress.h"
#include "cli/subcommands.h"
#include "sim/dataset.h"
#include "sim/render.h"

namespace kinesight::cli {
namespace {

// The defaults are the renderer's own.
const sim::RenderOptions kRender;
const sim::DatasetOptions kDataset;

struct RenderArguments {
  std::string scene = kRender.scene;
  std::string output;
  std::string truth;
  long seed = static_cast<long>(kRender.seed);
  double seconds = kRender.seconds;
  int width = kRender.width;
  int height = kRender.height;
  int fps = kRender.fps;
  double keyframe_seconds = kRender.keyframe_seconds;
  std::string codec = kRender.codec;
  bool without_objects = false;
  static const config::Table& table();
};

const config::Table& RenderArguments::table() {
  static const config::Table table =
      config::describe<RenderArguments>("sim render", "Render a synthetic scene into a video file.")
          .option("scene", &RenderArguments::scene,
                  "The scene: hallway, parking, or one that is new a seed: random, events, "
                  "blinking, border (a plate half out of a region), lights.")
          .option("output", &RenderArguments::output, "The MP4 file to write; its folder is made.")
          .required()
          .value_name("FILE")
          .option("truth", &RenderArguments::truth, "Also write what is where, one line of JSON a frame.")
          .value_name("FILE")
          .option("seed", &RenderArguments::seed, "The same seed renders the same video.")
          .range(0, 9e15)
          .option("seconds", &RenderArguments::seconds, "Length; the named scenes repeat every 30 s.")
          .range(0.1, 86400)
          .option("width", &RenderArguments::width, "Pixels, even.")
          .range(64, 4096)
          .option("height", &RenderArguments::height, "Pixels, even.")
          .range(64, 4096)
          .option("fps", &RenderArguments::fps, "Frames a second.")
          .range(1, 240)
          .option("keyframe_seconds", &RenderArguments::keyframe_seconds, "From a keyframe to the next.")
          .range(0.001, 60)
          .option("codec", &RenderArguments::codec, "h264 or hevc.")
          .option("without_objects", &RenderArguments::without_objects,
                  "Nothing that a detector should find appears: a negative set.");
  return table;
}

struct DatasetArguments {
  std::string output;
  long seed = static_cast<long>(kDataset.seed);
  int count = kDataset.count;
  int width = kDataset.width;
  int height = kDataset.height;
  bool without_objects = false;
  static const config::Table& table();
};

const config::Table& DatasetArguments::table() {
  static const config::Table table =
      config::describe<DatasetArguments>("sim dataset",
                                         "Render pictures with YOLO labels, for training and scoring.")
          .option("output", &DatasetArguments::output,
                  "The folder to write images/, labels/ and classes.txt into.")
          .required()
          .value_name("FOLDER")
          .option("seed", &DatasetArguments::seed, "The same seed renders the same pictures.")
          .range(0, 9e15)
          .option("count", &DatasetArguments::count, "How many pictures.")
          .range(1, 1e6)
          .option("width", &DatasetArguments::width, "Pixels.")
          .range(64, 4096)
          .option("height", &DatasetArguments::height, "Pixels.")
          .range(64, 4096)
          .option("without_objects", &DatasetArguments::without_objects,
                  "Nothing that a detector should find appears: a negative set.");
  return table;
}

int finish(const Result<>& done, const std::string& output, Context& context) {
  if (!done) {
    context.err << "kinesight: " << done.error().message << "\n";
    return done.error().kind == ErrorKind::invalid ? kInvalid : kFailed;
  }
  context.out << output << "\n";
  return kOk;
}

int run_render(const config::Parsed& parsed, Context& context) {
  const auto& arguments = parsed.as<RenderArguments>();
  sim::RenderOptions options{.scene = arguments.scene,
                             .seed = static_cast<std::uint64_t>(arguments.seed),
                             .seconds = arguments.seconds,
                             .width = arguments.width,
                             .height = arguments.height,
                             .fps = arguments.fps,
                             .keyframe_seconds = arguments.keyframe_seconds,
                             .codec = arguments.codec,
                             .labelled = !arguments.without_objects,
                             .out = arguments.output};
  if (!arguments.truth.empty()) options.truth = arguments.truth;
  ProgressBar bar("rendering " + arguments.scene);
  return finish(sim::render_video(options, [&](auto done, auto count) { bar.show(done, count); }),
                arguments.output, context);
}

int run_dataset(const config::Parsed& parsed, Context& context) {
  const auto& arguments = parsed.as<DatasetArguments>();
  const sim::DatasetOptions options{.out = arguments.output,
                                    .seed = static_cast<std::uint64_t>(arguments.seed),
                                    .count = arguments.count,
                                    .width = arguments.width,
                                    .height = arguments.height,
                                    .labelled = !arguments.without_objects};
  ProgressBar bar("rendering pictures");
  return finish(sim::write_dataset(options, [&](auto done, auto count) { bar.show(done, count); }),
                arguments.output, context);
}

}  // namespace

Subcommand sim_render_subcommand() { return {RenderArguments::table(), Group::around, run_render}; }
Subcommand sim_dataset_subcommand() { return {DatasetArguments::table(), Group::development, run_dataset}; }

}  // namespace kinesight::cli
