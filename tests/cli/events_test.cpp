// kinesight events: over a real store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cli/command_line.h"
#include "publish/local/local_publisher.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::int64_t kSecondMs = 1000;

class EventsTest : public testing::Test {
 protected:
  /// Stores an event that was `seconds_ago`; hands it back.
  event::Envelope store(const std::string& camera_id, const std::string& label, int seconds_ago) {
    event::Payload payload;
    payload.ts_ms = Clock::system().wall_ms() - seconds_ago * kSecondMs;
    payload.type = "object";
    payload.label = label;
    payload.conf = 0.875;
    payload.bbox = {1, 2, 30, 40};
    auto publication = std::make_shared<publish::Publication>();
    publication->events = {event::make_envelope(camera_id, payload)};
    publish::LocalPublisher publisher({}, {.telemetry = telemetry_, .state_directory = directory()});
    EXPECT_TRUE(publisher.publish(publication, {}));
    return publication->events.front();
  }
  std::string directory() const { return folder_.path() / "data"; }
  Ran events(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"events", "--directory", directory()});
    return kinesight_run(arguments);
  }

  support::TempFolder folder_;
  support::TelemetryFixture telemetry_;
};

TEST_F(EventsTest, JsonIsOneEnvelopeALineNewestFirst) {
  const auto older = store("front", "person", 100);
  const auto newer = store("front", "car", 10);
  const auto ran = events({"--json"});
  EXPECT_EQ(ran.code, kOk);
  EXPECT_EQ(ran.out, event::to_json(newer) + "\n" + event::to_json(older) + "\n");
  EXPECT_EQ(ran.err, "");
}

TEST_F(EventsTest, PeopleGetATable) {
  store("front-door", "person", 10);
  const auto ran = events({});
  EXPECT_EQ(ran.code, kOk);
  EXPECT_THAT(ran.out, StartsWith("TIME "));
  EXPECT_THAT(ran.out, testing::AllOf(HasSubstr("front-door"), HasSubstr("person"), HasSubstr("88 %"),
                                      HasSubstr("1,2 30x40")));
}

TEST_F(EventsTest, PicksByCameraLabelTimeAndNumber) {
  store("front", "person", 7200);
  store("front", "car", 60);
  store("back", "car", 30);
  const auto lines = [&](std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const std::string out = events(arguments).out;
    return std::count(out.begin(), out.end(), '\n');
  };
  EXPECT_EQ(lines({}), 3);
  EXPECT_EQ(lines({"--camera", "front"}), 2);
  EXPECT_EQ(lines({"--label", "car", "--camera", "back"}), 1);
  EXPECT_EQ(lines({"--since", "1h"}), 2);
  EXPECT_EQ(lines({"--until", "1h"}), 1);
  EXPECT_EQ(lines({"--since", "90s", "--until", "45s"}), 1);
  EXPECT_EQ(lines({"--type", "weapon"}), 0);
  EXPECT_EQ(lines({"--limit", "1"}), 1);
}

TEST_F(EventsTest, FindsTheStoreThatAConfigurationNames) {
  const auto stored = store("front", "person", 10);
  const std::string config = folder_.path() / "cameras.yaml";
  std::ofstream(config) << "state_directory: " << directory() << "\n"
                        << "publishers:\n  local: {enabled: true}\n"
                        << "cameras:\n  front: {enabled: false, kvs: {stream_name: s, region: us-east-1}}\n";
  const auto ran = kinesight_run({"events", "--config", config, "--json"});
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_EQ(ran.out, event::to_json(stored) + "\n");
}

TEST_F(EventsTest, AStoreThatIsNotThereIsAnError) {
  for (const auto& arguments : {std::vector<std::string>{"--json"}, std::vector<std::string>{}}) {
    const auto ran = events(arguments);
    EXPECT_EQ(ran.code, kFailed);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr(directory()));
  }
}

TEST_F(EventsTest, ABadTimeIsAnErrorThatNamesTheForms) {
  const auto ran = events({"--since", "yesterday"});
  EXPECT_EQ(ran.code, kInvalid);
  EXPECT_THAT(ran.err, testing::AllOf(HasSubstr("--since"), HasSubstr("10m"), HasSubstr("yesterday")));
}

}  // namespace
}  // namespace kinesight::cli
