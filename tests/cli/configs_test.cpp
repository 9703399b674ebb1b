// The ready configurations: each loads, and the first of them means what it has always meant.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "cli/components.h"
#include "clips/clips_file.h"
#include "config/environment.h"
#include "publish/ddb/options.h"
#include "publish/kds/options.h"
#include "publish/s3/options.h"
#include "storage/azure_blob_store.h"
#include "storage/directory_store.h"
#include "storage/s3_store.h"
#include "stream/stream_file.h"
#include "video/options_kvs.h"
#include "vision/options_alpr.h"
#include "vision/options_fire_smoke.h"
#include "vision/options_weapon.h"

namespace kinesight::cli {
namespace {

using testing::ElementsAre;

const std::filesystem::path kConfigs = std::filesystem::path(KINESIGHT_SOURCE_DIR) / "config";

config::CamerasFile load(const std::filesystem::path& path) {
  auto file = config::load_cameras_file(path, components().catalog(), config::no_environment());
  if (file) return std::move(*file);
  for (const config::Problem& problem : file.error()) ADD_FAILURE() << to_string(problem);
  return {};
}

clips::ClipsFile load_clips(const std::filesystem::path& path) {
  auto file = clips::load_clips_file(path, components().store_types(), config::no_environment());
  if (file) return std::move(*file);
  for (const config::Problem& problem : file.error()) ADD_FAILURE() << to_string(problem);
  return {};
}

stream::StreamFile load_stream(const std::filesystem::path& path) {
  auto file = stream::load_stream_file(path, config::no_environment());
  if (file) return std::move(*file);
  for (const config::Problem& problem : file.error()) ADD_FAILURE() << to_string(problem);
  return {};
}

TEST(Configs, EachLoads) {
  int of_cameras = 0, of_clips = 0, of_streams = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kConfigs)) {
    if (entry.path().extension() != ".yaml") continue;
    SCOPED_TRACE(entry.path().string());
    if (entry.path().stem() == "clips") {
      const clips::ClipsFile file = load_clips(entry.path());
      EXPECT_FALSE(file.rabbitmq.url.empty());
      for (const config::Problem& problem : file.warnings) ADD_FAILURE() << to_string(problem);
      ++of_clips;
    } else if (entry.path().stem() == "stream") {
      for (const config::Problem& problem : load_stream(entry.path()).warnings)
        ADD_FAILURE() << to_string(problem);
      ++of_streams;
    } else {
      EXPECT_FALSE(load(entry.path()).cameras.empty());
      ++of_cameras;
    }
  }
  EXPECT_GT(of_cameras, 0);
  EXPECT_EQ(of_clips, 1);
  EXPECT_EQ(of_streams, 1);
}

TEST(CamerasYaml, Publishers) {
  const config::CamerasFile file = load(kConfigs / "cameras.yaml");
  ASSERT_EQ(file.publishers.size(), 2u) << "ddb is switched off";
  const auto& kds = file.publishers[0].options.as<publish::KdsOptions>();
  EXPECT_EQ(kds.region, "us-east-1");
  EXPECT_EQ(kds.stream_name, "detection-events");
  EXPECT_EQ(kds.batch_size, 500);
  EXPECT_EQ(kds.max_retries, 3);
  EXPECT_EQ(kds.base_backoff_ms, 100);
  const auto& s3 = file.publishers[1].options.as<publish::S3Options>();
  EXPECT_EQ(s3.region, "us-east-1");
  EXPECT_EQ(s3.bucket, "detection-snapshots");
  EXPECT_EQ(s3.prefix, "snapshots");
  EXPECT_EQ(s3.jpeg_quality, 90);
  EXPECT_TRUE(s3.save_snapshots);
}

