// clips.yaml: the configuration of `kinesight clips`.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "clips/attempts.h"
#include "clips/broker/rabbitmq/options.h"
#include "clips/clip_options.h"
#include "clips/next_message.h"
#include "clips/redis/redis_cache.h"
#include "clips/scheduler/scheduler.h"
#include "clips/task_handler.h"
#include "config/component.h"
#include "config/http_options.h"
#include "config/yaml_file.h"

namespace kinesight::clips {

/// Options at the top of the file.
struct ServiceOptions {
  std::string state_directory = "./data";
  int workers = 2;
  int max_deliveries = 20;
  double stop_seconds = 20;
  static const config::Table& table();
};

/// kvs: {…}: where Kinesis Video Streams is.
struct KvsOptions {
  std::string region;
  std::string endpoint_url;
  static const config::Table& table();
};

/// A whole file.
struct ClipsFile {
  ServiceOptions service;
  RabbitMqOptions rabbitmq;
  QueueNames queues;
  RedisOptions redis;
  config::HttpOptions http;
  KvsOptions kvs;
  config::ComponentConfig storage;  ///< Its type is a row of the registry of object stores.
  NextStage m0;
  SchedulerOptions scheduler;
  ClipOptions clip;
  ThumbnailOptions thumbnail;
  RetryOptions retry;
  std::vector<config::Problem> warnings;  ///< What will not work as things stand, in the order of the lines.
};

/// Loads and checks `path`; `stores` are the object stores that it may name. On failure: every problem of the
/// file at once, warnings too, in the order of its lines.
config::Loaded<ClipsFile> load_clips_file(const std::filesystem::path& path,
                                          const std::vector<config::ComponentType>& stores,
                                          const config::Environment& environment);

/// The same for text that is at hand already; `name` is what problems call the file.
config::Loaded<ClipsFile> parse_clips_file(std::string_view text, const std::string& name,
                                           const std::vector<config::ComponentType>& stores,
                                           const config::Environment& environment);

}  // namespace kinesight::clips
