#include "publish/local/event_store.h"

#include <algorithm>
#include <iterator>

#include "publish/local_fixture.h"

namespace kinesight::publish {
namespace {

using testing::HasSubstr;

class EventStoreTest : public LocalTest {
 protected:
  /// Ten seconds of two cameras, with a person each second and a car each other one.
  void fill() {
    start();
    for (int second = 0; second < 10; ++second) {
      for (const char* camera_id : {"front", "back"}) {
        publish(sample(
            kNowMs + 1000 * second,
            second % 2 ? std::vector<std::string>{"person", "car"} : std::vector<std::string>{"person"},
            camera_id));
      }
    }
    flush();
  }
  std::vector<event::Envelope> find(const event::Query& query) {
    const auto found = EventStore(directory_).events(query);
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(std::vector<event::Envelope>());
  }
};

TEST_F(EventStoreTest, FindsByEachField) {
  fill();
  EXPECT_EQ(find({}).size(), 30u);
  EXPECT_EQ(find({.camera_id = "front"}).size(), 15u);
  EXPECT_EQ(find({.label = "car"}).size(), 10u);
  EXPECT_EQ(find({.type = "object"}).size(), 30u);
  EXPECT_EQ(find({.type = "weapon"}).size(), 0u);
  EXPECT_EQ(find({.since_ms = kNowMs + 8000}).size(), 6u) << "since is included";
  EXPECT_EQ(find({.until_ms = kNowMs + 1000}).size(), 2u) << "until is not";
  EXPECT_EQ(find({.camera_id = "back", .label = "car", .since_ms = kNowMs + 3000, .until_ms = kNowMs + 6000})
                .size(),
            2u);
}

TEST_F(EventStoreTest, FindsOneByItsId) {
  fill();
  const auto all = find({.limit = 0});
  const auto one = find({.event_id = all[7].event_id});
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0], all[7]);
  EXPECT_EQ(find({.event_id = "of no event"}).size(), 0u);
}

TEST_F(EventStoreTest, FindsTextAsEventsSayOfThemselves) {
  start();
  auto plate = sample(kNowMs, {"ABC%23_!"}, "gate");
  plate->events[0].payload.extras["readings"] = {{{"text", "A \"q\" \\ Ü"}}};
  publish(plate);
  publish(sample(kNowMs + 1000, {"person"}, "front"));
  flush();
  const auto all = find({});
  ASSERT_EQ(all.size(), 2u);
  for (const char* text :
       {"abc", "%", "_!", "\"Q\"", "\\", "Ü", "GATE", "object", "readings", "0.875", ".jpg", "r"}) {
    const event::Query query{.text = text};
    std::vector<event::Envelope> matching;
    std::ranges::copy_if(all, std::back_inserter(matching),
                         [&](const auto& envelope) { return event::matches(query, envelope); });
    EXPECT_EQ(find(query), matching) << text;
  }
  EXPECT_EQ(find({.text = "\"q\" \\"}).size(), 1u);
  EXPECT_EQ(find({.text = "readings"}).size(), 0u) << "the name of a member";
}

TEST_F(EventStoreTest, OrdersAndLimits) {
  fill();
  const auto newest = find({.camera_id = "front", .label = "person", .limit = 2});
  ASSERT_EQ(newest.size(), 2u);
  EXPECT_EQ(newest[0].payload.ts_ms, kNowMs + 9000);
  EXPECT_EQ(newest[1].payload.ts_ms, kNowMs + 8000);
  const auto oldest =
      find({.camera_id = "front", .label = "person", .limit = 1, .order = event::Order::oldest_first});
  EXPECT_EQ(oldest.at(0).payload.ts_ms, kNowMs);
  EXPECT_EQ(find({.limit = 0}).size(), 30u) << "0 is no limit";
}

TEST_F(EventStoreTest, HandsOutTheVeryTextOfTheEnvelope) {
  start();
  const auto publication = sample(kNowMs);
  publish(publication);
  flush();
  std::vector<std::string> lines;
  ASSERT_TRUE(EventStore(directory_).each({}, [&](std::string_view json) {
    lines.emplace_back(json);
    return true;
  }));
  EXPECT_THAT(lines, testing::ElementsAre(event::to_json(publication->events[0])));
}

TEST_F(EventStoreTest, StopsWhenTheReaderHasEnough) {
  fill();
  int taken = 0;
  ASSERT_TRUE(EventStore(directory_).each({}, [&](std::string_view) { return ++taken < 3; }));
  EXPECT_EQ(taken, 3);
}

TEST_F(EventStoreTest, ReadsWhileTheServiceWrites) {
  start();
  std::size_t seen = 0;
  for (int i = 0; i < 50; ++i) {
    publish(sample(kNowMs + 1000 * i));
    if (i == 0) flush();
    const auto count = find({}).size();
    EXPECT_GE(count, seen);
    seen = count;
  }
  flush();
  EXPECT_EQ(find({}).size(), 50u);
}

TEST_F(EventStoreTest, AStoreThatIsNotThereIsAnErrorThatNamesIt) {
  const auto found = EventStore(directory_).events({});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::not_found);
  EXPECT_THAT(found.error().message, HasSubstr((directory_ / "events.db").string()));
}

TEST_F(EventStoreTest, AStoreThatIsJustBeingMadeIsEmpty) {
  std::filesystem::create_directories(directory_);
  std::ofstream(directory_ / "events.db").flush();
  EXPECT_TRUE(find({}).empty());
}

TEST_F(EventStoreTest, ASnapshotKeyLeadsNowhereElse) {
  start();
  publish(sample(kNowMs));
  flush();
  const EventStore store(directory_);
  EXPECT_EQ(store.snapshot("snapshots/../events.db").error().kind, ErrorKind::invalid);
  EXPECT_EQ(store.snapshot("events.db").error().kind, ErrorKind::invalid);
  EXPECT_EQ(store.snapshot("/etc/passwd").error().kind, ErrorKind::invalid);
  EXPECT_EQ(store.snapshot(event::snapshot_key("snapshots", "front", 1)).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace kinesight::publish