TEST(CamerasYaml, FirstCamera) {
  const config::CamerasFile file = load(kConfigs / "cameras.yaml");
  ASSERT_EQ(file.cameras.size(), 3u);
  const config::CameraConfig& camera = file.cameras[0];
  EXPECT_EQ(camera.id, "camera_1");
  EXPECT_TRUE(camera.options.enabled);
  EXPECT_EQ(camera.options.fps_target, 5);
  ASSERT_TRUE(camera.source);
  EXPECT_EQ(camera.source->type, "kvs");
  const auto& kvs = camera.source->options.as<video::KvsOptions>();
  EXPECT_EQ(kvs.stream_name, "front-door-camera");
  EXPECT_EQ(kvs.region, "us-east-1");
  EXPECT_EQ(kvs.start_fragment_mode, video::StartFragment::now);
  EXPECT_EQ(kvs.max_retries, 3);
  EXPECT_EQ(kvs.retry_delay_sec, 5);
  ASSERT_EQ(camera.detectors.size(), 2u);
  const auto& weapon = camera.detectors[0].options.as<vision::WeaponOptions>();
  EXPECT_EQ(weapon.model_path, "models/weapon-yolov8n.pt");
  EXPECT_EQ(weapon.conf_threshold, 0.5);
  EXPECT_THAT(weapon.target_classes, ElementsAre("knife", "gun", "rifle"));
  EXPECT_EQ(weapon.temporal_window, 5);
  EXPECT_EQ(weapon.confirmation_threshold, 3);
  const auto& fire = camera.detectors[1].options.as<vision::FireSmokeOptions>();
  EXPECT_EQ(fire.model_path, "models/fire-smoke-yolov8n.pt");
  EXPECT_EQ(fire.fire_conf_threshold, 0.6);
  EXPECT_EQ(fire.smoke_conf_threshold, 0.55);
}

TEST(CamerasYaml, OtherCameras) {
  const config::CamerasFile file = load(kConfigs / "cameras.yaml");
  ASSERT_EQ(file.cameras.size(), 3u);
  const config::CameraConfig& camera = file.cameras[1];
  EXPECT_EQ(camera.id, "camera_2");
  EXPECT_EQ(camera.options.fps_target, 3);
  ASSERT_TRUE(camera.source);
  EXPECT_EQ(camera.source->options.as<video::KvsOptions>().stream_name, "parking-lot-camera");
  ASSERT_EQ(camera.detectors.size(), 1u);
  const auto& alpr = camera.detectors[0].options.as<vision::AlprOptions>();
  EXPECT_EQ(alpr.detector_model_path, "models/license-plate-yolov8n.pt");
  EXPECT_EQ(alpr.ocr_engine, vision::OcrEngine::paddleocr);
  EXPECT_EQ(alpr.min_text_length, 5);
  EXPECT_EQ(file.cameras[2].id, "camera_3");
  EXPECT_FALSE(file.cameras[2].options.enabled);
}

TEST(Options, OfStreamsHoldTogether) {
  const auto problems = [](const std::string& kvs) {
    const std::string text = "cameras: {c: {enabled: false, kvs: {stream_name: s, " + kvs + "}}}";
    const auto file =
        config::parse_cameras_file(text, "c.yaml", components().catalog(), config::no_environment());
    return file ? std::string() : file.error().front().message;
  };
  EXPECT_EQ(problems("hls_session_seconds: 299"),
            "expected at least 300 where endpoint_url is not set, found '299'");
  EXPECT_EQ(problems("hls_session_seconds: 60, endpoint_url: http://localhost:4567"), "");
  EXPECT_EQ(problems("refresh_margin_seconds: 151"),
            "expected at most half of hls_session_seconds, found '151'");
  EXPECT_EQ(problems("refresh_margin_seconds: 150"), "");
  EXPECT_EQ(problems("backoff_max_seconds: 4"), "expected at least backoff_initial_seconds, found '4'");
}

TEST(Options, DefaultsThatPeopleRelyOn) {
  const video::KvsOptions kvs;
  EXPECT_EQ(kvs.hls_session_seconds, 300);
  EXPECT_EQ(kvs.refresh_margin_seconds, 30);
  EXPECT_EQ(kvs.backoff_initial_seconds, 5);
  EXPECT_EQ(kvs.backoff_max_seconds, 60);
  EXPECT_EQ(kvs.max_consecutive_errors, 10);
  EXPECT_EQ(publish::DdbOptions().ttl_days, 30);
}

