#include "clips/task.h"

#include <gmock/gmock.h>

#include <random>

#include "support/replay.h"

namespace kinesight::clips {
namespace {

using testing::HasSubstr;

constexpr std::string_view kTask = R"({
  "camera_id": "camera_front_entrance",
  "stream_arn": "arn:aws:kinesisvideo:us-east-1:123456789012:stream/FrontEntrance/9999",
  "stream_name": "FrontEntrance",
  "start_time": "2026-02-26T14:30:00Z",
  "end_time": "2026-02-26T14:31:00Z",
  "process_id": 501,
  "inference_config": {"b": 1.10, "a": 12345678901234567890123, "text": "\u00e9"}
})";
constexpr std::int64_t kStart = 1772116200000;

/// kTask with `from` replaced.
std::string with(std::string_view from, std::string_view to) {
  std::string json(kTask);
  const auto at = json.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return json.replace(at, from.size(), to);
}

TEST(Task, IsReadAsItIsSent) {
  const auto task = parse_task(kTask);
  ASSERT_TRUE(task) << task.error().message;
  EXPECT_EQ(task->camera_id, "camera_front_entrance");
  EXPECT_EQ(task->stream(), "arn:aws:kinesisvideo:us-east-1:123456789012:stream/FrontEntrance/9999");
  EXPECT_EQ(task->stream_name, "FrontEntrance");
  EXPECT_EQ(task->start_ms, kStart);
  EXPECT_EQ(task->end_ms, kStart + 60'000);
  EXPECT_EQ(task->process_id, 501);
}

TEST(Task, PassesTheInferenceConfigThroughByteForByte) {
  const std::string_view config = R"({"b": 1.10, "a": 12345678901234567890123, "text": "\u00e9"})";
  const auto task = parse_task(kTask);
  ASSERT_TRUE(task) << task.error().message;
  EXPECT_EQ(task->inference_config, config);
  EXPECT_THAT(to_json(*task), HasSubstr(std::string(R"("inference_config":)").append(config)));
}

TEST(Task, FindsTheConfigWhereverItStands) {
  const std::string config = R"({"inference_config": {"x": "}\\\"]"}, "list": [[], {}]})";
  for (const std::string& json : {
           R"({"inference_config":)" + config + R"(,"extras":{"inference_config":{"no":1}},)",
           R"({"extras":{"inference_config":{"no":1}}, "inference_config" : )" + config + R"( ,)",
           R"({"extras":["inference_config"], "text": "inference_config", "inference_config":)" + config +
               ",",
       }) {
    const auto task =
        parse_task(json + R"("camera_id":"a","stream_name":"a","start_time":1,"end_time":2,"process_id":3})");
    ASSERT_TRUE(task) << task.error().message;
    EXPECT_EQ(task->inference_config, config);
  }
  const auto escaped = parse_task(
      R"({"inference\u005fconfig":{"a": 1},"camera_id":"a","stream_name":"a","start_time":1,"end_time":2,"process_id":3})");
  ASSERT_TRUE(escaped) << escaped.error().message;
  EXPECT_EQ(escaped->inference_config, R"({"a":1})");
}

TEST(Task, IsTheSameAfterTheWayThroughAQueue) {
  for (const auto& json : {std::string(kTask), with(R"("stream_name": "FrontEntrance",)", "")}) {
    const auto task = parse_task(json);
    ASSERT_TRUE(task) << task.error().message;
    const auto again = parse_task(to_json(*task));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), to_json(*task));
    EXPECT_EQ(again->start_ms, task->start_ms);
    EXPECT_EQ(again->inference_config, task->inference_config);
  }
}

TEST(Task, NeedsANameOrAnArnAlone) {
  const auto by_name = parse_task(
      with(R"("stream_arn": "arn:aws:kinesisvideo:us-east-1:123456789012:stream/FrontEntrance/9999",)", ""));
  ASSERT_TRUE(by_name) << by_name.error().message;
  EXPECT_EQ(by_name->stream(), "FrontEntrance");
}

TEST(Task, TakesTimesAsPeopleAndProgramsWriteThem) {
  for (const std::string_view time :
       {R"("2026-02-26T14:30:00+00:00")", R"("2026-02-26T15:30:00+01:00")", R"("2026-02-26T14:30:00")",
        R"("2026-02-26T14:30:00.000Z")", "1772116200", "1772116200.0"}) {
    const auto task = parse_task(with(R"("2026-02-26T14:30:00Z")", time));
    ASSERT_TRUE(task) << time << ": " << task.error().message;
    EXPECT_EQ(task->start_ms, kStart) << time;
  }
}

