// kinesight dead-letters list|retry|drop: what a sink refuses, and what is to become of it.
#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "event/moment.h"
#include "publish/outbox/view.h"

namespace kinesight::cli {
namespace {

/// Whose dead letters.
enum class Job { infer };

/// What the three take, each of them a part.
struct DeadLetterOptions {
  Job of = Job::infer;
  std::string config;
  std::string directory;
  std::string sink;
  std::vector<std::string> id;
  bool all = false;
  long limit = 100;
  bool json = false;
  bool payload = false;
};

using Described = config::Describe<DeadLetterOptions>;

Described describe_dead_letters(const std::string& verb, const std::string& summary) {
  return config::describe<DeadLetterOptions>("dead-letters " + verb, summary)
      .choice("of", &DeadLetterOptions::of, {{"infer", Job::infer}},
              "Whose: infer, the events and pictures of cameras.")
      .option("config", &DeadLetterOptions::config, "The cameras.yaml whose state_directory holds them.")
      .value_name("FILE")
      .option("directory", &DeadLetterOptions::directory,
              "The state directory, when it is not what --config says; ./data.")
      .value_name("FOLDER")
      .option("sink", &DeadLetterOptions::sink, "Only those of this sink: kds, s3, ddb.");
}

const config::Table& list_table() {
  static const config::Table table =
      describe_dead_letters("list", "Show what the sinks refuse for good, the newest first.")
          .option("limit", &DeadLetterOptions::limit, "At most so many.")
          .range(1, 1e9)
          .option("json", &DeadLetterOptions::json, "One JSON object a line.")
          .option("payload", &DeadLetterOptions::payload, "With --json: the event itself, too.");
  return table;
}

config::Table with_choice_of_letters(Described described) {
  return described.option("id", &DeadLetterOptions::id, "This one; may be repeated.")
      .value_name("ID")
      .option("all", &DeadLetterOptions::all, "All (of --sink).");
}

const config::Table& retry_table() {
  static const config::Table table = with_choice_of_letters(describe_dead_letters(
      "retry", "Hand dead letters back to be sent again: by the service that runs, or when it next starts."));
  return table;
}

const config::Table& drop_table() {
  static const config::Table table =
      with_choice_of_letters(describe_dead_letters("drop", "Delete dead letters for good."));
  return table;
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

int run_list(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<DeadLetterOptions>();
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

/// Which letters: some by id, or all; never all by forgetting to say which.
Result<std::vector<std::int64_t>> chosen(const DeadLetterOptions& options) {
  if (options.id.empty() == !options.all) {
    return fail(ErrorKind::invalid, "expected either --id ID (may be repeated) or --all, found {}",
                options.all ? "both" : "neither");
  }
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

using Treatment = Result<std::int64_t> (publish::DeadLetters::*)(const std::vector<std::int64_t>& ids,
                                                                 const std::string& sink);

int treat(const DeadLetterOptions& options, Context& context, Treatment treatment, std::string_view done) {
  const auto ids = chosen(options);
  if (!ids) return report_failure(ids.error(), context);
  auto letters = open(options, context);
  if (!letters) return report_failure(letters.error(), context);
  const auto count = ((*letters).*treatment)(*ids, options.sink);
  if (!count) return report_failure(count.error(), context);
  context.out << fmt::format("{} dead letter{} {}\n", *count, *count == 1 ? "" : "s", done);
  return *count > 0 || options.all ? kOk : kFailed;
}

int run_retry(const config::Parsed& parsed, Context& context) {
  return treat(parsed.as<DeadLetterOptions>(), context, &publish::DeadLetters::retry, "will be sent again");
}

int run_drop(const config::Parsed& parsed, Context& context) {
  return treat(parsed.as<DeadLetterOptions>(), context, &publish::DeadLetters::drop, "deleted");
}

}  // namespace

Subcommand dead_letters_list_subcommand() { return {list_table(), Group::around, run_list}; }
Subcommand dead_letters_retry_subcommand() { return {retry_table(), Group::around, run_retry}; }
Subcommand dead_letters_drop_subcommand() { return {drop_table(), Group::around, run_drop}; }

}  // namespace kinesight::cli
