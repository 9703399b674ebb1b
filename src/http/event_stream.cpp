#include "http/event_stream.h"

#include <charconv>
#include <memory>

#include "event/envelope.h"
#include "http/json.h"
#include "http/router.h"

namespace kinesight::http {
namespace {

constexpr std::size_t kBatch = 100;
// How soon a client that has hung up is noticed.
constexpr Clock::Duration kSlice = seconds_duration(0.5);

/// One client's stream.
struct Follower {
  std::uint64_t place = 0;
  bool greeted = false;
  Clock::Steady last_write{};
};

}  // namespace

EventStream::EventStream(EventFeed& feed, std::size_t max_clients, Clock::Duration heartbeat,
                         std::stop_token stop)
    : feed_(feed),
      max_clients_(max_clients),
      heartbeat_(heartbeat),
      stop_(std::move(stop)),
      run_(fmt::format("{:x}", Clock::system().wall_ms())) {}

void EventStream::serve(const httplib::Request& request, httplib::Response& response) {
  if (++clients_ > max_clients_) {
    --clients_;
    response.set_header("Retry-After", "10");
    return answer_error(response, 503, fmt::format("{} clients follow the events already", max_clients_));
  }
  auto follower = std::make_shared<Follower>();
  follower->place = place_after(request.get_header_value("Last-Event-ID"));
  response.set_header("Cache-Control", "no-store");
  response.set_header("X-Accel-Buffering", "no");  // nginx would hold events back.
  const auto send = [this, follower](std::size_t, httplib::DataSink& sink) {
    auto& clock = Clock::system();
    std::string text;
    // The id alone raises no event in the client, and makes it come back to this very place.
    if (!follower->greeted) {
      text = fmt::format("retry: 2000\nid: {}-{}\n\n", run_, follower->place);
    } else {
      const auto batch = feed_.read(follower->place, kBatch, std::min(kSlice, heartbeat_), stop_);
      follower->place = batch.next;
      text = frame(batch);
    }
    if (text.empty() && clock.steady() - follower->last_write >= heartbeat_) text = ": heartbeat\n\n";
    if (stop_.stop_requested()) return false;
    if (text.empty()) return true;
    follower->greeted = true;
    follower->last_write = clock.steady();
    return sink.write(text.data(), text.size());
  };
  response.set_chunked_content_provider("text/event-stream", send, [this](bool) { --clients_; });
}

std::uint64_t EventStream::place_after(const std::string& last_id) const {
  if (last_id.empty()) return feed_.newest();
  // An id of another run says nothing about this one's numbers: all that the feed has may be new to the
  // client.
  if (!last_id.starts_with(run_ + "-")) return 0;
  std::uint64_t place = 0;
  const char* end = last_id.data() + last_id.size();
  const auto [stopped, error] = std::from_chars(last_id.data() + run_.size() + 1, end, place);
  return error == std::errc{} && stopped == end ? place : 0;
}

std::string EventStream::frame(const FeedBatch& batch) const {
  std::string text;
  if (batch.skipped > 0) text += fmt::format("event: skipped\ndata: {}\n\n", skipped_json(batch.skipped));
  for (const auto& item : batch.items) {
    // The JSON has no line breaks, so that it is one data line.
    text += fmt::format("id: {}-{}\ndata: {}\n\n", run_, item.number, event::to_json(*item.envelope));
  }
  return text;
}

}  // namespace kinesight::http
