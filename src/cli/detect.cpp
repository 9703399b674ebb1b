// kinesight detect: what detectors see in pictures.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <ostream>

#include "cli/components.h"
#include "cli/detections.h"
#include "cli/params.h"
#include "cli/pipelines.h"
#include "cli/progress.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "vision/annotate.h"
#include "vision/engine.h"
#include "vision/picture.h"
#include "vision/picture_file.h"

namespace kinesight::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kJpegQuality = 90;

struct DetectOptions {
  std::vector<std::string> images;
  std::string type;
  std::vector<std::string> param;
  std::string config;
  std::string camera;
  std::string annotate;
  bool json = false;
  static const config::Table& table();
};

const config::Table& DetectOptions::table() {
  static const config::Table table =
      config::describe<DetectOptions>("detect",
                                      "Look at pictures with the detectors of a camera, or with one type.")
          .option("images", &DetectOptions::images, "The pictures: JPEG, PNG, WebP or BMP.")
          .operand()
          .required()
          .not_empty()
          .value_name("IMAGE")
          .option("type", &DetectOptions::type,
                  "A detector of this type (object, weapon, fire_smoke, alpr) with the options of --param.")
          .value_name("TYPE")
          .option("param", &DetectOptions::param,
                  "An option of the type, as params in a configuration: model_path=models/weapons.onnx.")
          .value_name("KEY=VALUE")
          .option(
              "config", &DetectOptions::config,
              "Instead of --type: the cameras.yaml whose camera --camera looks at the pictures, with its "
              "detectors and regions; schedules are asked about the time at which the file was last changed.")
          .value_name("FILE")
          .option("camera", &DetectOptions::camera,
                  "The camera of --config; not needed where there is only one.")
          .option("annotate", &DetectOptions::annotate,
                  "Also write the pictures with boxes into this folder, as NAME.annotated.jpg.")
          .value_name("FOLDER")
          .option("json", &DetectOptions::json, "One JSON object a picture and line.");
  return table;
}

/// The detectors that were asked for.
Result<infer::DetectorPipeline> pipeline_for(const DetectOptions& options, vision::Engine& engine,
                                             const Context& context) {
  if (options.type.empty() == options.config.empty()) {
    return fail(ErrorKind::invalid, "expected either --type or --config, found {}",
                options.type.empty() ? "neither" : "both");
  }
  if (options.config.empty()) return pipeline_of_type(options.type, options.param, engine, context);
  if (!options.param.empty())
    return fail(ErrorKind::invalid, "--param goes with --type; with --config the configuration says it all");
  const auto file = load_cameras(options.config, context);
  if (!file) return std::unexpected(file.error());
  const auto camera = camera_of(*file, options.camera);
  if (!camera) return std::unexpected(camera.error());
  return pipeline_of_camera(**camera, engine, context);
}

/// What counts in a picture.
Result<std::vector<vision::Detection>> look(infer::DetectorPipeline& pipeline, const Frame& frame) {
  const auto rulings = pipeline.glance(frame, {});
  if (!rulings) return std::unexpected(rulings.error());
  std::vector<vision::Detection> found;
  for (const auto& [stage, type, ruling] : *rulings) {
    if (ruling.verdict == vision::Verdict::raised) found.push_back(ruling.detection);
  }
  return found;
}

Result<> write_annotated(const fs::path& file, const Frame& frame,
                         const std::vector<vision::Detection>& found) {
  auto picture = vision::to_bgr(frame.view);
  vision::annotate(picture, found);
  const auto bytes = vision::encode_jpeg(picture, kJpegQuality);
  if (!bytes) return wrap(bytes.error(), file.string());
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes->data()), static_cast<std::streamsize>(bytes->size()));
  out.close();
  if (!out) return fail(ErrorKind::unavailable, "cannot write {}", file.string());
  return {};
}

Json json_line(const std::string& image, const std::vector<vision::Detection>& found) {
  Json line = {{"image", image}, {"detections", Json::array()}};
  for (const auto& detection : found) line["detections"].push_back(json_of(detection));
  return line;
}

void print_table(const std::string& image, const std::vector<vision::Detection>& found, std::ostream& out) {
  out << image << ": " << (found.empty() ? "nothing" : "") << "\n";
  for (const auto& detection : found) {
    const auto json = json_of(detection);
    const auto& box = json["bbox"];
    out << fmt::format("  {:<7}  {:<16}  {:.4f}  {:>5},{:>5}  {:>4} x {:<4}", detection.type, detection.label,
                       json["conf"].get<double>(), box[0].get<int>(), box[1].get<int>(), box[2].get<int>(),
                       box[3].get<int>());
    out << (json["extras"].empty() ? "" : "  " + line_of(json["extras"])) << "\n";
  }
}

/// Looks at the pictures one by one; one that cannot be read does not keep the others from it.
class Detecting {
 public:
  Detecting(const DetectOptions& options, infer::DetectorPipeline& pipeline, Context& context)
      : options_(options),
        pipeline_(pipeline),
        context_(context),
        annotated_(names_for(options.images, ".annotated.jpg")) {}

  int run() {
    ProgressBar bar("looking");
    const auto count = static_cast<std::int64_t>(options_.images.size());
    int code = kOk;
    for (std::size_t i = 0; i < options_.images.size(); ++i) {
      bar.show(static_cast<std::int64_t>(i), count);
      if (const auto done = one(i, bar); !done) {
        bar.clear();
        context_.err << "kinesight: " << done.error().message << "\n";
        code = kFailed;
      }
    }
    return code;
  }

 private:
  Result<> one(std::size_t index, ProgressBar& bar) {
    const auto& image = options_.images[index];
    const auto frame = vision::read_picture(image);
    if (!frame) return std::unexpected(frame.error());
    const auto found = look(pipeline_, *frame);
    if (!found) return wrap(found.error(), image);
    bar.clear();
    if (options_.json) {
      context_.out << line_of(json_line(image, *found)) << std::endl;  // A line is there when it is known.
    } else {
      print_table(image, *found, context_.out);
    }
    if (options_.annotate.empty()) return {};
    return write_annotated(fs::path(options_.annotate) / annotated_[index], *frame, *found);
  }

  const DetectOptions& options_;
  infer::DetectorPipeline& pipeline_;
  Context& context_;
  const std::vector<std::string> annotated_;
};

int run_detect(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<DetectOptions>();
  if (!options.annotate.empty()) {
    std::error_code error;
    fs::create_directories(options.annotate, error);
    if (error) {
      return report_failure({ErrorKind::unavailable, fmt::format("--annotate: cannot make {}: {}",
                                                                 options.annotate, error.message())},
                            context);
    }
  }
  vision::Engine engine(engine_options(context));
  auto pipeline = pipeline_for(options, engine, context);
  if (!pipeline) return report_failure(pipeline.error(), context);
  return Detecting(options, *pipeline, context).run();
}

}  // namespace

Subcommand detect_subcommand() { return {DetectOptions::table(), Group::around, run_detect}; }

}  // namespace kinesight::cli
