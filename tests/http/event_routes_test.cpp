// One event over HTTP, and its footage.
#include "http/server_fixture.h"

namespace kinesight::http {
namespace {

using nlohmann::json;

class EventRoutesTest : public ServerTest {};

TEST_F(EventRoutesTest, FootageComesInParts) {
  std::optional<int> before;
  sources_.footage = [&](const event::Envelope& envelope,
                         const FootageQuery& query) -> std::expected<SharedFile, Refusal> {
    before = query.before_seconds;
    if (envelope.payload.label == "car") return std::unexpected(Refusal{503, "not recorded yet", 7});
    return std::make_shared<const std::string>("0123456789");
  };
  feed_.push(sample_event(1700000000000));
  feed_.push(sample_event(1700000000000, "car"));
  start();
  const std::string path = "/api/events/" + sample_event(1700000000000).event_id + "/footage.mp4";
  const auto all = get(path + "?before_seconds=7");
  EXPECT_EQ(all->status, 200);
  EXPECT_EQ(all->body, "0123456789");
  EXPECT_EQ(all->get_header_value("Content-Type"), "video/mp4");
  EXPECT_EQ(all->get_header_value("Accept-Ranges"), "bytes");
  EXPECT_EQ(before, 7);
  EXPECT_EQ(client().Head(path)->get_header_value("Content-Length"), "10");
  const auto part = get(path, {{"Range", "bytes=3-5"}});
  EXPECT_EQ(part->status, 206);
  EXPECT_EQ(part->body, "345");
  EXPECT_EQ(part->get_header_value("Content-Range"), "bytes 3-5/10");
  const auto beyond = get(path, {{"Range", "bytes=10-"}});
  EXPECT_EQ(beyond->status, 416);
  EXPECT_EQ(beyond->get_header_value("Content-Range"), "bytes */10");
  EXPECT_EQ(get(path + "?before_seconds=61")->status, 400);

  const auto later = get("/api/events/" + sample_event(1700000000000, "car").event_id + "/footage.mp4");
  EXPECT_EQ(later->status, 503);
  EXPECT_EQ(later->get_header_value("Retry-After"), "7");
  EXPECT_EQ(json::parse(later->body)["error"], "not recorded yet");
  EXPECT_EQ(get("/api/events/none/footage.mp4")->status, 404);
}

TEST_F(EventRoutesTest, AnEventIsFoundByItsId) {
  feed_.push(sample_event(1700000000000));
  start();
  const auto event = sample_event(1700000000000);
  EXPECT_EQ(get("/api/events/" + event.event_id)->body, event::to_json(event));
  EXPECT_EQ(get("/api/events/none")->status, 404);
  EXPECT_EQ(json::parse(get("/api/events?q=PERS")->body)["events"].size(), 1u);
  EXPECT_EQ(json::parse(get("/api/events?q=nobody")->body)["events"].size(), 0u);
}

}  // namespace
}  // namespace kinesight::http