/// config/kvs.yaml names every option of a stream with its default, in a comment.
TEST(KvsYaml, SaysTheDefaults) {
  std::ifstream file(kConfigs / "kvs.yaml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const config::Option& option : video::KvsOptions::table().options()) {
    if (option.key == "stream_name" || option.key == "region") continue;
    const std::string value = option.default_text.empty() ? "\"\"" : option.default_text;
    EXPECT_THAT(text, testing::ContainsRegex("\n      # " + option.key + ": " + value + "( |\n)"));
  }
}

/// The tables of clips.yaml.
std::vector<const config::Table*> clips_tables() {
  return {
      &clips::ServiceOptions::table(),     &clips::RabbitMqOptions::table(),  &clips::QueueNames::table(),
      &clips::RedisOptions::table(),       &clips::KvsOptions::table(),       &clips::NextStage::table(),
      &clips::VideoPreprocessing::table(), &clips::SchedulerOptions::table(), &clips::ClipOptions::table(),
      &clips::ThumbnailOptions::table(),   &clips::RetryOptions::table()};
}

std::vector<const config::Table*> store_tables() {
  return {&storage::S3StoreOptions::table(), &storage::AzureBlobStoreOptions::table(),
          &storage::DirectoryStoreOptions::table()};
}

/// config/clips.yaml names every option that there is; one in a comment stands there with its default.
TEST(ClipsYaml, NamesEveryOptionAndSaysTheDefaults) {
  std::ifstream file(kConfigs / "clips.yaml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const auto& tables : {clips_tables(), store_tables()}) {
    for (const config::Table* table : tables) {
      for (const config::Option& option : table->options()) {
        const std::string by_default = option.default_text.empty() ? "\"\"" : option.default_text;
        const std::string value = option.required ? "[^ ]+" : by_default;
        const std::string in_comment = "# +" + option.key + ": " + value + "( |\n)";
        EXPECT_THAT(text, testing::ContainsRegex("\n *(" + option.key + ": [^ ]|" + in_comment + ")"))
            << table->name() << "." << option.key;
      }
    }
  }
}

/// What the seed's messages and queues are called is what the ready configuration calls them.
TEST(ClipsYaml, MeansWhatTheBackendExpects) {
  const clips::ClipsFile file = load_clips(kConfigs / "clips.yaml");
  EXPECT_EQ(file.queues.tasks, "S2_PROCESSING_QUEUE");
  EXPECT_EQ(file.queues.dead_letters, "S2_PROCESSING_DLQ");
  EXPECT_EQ(file.queues.next, "M0_PRIORITY_QUEUE");
  EXPECT_EQ(file.storage.type, "s3");
  EXPECT_EQ(file.storage.options.as<storage::S3StoreOptions>().container, "spectra-videos");
  EXPECT_EQ(file.m0.destination_prefix, "processed/live/");
  EXPECT_EQ(file.m0.cache_container_name, "spectra-cache");
  EXPECT_EQ(file.m0.video_preprocessing.chunk_duration, 60);
  EXPECT_EQ(file.m0.video_preprocessing.fps, 15);
  EXPECT_EQ(file.m0.video_preprocessing.width, 1280);
  EXPECT_EQ(file.m0.video_preprocessing.height, 720);
  EXPECT_FALSE(file.scheduler.enabled);
  EXPECT_EQ(file.scheduler.interval_seconds, 60);
}

/// A table of stream.yaml, and its options in `file`.
struct StreamPart {
  const config::Table* table;
  const void* options;
};

std::vector<StreamPart> stream_parts(const stream::StreamFile& file) {
  return {{&stream::ServiceOptions::table(), &file.service},
          {&stream::KinesisOptions::table(), &file.kinesis},
          {&stream::RecordOptions::table(), &file.record},
          {&stream::WindowOptions::table(), &file.windows},
          {&stream::TablesOptions::table(), &file.tables},
          {&stream::RealtimeOptions::table(), &file.realtime},
          {&stream::ProducerOptions::table(), &file.produce},
          {&stream::SimulatorOptions::table(), &file.simulator}};
}

/// config/stream.yaml spells out what holds without a file.
TEST(StreamYaml, IsWhatHoldsWithoutAFile) {
  const stream::StreamFile file = load_stream(kConfigs / "stream.yaml");
  EXPECT_EQ(file.windows.aggregates, stream::WindowOptions().aggregates);
  for (const auto& [table, options] : stream_parts(file)) {
    for (const config::Option& option : table->options())
      EXPECT_EQ(option.show(options), option.default_text) << table->name() << "." << option.key;
  }
}

