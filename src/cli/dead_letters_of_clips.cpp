// kinesight dead-letters … --of clips: those that wait in RabbitMQ.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/dead_letters.h"
#include "cli/state_directory.h"
#include "clips/broker/rabbitmq/consumer.h"
#include "clips/broker/rabbitmq/publisher.h"
#include "clips/broker/rabbitmq/queues.h"
#include "clips/dead_letters.h"
#include "config/yaml.h"
#include "telemetry/catalog.h"

namespace kinesight::cli {
namespace {

/// That each is settled before the next is looked at needs no more on their way.
constexpr std::size_t kPrefetchOfAll = 100;
constexpr auto kConfirm = std::chrono::seconds(30);

/// The dead letters' queue, and its consumer while it is looked through.
class Letters {
 public:
  /// `held`: so many are held at once, at most. Error: those of the connection; not_found.
  static Result<std::unique_ptr<Letters>> open(const clips::ClipsFile& file, std::size_t held) {
    auto broker = clips::RabbitMqQueues::open(file.rabbitmq);
    if (!broker) return std::unexpected(broker.error());
    const auto& name = file.queues.dead_letters;
    const auto state = broker->ensure_queue(name, {}, false);
    if (!state && state.error().kind == ErrorKind::not_found) {
      return fail(
          ErrorKind::not_found,
          "there is no queue named {}: the service has not run yet, or queues.dead_letters names another",
          name);
    }
    if (!state) return std::unexpected(state.error());
    return std::make_unique<Letters>(file, state->messages, held);
  }

  Letters(const clips::ClipsFile& file, std::size_t ready, std::size_t held)
      : consumer_(with_prefetch(file.rabbitmq, std::min(ready, held)), file.queues.dead_letters,
                  Clock::system(), reporting()),
        rabbitmq_(file.rabbitmq),
        ready_(ready) {}

  /// How many there were when it was opened.
  std::size_t ready() const { return ready_; }
  clips::DeadLetterQueue queue() { return {consumer_, {.ready = ready_}}; }
  clips::RabbitMqPublisher publisher() { return {rabbitmq_, Clock::system(), reporting()}; }

 private:
  static clips::RabbitMqOptions with_prefetch(clips::RabbitMqOptions options, std::size_t prefetch) {
    options.prefetch = static_cast<int>(std::max<std::size_t>(prefetch, 1));  // 0 would be: without end.
    return options;
  }
  telemetry::Telemetry reporting() { return {log_, metrics_, health_}; }

  telemetry::Log log_{"kinesight_dead_letters", telemetry::LogFormat::text, telemetry::Level::error, stderr};
  telemetry::Metrics metrics_{telemetry::kClipsMetrics};
  telemetry::Health health_;
  clips::RabbitMqConsumer consumer_;
  const clips::RabbitMqOptions rabbitmq_;
  const std::size_t ready_;
};

constexpr std::string_view kRow = "{:<13}  {:<20}  {:>13}  {:<24}  {:>5}  {:>8}  {:<10}  {:<11}  {}\n";

std::string row(const clips::DeadLetter& letter) {
  return fmt::format(fmt::runtime(kRow), config::one_line(letter.id), config::one_line(letter.camera_id),
                     letter.process_id, config::one_line(letter.failed_at), letter.deliveries, letter.bytes,
                     config::one_line(letter.step), config::one_line(letter.reason),
                     config::one_line(letter.error));
}

std::string json_line(const clips::DeadLetter& letter, bool with_payload) {
  nlohmann::ordered_json line = {{"id", letter.id}, {"camera_id", letter.camera_id}};
  line["process_id"] =
      letter.process_id.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json::parse(letter.process_id);
  line["reason"] = letter.reason;
  line["step"] = letter.step;
  line["error"] = letter.error;
  line["failed_at"] = letter.failed_at;
  line["deliveries"] = letter.deliveries;
  line["bytes"] = letter.bytes;
  if (with_payload) line["payload"] = letter.payload;
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<std::size_t> treat(Letters& letters, const clips::DeadLetterIds& ids, LetterTreatment treatment,
                          const std::string& tasks) {
  if (treatment == LetterTreatment::drop) return letters.queue().drop(ids, {});
  auto publisher = letters.publisher();
  return letters.queue().retry(ids, publisher, tasks, kConfirm, {});
}

}  // namespace

int list_letters_of_clips(const DeadLetterOptions& options, Context& context) {
  const auto file = load_clips(options.config, context);
  if (!file) return report_failure(file.error(), context);
  const auto limit = std::min(static_cast<std::size_t>(options.limit), clips::DeadLetterQueue::kMostHeld);
  const auto letters = Letters::open(*file, limit);
  if (!letters) return report_failure(letters.error(), context);
  if (!options.json) {
    context.out << fmt::format(fmt::runtime(kRow), "ID", "CAMERA", "PROCESS", "SINCE", "TRIES", "BYTES",
                               "STEP", "REASON", "ERROR");
  }
  const auto shown = (*letters)->queue().list(
      limit,
      [&](const clips::DeadLetter& letter) -> Result<> {
        context.out << (options.json ? json_line(letter, options.payload) : row(letter));
        if (!context.out) return fail(ErrorKind::unavailable, "nobody reads on");
        return {};
      },
      {});
  return shown ? kOk : report_failure(shown.error(), context);
}

int treat_letters_of_clips(const DeadLetterOptions& options, LetterTreatment treatment, Context& context) {
  const auto file = load_clips(options.config, context);
  if (!file) return report_failure(file.error(), context);
  const clips::DeadLetterIds ids(options.id.begin(), options.id.end());
  const auto letters = Letters::open(*file, ids.empty() ? kPrefetchOfAll : clips::DeadLetterQueue::kMostHeld);
  if (!letters) return report_failure(letters.error(), context);
  const auto count = treat(**letters, ids, treatment, file->queues.tasks);
  if (!count) return report_failure(count.error(), context);
  if (*count < ids.size() && (*letters)->ready() > clips::DeadLetterQueue::kMostHeld) {
    context.err << fmt::format("kinesight: only the first {} of {} dead letters were looked at\n",
                               clips::DeadLetterQueue::kMostHeld, (*letters)->ready());
  }
  context.out << fmt::format(
      "{} dead letter{} {}\n", *count, *count == 1 ? "" : "s",
      treatment == LetterTreatment::retry ? "put back into " + file->queues.tasks : "deleted");
  return *count > 0 || options.all ? kOk : kFailed;
}

}  // namespace kinesight::cli
