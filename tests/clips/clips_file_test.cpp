#include "clips/clips_file.h"

#include <gmock/gmock.h>

#include <map>

#include "storage/directory_store.h"
#include "storage/s3_store.h"

namespace kinesight::clips {
namespace {

using testing::Contains;
using testing::HasSubstr;

const std::string kLeast =
    "rabbitmq: {url: 'amqp://u:p@127.0.0.1/'}\n"
    "storage: {type: directory, path: ./clips}\n";

using Variables = std::map<std::string, std::string>;

config::Loaded<ClipsFile> load(const std::string& text, const Variables& variables = {}) {
  static const std::vector<config::ComponentType> stores{{&storage::S3StoreOptions::table()},
                                                         {&storage::DirectoryStoreOptions::table()}};
  return parse_clips_file(text, "c.yaml", stores,
                          [variables](const std::string& name) -> std::optional<std::string> {
                            const auto found = variables.find(name);
                            return found == variables.end() ? std::nullopt : std::optional(found->second);
                          });
}

std::vector<std::string> problems(const std::string& text, const Variables& variables = {}) {
  const auto file = load(text, variables);
  std::vector<std::string> texts;
  for (const auto& problem : file ? file->warnings : file.error()) texts.push_back(to_string(problem));
  return texts;
}

TEST(ClipsFile, NeedsABrokerAndAStoreAndHasSeedDefaultsForTheRest) {
  const auto file = load(kLeast);
  ASSERT_TRUE(file) << problems(kLeast).front();
  EXPECT_EQ(file->queues.tasks, "S2_PROCESSING_QUEUE");
  EXPECT_EQ(file->queues.dead_letters, "S2_PROCESSING_DLQ");
  EXPECT_EQ(file->queues.next, "M0_PRIORITY_QUEUE");
  EXPECT_EQ(file->m0.destination_prefix, "processed/live/");
  EXPECT_EQ(file->m0.cache_container_name, "spectra-cache");
  EXPECT_EQ(file->m0.video_preprocessing.chunk_duration, 60);
  EXPECT_EQ(file->m0.video_preprocessing.fps, 15);
  EXPECT_EQ(file->m0.video_preprocessing.width, 1280);
  EXPECT_EQ(file->m0.video_preprocessing.height, 720);
  EXPECT_FALSE(file->scheduler.enabled);
  EXPECT_TRUE(file->redis.host.empty());
  EXPECT_EQ(file->storage.type, "directory");
  EXPECT_TRUE(file->warnings.empty());
}

TEST(ClipsFile, SaysAllThatIsMissingAtOnce) {
  const auto found = problems("workers: 3\n");
  EXPECT_THAT(found, Contains(HasSubstr("rabbitmq.url: expected")));
  EXPECT_THAT(found, Contains(HasSubstr("storage.type: expected one of s3, directory, found nothing")));
}

TEST(ClipsFile, TheEnvironmentNamesBrokerAndRedisWithoutAWordInTheFile) {
  const auto file = load("storage: {type: directory, path: ./clips}\n", {{"RABBITMQ_URL", "amqp://a:b@c/"},
                                                                         {"REDIS_HOST", "cache"},
                                                                         {"REDIS_PASSWORD", "secret"},
                                                                         {"S2_CLIP_DURATION", "30"},
                                                                         {"S2_KVS_MAX_FFMPEG_WORKERS", "3"}});
  ASSERT_TRUE(file);
  EXPECT_EQ(file->rabbitmq.url, "amqp://a:b@c/");
  EXPECT_EQ(file->redis.host, "cache");
  EXPECT_EQ(file->redis.password, "secret");
  EXPECT_EQ(file->scheduler.clip_seconds, 30);
  EXPECT_EQ(file->service.workers, 3);
}

TEST(ClipsFile, ReadsEverySection) {
  const auto file = load(kLeast +
                         "m0: {destination_prefix: out/, video_preprocessing: {fps: 5}}\n"
                         "queues: {next: M0_OTHER}\n"
                         "kvs: {region: eu-west-1}\n"
                         "clip: {max_seconds: 600, link_seconds: 0}\n"
                         "thumbnail: {enabled: false}\n"
                         "scheduler: {enabled: true, clip_seconds: 20}\n"
                         "retry: {attempts: 2}\n"
                         "redis: {host: cache, ttl_seconds: 5}\n");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->m0.destination_prefix, "out/");
  EXPECT_EQ(file->m0.video_preprocessing.fps, 5);
  EXPECT_EQ(file->m0.video_preprocessing.height, 720) << "what is not said stays as it is";
  EXPECT_EQ(file->queues.next, "M0_OTHER");
  EXPECT_EQ(file->kvs.region, "eu-west-1");
  EXPECT_EQ(file->clip.max_seconds, 600);
  EXPECT_EQ(file->clip.link_seconds, 0);
  EXPECT_FALSE(file->thumbnail.enabled);
  EXPECT_TRUE(file->scheduler.enabled);
  EXPECT_EQ(file->scheduler.clip_seconds, 20);
  EXPECT_EQ(file->retry.attempts, 2);
  EXPECT_EQ(file->redis.ttl_seconds, 5);
}

TEST(ClipsFile, NamesWhatNobodyKnowsAndWhatWasMeant) {
  EXPECT_THAT(problems(kLeast + "schedular: {enabled: true}\n"), Contains(HasSubstr("scheduler")));
  EXPECT_THAT(problems(kLeast + "m0: {fps: 5}\n"), Contains(HasSubstr("m0.fps: unknown key")));
  EXPECT_THAT(problems("rabbitmq: {url: 'amqp://h/'}\nstorage: {type: s4, container: b}\n"),
              Contains(HasSubstr("storage.type: expected one of s3, directory, found 's4'")));
}

TEST(ClipsFile, RefusesQueuesThatWouldGoInCircles) {
  EXPECT_THAT(problems(kLeast + "queues: {next: S2_PROCESSING_QUEUE}\n"),
              Contains(HasSubstr("expected a queue of its own")));
}

TEST(ClipsFile, WarnsOfWorkersThatNeverHaveATask) {
  const auto found = problems(kLeast + "workers: 6\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("less than the 6 workers, so that 2 of them never have a task"));
}

}  // namespace
}  // namespace kinesight::clips