/// How config/stream.yaml writes an option's default; of the simulator also what its mode has.
std::string default_in_stream_yaml(const config::Table& table, const config::Option& option) {
  const stream::FeedShape mode = stream::shape_of({});
  const std::map<std::string, double> of_mode{{"rate", mode.rate},
                                              {"cities", mode.cities},
                                              {"duplicates", mode.duplicates},
                                              {"late", mode.late},
                                              {"broken", mode.broken}};
  const auto found = of_mode.find(option.key);
  if (&table == &stream::SimulatorOptions::table() && found != of_mode.end())
    return config::show(found->second);
  if (!option.default_text.empty()) return option.default_text;
  return option.shape == config::Shape::list ? "[]" : "\"\"";
}

/// It names every option that there is, in its section; one in a comment with its default.
TEST(StreamYaml, NamesEveryOption) {
  std::ifstream stream(kConfigs / "stream.yaml");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  for (const auto& [table, options] : stream_parts({})) {
    const auto begin = table->name() == "stream.yaml" ? 0 : text.find("\n" + table->name() + ":");
    ASSERT_NE(begin, std::string::npos) << table->name();
    const std::string section = text.substr(begin, text.find("\n\n", begin + 1) - begin) + "\n";
    for (const config::Option& option : table->options()) {
      const std::string line = "# " + option.key + ": " + default_in_stream_yaml(*table, option);
      EXPECT_THAT(section, testing::AnyOf(testing::ContainsRegex("\n *" + option.key + ": [^ ]"),
                                          testing::HasSubstr(line + " "), testing::HasSubstr(line + "\n")))
          << table->name() << "." << option.key;
    }
  }
}

/// All options of all component types.
std::vector<const config::Table*> all_tables() {
  const config::Catalog catalog = components().catalog();
  std::vector<const config::Table*> tables = {
      &config::ServiceOptions::table(),    &config::CameraOptions::table(),
      &config::PublisherOptions::table(),  &config::OutboxOptions::table(),
      &config::RegionOptions::table(),     &config::DetectorOptions::table(),
      &config::MotionGateOptions::table(), &config::BitstreamGateOptions::table(),
      &config::OverloadOptions::table()};
  for (const auto* types : {&catalog.sources, &catalog.detectors, &catalog.publishers}) {
    for (const config::ComponentType& type : *types) tables.push_back(type.options);
  }
  for (const config::Table* table : clips_tables()) tables.push_back(table);
  for (const StreamPart& part : stream_parts({})) tables.push_back(part.table);
  tables.push_back(&stream::AggregateOptions::table());
  return tables;
}

TEST(Options, DocumentedDefaultsAreTheStructsOwnAndAllowed) {
  for (const config::Table* table : all_tables()) {
    const auto object = table->make();
    for (const config::Option& option : table->options()) {
      SCOPED_TRACE(table->name() + "." + option.key);
      EXPECT_EQ(option.show(object.get()), option.default_text);
      if (option.required || option.default_text.empty() || option.shape == config::Shape::list) continue;
      EXPECT_TRUE(option.assign(object.get(), config::Value::scalar(option.default_text)));
      EXPECT_EQ(option.show(object.get()), option.default_text);
    }
    for (const config::Rule& rule : table->rules()) {
      const bool holds = table->find(rule.key)->required || !rule.broken(object.get());
      EXPECT_TRUE(holds) << table->name() << "." << rule.key;
    }
  }
}

TEST(Options, EachIsExplainedInASentence) {
  std::vector<const config::Table*> tables = all_tables();
  for (const config::Table* table : store_tables()) tables.push_back(table);
  for (const config::Table* table : tables) {
    EXPECT_THAT(table->summary(), testing::EndsWith(".")) << table->name();
    for (const config::Option& option : table->options()) {
      EXPECT_THAT(option.help, testing::EndsWith(".")) << table->name() << "." << option.key;
    }
  }
}

}  // namespace
}  // namespace kinesight::cli
