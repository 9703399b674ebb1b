// kinesight dead-letters list|retry|drop: what a sink refuses or a task failed by, and what is to become of
// it.
#include "cli/dead_letters.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "event/moment.h"
#include "publish/outbox/view.h"

namespace kinesight::cli {
namespace {

using Described = config::Describe<DeadLetterOptions>;

/// What --of calls them, in the order of Job.
constexpr std::array<std::string_view, 3> kJobs = {"infer", "clips", "stream"};

Described describe_dead_letters(const std::string& verb, const std::string& summary) {
  return config::describe<DeadLetterOptions>("dead-letters " + verb, summary)
      .choice("of", &DeadLetterOptions::of,
              {{"infer", Job::infer}, {"clips", Job::clips}, {"stream", Job::stream}},
              "Whose: infer, the events and pictures of cameras; clips, the tasks in the dead-letter queue; "
              "stream, the records in the table of dead letters.")
      .option(
          "config", &DeadLetterOptions::config,
          "The cameras.yaml whose state_directory holds them, the clips.yaml that names the queues, or the "
          "stream.yaml that names the table; of stream, without it: the air-quality feed's.")
      .value_name("FILE")
      .option("directory", &DeadLetterOptions::directory,
              "Of infer: the state directory, when it is not what --config says; ./data.")
      .value_name("FOLDER")
      .option("sink", &DeadLetterOptions::sink,
              "Of infer: only those of this sink: kds, s3, ddb, webhook, mqtt.")
      .option("local", &DeadLetterOptions::local,
              "Of stream: those in SQLite, in the state directory, where `consume --local` keeps them; not "
              "those in DynamoDB.");
}

const config::Table& list_table() {
  static const config::Table table =
      describe_dead_letters(
          "list",
          "Show what the sinks refuse for good, the newest first; of clips: the tasks that failed, in the "
          "order of their queue, the oldest first.")
          .option("limit", &DeadLetterOptions::limit,
                  "At most so many; of clips and stream 10000 in any case. Those of clips stay where they "
                  "are, but RabbitMQ "
                  "marks them as redelivered and hands them to nobody else meanwhile, and a quorum queue "
                  "puts them to its end and counts a delivery of each.")
          .range(1, 1e9)
          .option("json", &DeadLetterOptions::json, "One JSON object a line.")
          .option("payload", &DeadLetterOptions::payload,
                  "With --json: the event, task or record itself, too.");
  return table;
}

config::Table with_choice_of_letters(Described described) {
  return described.option("id", &DeadLetterOptions::id, "This one; may be repeated.")
      .value_name("ID")
      .option("all", &DeadLetterOptions::all, "All (of --sink, or of the queue or table as it is now).");
}

const config::Table& retry_table() {
  static const config::Table table = with_choice_of_letters(describe_dead_letters(
      "retry",
      "Hand dead letters back to be sent again, by the service that runs or when it next starts; of "
      "clips: put tasks back into their queue; of stream: put records back into the Kinesis stream, with "
      "--all but those that were late."));
  return table;
}

const config::Table& drop_table() {
  static const config::Table table =
      with_choice_of_letters(describe_dead_letters("drop", "Delete dead letters for good."));
  return table;
}

/// What does not go together. Error: invalid.
Result<> check_options(const DeadLetterOptions& options) {
  const std::string_view of = kJobs.at(static_cast<std::size_t>(options.of));
  if (options.of == Job::clips && options.config.empty())
    return fail(ErrorKind::invalid, "--of clips: expected --config FILE, a clips.yaml; found none");
  const auto alien = [&](std::string_view name, std::string_view whose, std::string_view found) {
    return fail(ErrorKind::invalid, "{}: expected with --of {} only, found {}with --of {}", name, whose,
                found, of);
  };
  if (options.local && options.of != Job::stream) return alien("--local", "stream", "it ");
  if (options.of == Job::infer) return {};
  if (!options.sink.empty()) return alien("--sink", "infer", "'" + options.sink + "' ");
  if (!options.directory.empty()) return alien("--directory", "infer", "'" + options.directory + "' ");
  return {};
}

Result<publish::DeadLetters> open(const DeadLetterOptions& options, const Context& context) {
  const auto directory = state_directory(options.directory, options.config, context);
  if (!directory) return std::unexpected(directory.error());
  return publish::DeadLetters::open(*directory);
}

constexpr std::string_view kRow = "{:>6}  {:<5}  {:<20}  {:<24}  {:>5}  {:<42}  {}\n";

void print_row(const publish::DeadLetter& letter, std::ostream& out) {
  out << fmt::format(fmt::runtime(kRow), letter.id, letter.sink, letter.key,
                     event::format_moment(letter.buried_ms), letter.tries, letter.name,
                     letter.retrying ? "(to be sent again) " + letter.error : letter.error);
}

nlohmann::ordered_json as_json(const publish::DeadLetter& letter) {
  return {{"id", letter.id},
          {"sink", letter.sink},
          {"stream", publish::to_string(letter.stream)},
          {"camera_id", letter.key},
          {"name", letter.name},
          {"error", letter.error},
          {"tries", letter.tries},
          {"accepted_ms", letter.accepted_ms},
          {"buried_ms", letter.buried_ms},
          {"bytes", letter.bytes},
          {"retrying", letter.retrying}};
}

Result<> print_json(publish::DeadLetters& letters, const publish::DeadLetter& letter, bool with_payload,
                    std::ostream& out) {
  auto line = as_json(letter);
  if (with_payload && letter.stream == publish::Stream::events) {
    const auto payload = letters.payload(letter.id);
    if (!payload) return std::unexpected(payload.error());
    line["payload"] = *payload;
  }
  out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  return {};
}

int list_letters_of_infer(const DeadLetterOptions& options, Context& context) {
  auto letters = open(options, context);
  if (!letters) return report_failure(letters.error(), context);
  const auto found = letters->list(options.sink, static_cast<std::size_t>(options.limit));
  if (!found) return report_failure(found.error(), context);
  if (!options.json) {
    context.out << fmt::format(fmt::runtime(kRow), "ID", "SINK", "CAMERA", "SINCE", "TRIES",
                               "EVENT OR PICTURE", "ERROR");
  }
  for (const auto& letter : *found) {
    if (!options.json) {
      print_row(letter, context.out);
    } else if (auto printed = print_json(*letters, letter, options.payload, context.out); !printed) {
      return report_failure(printed.error(), context);
    }
  }
  return kOk;
}

int run_list(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<DeadLetterOptions>();
  if (const auto sound = check_options(options); !sound) return report_failure(sound.error(), context);
  if (options.of == Job::clips) return list_letters_of_clips(options, context);
  if (options.of == Job::stream) return list_letters_of_stream(options, context);
  return list_letters_of_infer(options, context);
}

/// Some by id, or all; never all by forgetting to say which. Error: invalid.
Result<> check_choice(const DeadLetterOptions& options) {
  if (options.id.empty() == !options.all) {
    return fail(ErrorKind::invalid, "expected either --id ID (may be repeated) or --all, found {}",
                options.all ? "both" : "neither");
  }
  return {};
}

/// The ids of infer's letters.
Result<std::vector<std::int64_t>> chosen(const DeadLetterOptions& options) {
  std::vector<std::int64_t> ids;
  for (const auto& text : options.id) {
    const auto end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, ids.emplace_back());
    if (error != std::errc{} || rest != end) {
      return fail(ErrorKind::invalid,
                  "--id: expected a number from the ID column of `dead-letters list`, found '{}'", text);
    }
  }
  return ids;
}

int treat_letters_of_infer(const DeadLetterOptions& options, LetterTreatment treatment, Context& context) {
  const auto ids = chosen(options);
  if (!ids) return report_failure(ids.error(), context);
  auto letters = open(options, context);
  if (!letters) return report_failure(letters.error(), context);
  const bool retry = treatment == LetterTreatment::retry;
  const auto count = retry ? letters->retry(*ids, options.sink) : letters->drop(*ids, options.sink);
  if (!count) return report_failure(count.error(), context);
  context.out << fmt::format("{} dead letter{} {}\n", *count, *count == 1 ? "" : "s",
                             retry ? "will be sent again" : "deleted");
  return *count > 0 || options.all ? kOk : kFailed;
}

int treat(const DeadLetterOptions& options, LetterTreatment treatment, Context& context) {
  const auto sound = check_options(options);
  if (!sound) return report_failure(sound.error(), context);
  if (const auto said = check_choice(options); !said) return report_failure(said.error(), context);
  if (options.of == Job::clips) return treat_letters_of_clips(options, treatment, context);
  if (options.of == Job::stream) return treat_letters_of_stream(options, treatment, context);
  return treat_letters_of_infer(options, treatment, context);
}

int run_retry(const config::Parsed& parsed, Context& context) {
  return treat(parsed.as<DeadLetterOptions>(), LetterTreatment::retry, context);
}

int run_drop(const config::Parsed& parsed, Context& context) {
  return treat(parsed.as<DeadLetterOptions>(), LetterTreatment::drop, context);
}

}  // namespace

Subcommand dead_letters_list_subcommand() { return {list_table(), Group::around, run_list}; }
Subcommand dead_letters_retry_subcommand() { return {retry_table(), Group::around, run_retry}; }
Subcommand dead_letters_drop_subcommand() { return {drop_table(), Group::around, run_drop}; }

}  // namespace kinesight::cli
