// kinesight dead-letters … --of stream: those that consumers put into a table.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/cloud.h"
#include "cli/dead_letters.h"
#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "config/yaml.h"
#include "event/moment.h"
#include "stream/dead_letters.h"
#include "stream/tables/dynamo_letters.h"
#include "stream/tables/local_letters.h"

namespace kinesight::cli {
namespace {

using stream::LeftBehind;
using stream::LetterSummary;

constexpr long kMostListed = 10'000;

/// The table, and the way to AWS when one is needed.
struct Letters {
  std::unique_ptr<aws::Session> session;
  std::unique_ptr<stream::DeadLetterTable> table;
};

/// `changes`: letters are to be dropped; `sends`: also sent.
Result<Letters> open(const DeadLetterOptions& options, const stream::StreamFile& file, bool changes,
                     bool sends, Context& context) {
  Letters letters;
  if (!options.local || sends) {
    auto session = aws_session(context);
    if (!session) return std::unexpected(session.error());
    letters.session = std::move(*session);
  }
  if (options.local) {
    using Mode = storage::Database::Mode;
    auto table = stream::LocalLetters::open(file.service.state_directory,
                                            changes ? Mode::read_write : Mode::read_only);
    if (!table && table.error().kind == ErrorKind::not_found)
      return wrap(table.error(), "no tables yet; `kinesight consume --local` makes them");
    if (!table) return std::unexpected(table.error());
    letters.table = std::move(*table);
    return letters;
  }
  auto dynamodb = aws::DynamoDb::make(
      *letters.session, {.region = file.tables.region, .endpoint_url = file.tables.endpoint_url});
  if (!dynamodb) return wrap(dynamodb.error(), "tables");
  letters.table = std::make_unique<stream::DynamoLetters>(std::move(*dynamodb), file.tables.dead_letters);
  return letters;
}

constexpr std::string_view kRow = "{:<79}  {:<24}  {:>8}  {}\n";

std::string moment(std::int64_t seconds) {
  constexpr std::int64_t ms_in_second = 1000;
  return event::format_moment(seconds * ms_in_second);
}

std::string row(const LetterSummary& letter) {
  return fmt::format(fmt::runtime(kRow), config::one_line(letter.id), moment(letter.at), letter.bytes,
                     config::one_line(letter.error));
}

Result<std::string> json_line(const LetterSummary& letter, bool with_payload, stream::DeadLetterTable& table,
                              const std::stop_token& stop) {
  nlohmann::ordered_json line = {{"id", letter.id},
                                 {"error", letter.error},
                                 {"failed_at", moment(letter.at)},
                                 {"bytes", letter.bytes},
                                 {"cut", letter.cut}};
  if (with_payload) {
    const auto whole = table.find(letter.id, stop);
    if (!whole) return std::unexpected(whole.error());
    if (*whole) line["payload"] = (*whole)->record_data;
  }
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<> print(const DeadLetterOptions& options, const std::vector<LetterSummary>& newest,
               stream::DeadLetterTable& table, const std::stop_token& stop, std::ostream& out) {
  if (!options.json) out << fmt::format(fmt::runtime(kRow), "ID", "SINCE", "BYTES", "ERROR");
  for (const LetterSummary& letter : newest) {
    if (!options.json) {
      out << row(letter);
      continue;
    }
    const auto line = json_line(letter, options.payload, table, stop);
    if (!line) return std::unexpected(line.error());
    out << *line;
  }
  return {};
}

/// What is said of letters that stay where they are, behind how many there are.
std::string_view why_left(LeftBehind why) {
  switch (why) {
    case LeftBehind::absent:
      return "not there: no dead letter has such an id";
    case LeftBehind::late:
      return "left: late when they came, they would be late again, and their rows are in the table of the "
             "newest already; --id sends one all the same, drop deletes it";
    case LeftBehind::cut:
      return "left: their records were too long to be kept whole, and cannot be sent again; drop deletes "
             "them";
    case LeftBehind::other:
      break;
  }
  return "left: expected base64 behind 'base64:', found other text; drop deletes them";
}

Result<stream::LettersSettled> retry(const stream::LetterIds& ids, const stream::StreamFile& file,
                                     const Letters& letters, const std::stop_token& stop) {
  auto kinesis = aws::Kinesis::make(
      *letters.session, {.region = file.kinesis.region, .endpoint_url = file.kinesis.endpoint_url});
  if (!kinesis) return wrap(kinesis.error(), "kinesis");
  stream::KinesisSink sink(file.kinesis.stream_name, std::move(*kinesis));
  stream::LetterRetry retry(*letters.table, sink, file.record, file.produce, Clock::system(),
                            Rng::from_entropy());
  return retry.retry(ids, stop);
}

/// Says what became of the letters; the exit code.
int report(const stream::LettersSettled& settled, const DeadLetterOptions& options,
           const std::string& treated, Context& context) {
  for (const auto& [why, count] : settled.left)
    context.err << fmt::format("kinesight: {} {}\n", count, why_left(why));
  context.out << fmt::format("{} dead letter{} {}\n", settled.done, settled.done == 1 ? "" : "s", treated);
  return options.all || settled.left.empty() ? kOk : kFailed;
}

}  // namespace

int list_letters_of_stream(const DeadLetterOptions& options, Context& context) {
  const auto file = load_stream(options.config, context);
  if (!file) return report_failure(file.error(), context);
  const auto letters = open(options, *file, false, false, context);
  if (!letters) return report_failure(letters.error(), context);
  const ShutdownSignals signals([](int) {});
  const auto limit = static_cast<std::size_t>(std::min(options.limit, kMostListed));
  const auto newest = stream::newest_letters(*letters->table, limit, signals.token());
  if (!newest) return report_failure(newest.error(), context);
  const auto printed = print(options, *newest, *letters->table, signals.token(), context.out);
  return printed ? kOk : report_failure(printed.error(), context);
}

int treat_letters_of_stream(const DeadLetterOptions& options, LetterTreatment treatment, Context& context) {
  const auto file = load_stream(options.config, context);
  if (!file) return report_failure(file.error(), context);
  const bool sends = treatment == LetterTreatment::retry;
  const auto letters = open(options, *file, true, sends, context);
  if (!letters) return report_failure(letters.error(), context);
  const ShutdownSignals signals([](int) {});
  const stream::LetterIds ids(options.id.begin(), options.id.end());
  const auto settled = sends ? retry(ids, *file, *letters, signals.token())
                             : stream::drop_letters(ids, *letters->table, Clock::system(), signals.token());
  if (!settled) return report_failure(settled.error(), context);
  if (sends && settled->late > 0) {
    context.err << fmt::format(
        "kinesight: {} of them late, and late again: a window that has ended stays as it is\n",
        settled->late);
  }
  return report(*settled, options, sends ? "put back into " + file->kinesis.stream_name : "deleted", context);
}

}  // namespace kinesight::cli
