#include "clips/processor.h"

#include <unistd.h>

#include <chrono>

#include "clips/clip_metadata.h"
#include "clips/happenings.h"

namespace kinesight::clips {
namespace {

constexpr auto kSentLives = std::chrono::hours(7 * 24);
const std::string kSent = "1";
/// So long who sends a message keeps others from sending it too: a confirm takes longer than this only when
/// the broker is in trouble, and who died on the way is waited for in vain.
constexpr auto kSendingLives = std::chrono::seconds(5);
constexpr auto kLook = std::chrono::milliseconds(100);

std::string sent_key(const Task& task, const std::string& key) {
  return fmt::format("s2:clips:sent:{}:{}", task.process_id, key);
}

/// Of two tasks that begin at the same moment the second has its clip beside the first one's.
std::string other_key(const Task& task, const std::string& key) {
  const auto dot = key.rfind('.');
  return fmt::format("{}_{}{}", key.substr(0, dot), task.process_id, key.substr(dot));
}

}  // namespace

/// One task on its way. A step that fails says so in outcome_, and what follows is not done.
class Processor::Run {
 public:
  Run(const Parts& parts, const ProcessorOptions& options, const Task& task, std::stop_token stop)
      : parts_(parts),
        options_(options),
        task_(task),
        stop_(std::move(stop)),
        attempts_(options.retry, parts.clock, Rng::from_entropy(),
                  [this](std::string_view step, const Error& error, double pause) {
                    parts_.telemetry.emit(TaskRetried{task_.camera_id, std::string(step), error, pause});
                  }) {}

  Outcome run() {
    (void)(in_range() && active() && choose_key() && (clip_ || make()) && tell());
    return std::move(outcome_);
  }

 private:
  bool in_range() {
    return step("range", [&] {
      return attempts_.run("range", stop_, [&] {
        return check_range(task_, parts_.clock.wall_ms(), options_.clip.max_seconds);
      });
    });
  }

  bool active() {
    return step("status", [&]() -> Result<> {
      const auto stream =
          attempts_.run("status", stop_, [&] { return parts_.streams.describe(task_.stream(), stop_); });
      if (!stream) return std::unexpected(stream.error());
      if (stream->status == "ACTIVE") return {};
      outcome_.kind = Outcome::Kind::dropped;
      return fail(ErrorKind::unavailable, "the stream '{}' is {}, not ACTIVE", task_.stream(),
                  stream->status);
    });
  }

  /// Where the clip belongs; and the clip, when it is there already.
  bool choose_key() {
    return step("look", [&]() -> Result<> {
      key_ = clip_key(task_);
      thumbnail_key_ = thumbnail_key(task_);
      for (int tries = 0; tries < 2; ++tries) {
        const bool noted = noted_sent();
        const auto there = status();
        if (!there) return std::unexpected(there.error());
        if (!*there) {
          // The note is of a clip that was deleted since.
          if (noted) (void)cached("remove", parts_.cache->remove(sent_key(task_, key_), kSent));
          return {};
        }
        if (clip_ = clip_of(**there, task_); clip_) {
          outcome_.stored_before = true;
          return {};
        }
        key_ = other_key(task_, key_);
        thumbnail_key_ = other_key(task_, thumbnail_key_);
      }
      return fail(ErrorKind::invalid, "{} is there and is the clip of another time",
                  parts_.store.address(key_));
    });
  }

  Result<std::optional<storage::ObjectStatus>> status() {
    return attempts_.run("look", stop_, [&] { return parts_.store.status(key_, stop_); });
  }

  bool make() {
    std::optional<MadeClip> made;
    const bool clipped = step("clip", [&]() -> Result<> {
      const Span asked{static_cast<double>(task_.start_ms) / 1000, static_cast<double>(task_.end_ms) / 1000};
      auto clip = parts_.maker.make(task_.stream(), asked, attempts_, stop_);
      if (!clip) return std::unexpected(clip.error());
      made.emplace(std::move(*clip));
      return {};
    });
    if (!clipped) return false;
    clip_ = StoredClip{.address = {},
                       .url = {},
                       .url_expires_ms = 0,
                       .thumbnail_key = {},
                       .sha256 = made->sha256,
                       .bytes = made->bytes,
                       .duration = made->facts.duration,
                       .frames = made->facts.shown_frames,
                       .first_frame_time = made->facts.begin,
                       .covered = made->covered,
                       .fragments = made->fragments,
                       .gaps = made->gaps,
                       .truncated = made->truncated};
    if (options_.thumbnail.enabled) add_thumbnail(*made);
    return store(*made);
  }

  /// A clip without its picture is a clip all the same.
  void add_thumbnail(const MadeClip& made) {
    const bool stored = step("thumbnail", [&] { return put_thumbnail(made); });
    if (stored) {
      clip_->thumbnail_key = thumbnail_key_;
    } else if (outcome_.kind == Outcome::Kind::failed) {
      parts_.telemetry.emit(ThumbnailFailed{task_.camera_id, outcome_.error});
      outcome_.kind = Outcome::Kind::done;
      outcome_.step.clear();
      outcome_.error = {};
    }
  }

