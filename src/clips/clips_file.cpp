#include "clips/clips_file.h"

#include <fmt/format.h>

#include "config/section.h"

namespace kinesight::clips {
namespace {

config::ComponentConfig read_storage(config::Section& top, const std::vector<config::ComponentType>& stores,
                                     config::Report& report, const config::Environment& environment) {
  const config::YamlNode* node = top.take("storage");
  const auto nothing = config::YamlNode::nothing(top.line());
  config::Section section(node ? *node : nothing, "storage", report, environment);
  const config::ComponentType* type = config::known_type(section, stores, report);
  if (!type) return {};
  auto storage = config::read_options(*type, section, config::Demand::complete, section);
  section.finish();
  return storage;
}

/// m0: {…}, with video_preprocessing in it.
NextStage read_next_stage(config::Section& top, config::Report& report,
                          const config::Environment& environment) {
  NextStage stage;
  const config::YamlNode* node = top.take(NextStage::table().name());
  if (!node) return stage;
  config::Section section(*node, NextStage::table().name(), report, environment);
  section.read(NextStage::table(), &stage);
  stage.video_preprocessing = section.block<VideoPreprocessing>();
  section.finish();
  return stage;
}

void warn(const ClipsFile& file, int line, config::Report& report) {
  if (file.rabbitmq.prefetch < file.service.workers) {
    report.warning(line, "rabbitmq.prefetch",
                   fmt::format("{} is less than the {} workers, so that {} of them never have a task",
                               file.rabbitmq.prefetch, file.service.workers,
                               file.service.workers - file.rabbitmq.prefetch));
  }
  if (file.queues.tasks == file.queues.next || file.queues.tasks == file.queues.dead_letters) {
    report.error(line, "queues.tasks",
                 fmt::format("expected a queue of its own, found '{}' twice: tasks would go in circles",
                             file.queues.tasks));
  }
}

ClipsFile read_file(const config::YamlNode& root, const std::vector<config::ComponentType>& stores,
                    config::Report& report, const config::Environment& environment) {
  ClipsFile file;
  config::Section top(root, "", report, environment);
  top.read(ServiceOptions::table(), &file.service);
  file.rabbitmq = top.block<RabbitMqOptions>();
  file.queues = top.block<QueueNames>();
  file.redis = top.block<RedisOptions>();
  file.http = top.block<config::HttpOptions>();
  file.kvs = top.block<KvsOptions>();
  file.storage = read_storage(top, stores, report, environment);
  file.m0 = read_next_stage(top, report, environment);
  file.scheduler = top.block<SchedulerOptions>();
  file.clip = top.block<ClipOptions>();
  file.thumbnail = top.block<ThumbnailOptions>();
  file.retry = top.block<RetryOptions>();
  top.finish();
  if (!report.has_errors()) warn(file, top.line(), report);
  return file;
}

}  // namespace

const config::Table& ServiceOptions::table() {
  static const config::Table table =
      config::describe<ServiceOptions>("clips.yaml", "The service itself.")
          .option("state_directory", &ServiceOptions::state_directory,
                  "A folder of this process alone: clips in work, the schedule where there is no Redis, the "
                  "token of the API.")
          .not_empty()
          .option("workers", &ServiceOptions::workers, "Tasks that are worked on at once.")
          .range(1, 256)
          .env("S2_KVS_MAX_FFMPEG_WORKERS")
          .option("max_deliveries", &ServiceOptions::max_deliveries,
                  "How often a task is handed out that nobody finishes, before it is a dead letter.")
          .range(1, 1000)
          .option("stop_seconds", &ServiceOptions::stop_seconds,
                  "How long tasks in work have to end when the service is stopped; then they go back to "
                  "their queue.")
          .range(0, 3600);
  return table;
}

const config::Table& KvsOptions::table() {
  static const config::Table table =
      config::describe<KvsOptions>("kvs", "Where Kinesis Video Streams is.")
          .option("region", &KvsOptions::region,
                  "The AWS region of the streams. Empty: that of the environment or the AWS profile.")
          .option("endpoint_url", &KvsOptions::endpoint_url,
                  "Where Kinesis Video Streams is, when it is not AWS's. Empty: as the environment and the "
                  "AWS profile say.");
  return table;
}

const config::Table& ClipOptions::table() {
  static const config::Table table =
      config::describe<ClipOptions>("clip", "What a clip may be.")
          .option("max_seconds", &ClipOptions::max_seconds, "The longest range of time that a task may ask.")
          .range(1, 86400)
          .option("max_bytes", &ClipOptions::max_bytes,
                  "The largest clip; while it is made it takes twice as much of the disk.")
          .range(1024 * 1024, 1e12)
          .option("settle_seconds", &ClipOptions::settle_seconds,
                  "So long after a range has ended fragments of it may still be missing in what Kinesis "
                  "Video Streams lists; they are waited for.")
          .range(0, 600)
          .option("link_seconds", &ClipOptions::link_seconds,
                  "How long the message's presigned URL lives; 0 for none.")
          .range(0, 7 * 86400)
          .option("publish_seconds", &ClipOptions::publish_seconds,
                  "How long the broker may take to confirm a message.")
          .range(1, 600);
  return table;
}

const config::Table& ThumbnailOptions::table() {
  static const config::Table table =
      config::describe<ThumbnailOptions>("thumbnail", "The picture beside each clip, a JPEG.")
          .option("enabled", &ThumbnailOptions::enabled, "Whether there is one.")
          .option("width", &ThumbnailOptions::width, "Its width, unless the video is narrower. Pixels.")
          .range(16, 8192)
          .option("quality", &ThumbnailOptions::quality, "Of the JPEG.")
          .range(1, 100);
  return table;
}

config::Loaded<ClipsFile> parse_clips_file(std::string_view text, const std::string& name,
                                           const std::vector<config::ComponentType>& stores,
                                           const config::Environment& environment) {
  return config::parse_yaml_file<ClipsFile>(text, name, [&](const auto& root, config::Report& report) {
    return read_file(root, stores, report, environment);
  });
}

config::Loaded<ClipsFile> load_clips_file(const std::filesystem::path& path,
                                          const std::vector<config::ComponentType>& stores,
                                          const config::Environment& environment) {
  const auto text = config::read_yaml_text(path);
  if (!text) return std::unexpected(text.error());
  return parse_clips_file(*text, path.string(), stores, environment);
}

}  // namespace kinesight::clips