TEST(Task, SaysWhatIsWrong) {
  struct Case {
    std::string json, expected;
  };
  const Case cases[] = {
      {"", "expected JSON"},
      {"[]", "the task: expected a JSON object, found []"},
      {"{\"camera_id\": \"a\"", "expected JSON"},
      {with(R"("camera_front_entrance")", R"("../other")"), R"(camera_id: expected 1 to 256 letters)"},
      {with(R"("camera_front_entrance")", R"("..")"), R"(found "..")"},
      {with(R"("camera_front_entrance")", "7"), "camera_id: expected a text of at most 1024 bytes, found 7"},
      {with(R"("camera_front_entrance")", "null"), "camera_id: expected 1 to 256 letters"},
      {with(R"("process_id": 501)", R"("process_id": "501")"),
       R"(process_id: expected a whole number, found "501")"},
      {with(R"("process_id": 501)", R"("process_id": 5.5)"), "found 5.5"},
      {with(R"("process_id": 501)", R"("other": 501)"), "process_id: expected a whole number, found nothing"},
      {with(R"("2026-02-26T14:30:00Z")", R"("yesterday")"), R"(start_time: expected a time such as)"},
      {with(R"("2026-02-26T14:30:00Z")", R"("10m")"), R"(found "10m")"},
      {with(R"("2026-02-26T14:30:00Z")", R"("2026-02-31T14:30:00Z")"), "start_time: expected"},
      {with(R"("2026-02-26T14:30:00Z")", "-1"), "found -1"},
      {with(R"("2026-02-26T14:30:00Z")", "1e300"), "start_time: expected"},
      {with(R"({"b": 1.10, "a": 12345678901234567890123, "text": "\u00e9"})", "[1]"),
       "inference_config: expected an"},
      {with(R"("process_id": 501)", R"("process_id": 501, "process_id": 502)"), "found it twice"},
      {with(R"("stream_name": "FrontEntrance")", "\"stream_name\": \"\xff\""), "expected JSON"},
      {with(R"("stream_name": "FrontEntrance")", R"("stream_name": "a\u0000b")"),
       "stream_name: expected a text"},
      {std::string(2'000'000, ' '), "expected at most 1048576 bytes, found 2000000"},
      {std::string(10'000, '['), "expected JSON"},
      {std::string(65, '[') + std::string(65, ']'), "at most 64 deep"},
      {with(R"("process_id": 501)", R"("process_id": 9223372036854775808)"),
       "a whole number, found 9223372036854775808"},
  };
  for (const auto& each : cases) {
    const auto task = parse_task(each.json);
    ASSERT_FALSE(task) << each.json.substr(0, 400);
    EXPECT_EQ(task.error().kind, ErrorKind::invalid);
    EXPECT_THAT(task.error().message, HasSubstr(each.expected)) << each.json.substr(0, 400);
    EXPECT_LT(task.error().message.size(), 400u);
  }
}

TEST(Task, SurvivesWhateverIsSent) {
  std::mt19937_64 random(support::replay_seed());
  for (int i = 0; i < 10'000; ++i) {
    std::string json(kTask);
    for (auto changes = random() % 8 + 1; changes > 0; --changes) {
      const auto at = random() % json.size();
      switch (random() % 3) {
        case 0:
          json[at] = static_cast<char>(random());
          break;
        case 1:
          json.erase(at, random() % 20);
          break;
        default:
          json.insert(at, json.substr(random() % json.size(), random() % 40));
          break;
      }
    }
    const auto task = parse_task(json);
    if (!task) {
      EXPECT_FALSE(task.error().message.empty());
    } else {
      EXPECT_TRUE(parse_task(to_json(*task))) << json;
    }
  }
}

TEST(TaskRange, MustBeATimeThatHasPassed) {
  Task task;
  task.start_ms = kStart;
  task.end_ms = kStart + 60'000;
  EXPECT_TRUE(check_range(task, kStart + 60'000, 3600));
  const auto early = check_range(task, kStart + 59'999, 3600);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::unavailable);  // It comes: worth another try.
  const auto future = check_range(task, kStart, 3600);
  ASSERT_FALSE(future);
  EXPECT_EQ(future.error().kind, ErrorKind::invalid);
  EXPECT_EQ(check_range(task, kStart + 60'000, 59).error().kind, ErrorKind::invalid);
  task.end_ms = task.start_ms;
  EXPECT_THAT(check_range(task, kStart + 60'000, 3600).error().message, HasSubstr("a time after start_time"));
  task.end_ms = task.start_ms - 1;
  EXPECT_EQ(check_range(task, kStart + 60'000, 3600).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace kinesight::clips