  Result<> put_thumbnail(const MadeClip& made) {
    const auto jpeg = parts_.tools.thumbnail(made.file.descriptor(), options_.thumbnail.width,
                                             options_.thumbnail.quality, stop_);
    if (!jpeg) return std::unexpected(jpeg.error());
    const auto file = parts_.files.make(".jpg");
    if (!file) return std::unexpected(file.error());
    if (::pwrite(file->descriptor(), jpeg->data(), jpeg->size(), 0) != static_cast<ssize_t>(jpeg->size())) {
      return fail(ErrorKind::unavailable, "{} cannot be written", file->path().string());
    }
    const auto put = attempts_.run("thumbnail", stop_, [&] {
      return parts_.store.put_file(thumbnail_key_, file->path(),
                                   {.content_type = "image/jpeg", .metadata = {}}, stop_);
    });
    if (!put) return std::unexpected(put.error());
    return {};
  }

  bool store(const MadeClip& made) {
    return step("store", [&]() -> Result<> {
      const auto put = attempts_.run("store", stop_, [&] {
        return parts_.store.put_file(
            key_, made.file.path(),
            {.content_type = "video/mp4", .metadata = clip_metadata(task_, *clip_), .sha256 = made.sha256},
            stop_);
      });
      if (!put) return std::unexpected(put.error());
      if (*put == storage::Stored::now) return {};
      // Somebody was quicker, or an earlier try of ours got through after all: what is stored is what is
      // told.
      const auto there = status();
      if (!there) return std::unexpected(there.error());
      auto stored = *there ? clip_of(**there, task_) : std::nullopt;
      if (!stored) {
        return fail(ErrorKind::unavailable, "{} was stored by somebody else in the meantime",
                    parts_.store.address(key_));
      }
      outcome_.stored_before = stored->sha256 != clip_->sha256;
      clip_ = std::move(stored);
      return {};
    });
  }

  bool tell() {
    return step("publish", [&]() -> Result<> {
      if (!my_turn()) {
        outcome_.sent_before = true;
        return {};
      }
      auto sent = send();
      if (sent) {
        note_sent();
      } else if (parts_.cache) {
        (void)parts_.cache->remove(sent_key(task_, key_), token_);  // Else others wait for its end.
      }
      return sent;
    });
  }

  Result<> send() {
    clip_->address = parts_.store.address(key_);
    if (auto linked = link(); !linked) return linked;
    const Message message{.body = next_message(task_, *clip_, options_.next),
                          .headers = {},
                          .message_id = fmt::format("{}:{}", task_.process_id, key_)};
    return attempts_.run("publish", stop_, [&] {
      return parts_.publisher.publish(options_.next_queue, message,
                                      seconds_duration(options_.clip.publish_seconds), stop_);
    });
  }

  Result<> link() {
    if (options_.clip.link_seconds <= 0) return {};
    const auto link = attempts_.run("link", stop_, [&] {
      return parts_.store.link(key_, static_cast<std::int64_t>(options_.clip.link_seconds), stop_);
    });
    if (!link) return std::unexpected(link.error());
    clip_->url = link->url;
    clip_->url_expires_ms = link->expires_seconds * 1000;
    return {};
  }

  /// Whether it is on us to send the message; false: it was sent. While another one sends it, that one is
  /// waited for, though not for long: it may have died. A cache that does not answer keeps
  /// nobody from sending.
  bool my_turn() {
    if (!parts_.cache) return true;
    const std::string key = sent_key(task_, key_);
    const auto until = parts_.clock.steady() + kSendingLives;
    do {
      const auto taken = cached("add", parts_.cache->add(key, token_, kSendingLives));
      if (!taken || *taken) return true;
      const auto there = cached("get", parts_.cache->get(key));
      if (!there) return true;
      if (*there == kSent) return false;
    } while (parts_.clock.wait_for(kLook, stop_) && parts_.clock.steady() < until);
    return true;
  }

  bool noted_sent() {
    if (!parts_.cache) return false;
    const auto note = cached("get", parts_.cache->get(sent_key(task_, key_)));
    return note && *note == kSent;
  }

  void note_sent() {
    if (parts_.cache) (void)cached("set", parts_.cache->set(sent_key(task_, key_), kSent, kSentLives));
  }

  /// An answer of the cache; reported where it is none.
  template <class Answer>
  Answer cached(const char* call, Answer answer) const {
    if (!answer) parts_.telemetry.emit(CacheFailed{call, answer.error()});
    return answer;
  }

  /// Runs a step, notes its time and how it failed.
  template <class Do>
  bool step(const char* name, const Do& run_step) {
    const auto begin = parts_.clock.steady();
    const Result<> done = run_step();
    outcome_.seconds.emplace_back(name, to_seconds(parts_.clock.steady() - begin));
    if (done) return true;
    outcome_.step = name;
    outcome_.error = done.error();
    if (done.error().kind == ErrorKind::cancelled) {
      outcome_.kind = Outcome::Kind::cancelled;
    } else if (outcome_.kind == Outcome::Kind::done) {
      outcome_.kind = Outcome::Kind::failed;
    }
    return false;
  }

  const Parts& parts_;
  const ProcessorOptions& options_;
  const Task& task_;
  const std::stop_token stop_;
  Attempts attempts_;
  Outcome outcome_;
  std::string key_, thumbnail_key_;
  std::optional<StoredClip> clip_;
  const std::string token_ = "sending-" + holder_token();  ///< Who sends the message, while it does.
};

Outcome Processor::process(const Task& task, std::stop_token stop) const {
  return Run(parts_, options_, task, std::move(stop)).run();
}

}  // namespace kinesight::clips
