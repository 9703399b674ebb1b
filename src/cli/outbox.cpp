// kinesight outbox: what waits for the sinks, and what became of the rest.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "base/clock.h"
#include "cli/human.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "event/moment.h"
#include "publish/outbox/view.h"

namespace kinesight::cli {
namespace {

struct OutboxShowOptions {
  std::string config;
  std::string directory;
  bool json = false;
  static const config::Table& table();
};

const config::Table& OutboxShowOptions::table() {
  static const config::Table table =
      config::describe<OutboxShowOptions>("outbox",
                                          "Show what waits on disk for the sinks, and what became of "
                                          "the rest; also while a service runs.")
          .option("config", &OutboxShowOptions::config,
                  "The cameras.yaml whose state_directory holds the outbox.")
          .value_name("FILE")
          .option("directory", &OutboxShowOptions::directory,
                  "The state directory, when it is not what --config says; ./data.")
          .value_name("FOLDER")
          .option("json", &OutboxShowOptions::json, "One JSON object a sink and line.");
  return table;
}

constexpr std::string_view kRow =
    "{:<7}  {:<9}  {:>12}  {:>12}  {:>10}  {:>10}  {:>8}  {:>8}  {:>8}  {:>8}\n";

void print_table(const std::vector<publish::SinkAccount>& accounts, std::int64_t now_ms, std::ostream& out) {
  out << fmt::format(fmt::runtime(kRow), "SINK", "STREAM", "ACCEPTED", "DELIVERED", "WAITING", "BYTES", "AGE",
                     "DEAD", "DROPPED", "TWICE");
  for (const auto& account : accounts) {
    const std::string age =
        account.oldest_ms ? human_seconds(static_cast<double>(now_ms - *account.oldest_ms) / 1000) : "-";
    out << fmt::format(fmt::runtime(kRow), account.sink, publish::to_string(account.stream), account.accepted,
                       account.delivered, account.waiting, human_bytes(account.waiting_bytes), age,
                       account.dead, account.dropped, account.uncertain);
  }
}

void print_json(const std::vector<publish::SinkAccount>& accounts, std::int64_t now_ms, std::ostream& out) {
  for (const auto& account : accounts) {
    nlohmann::ordered_json line = {{"sink", account.sink},
                                   {"stream", publish::to_string(account.stream)},
                                   {"accepted", account.accepted},
                                   {"delivered", account.delivered},
                                   {"waiting", account.waiting},
                                   {"dead", account.dead},
                                   {"dropped", account.dropped},
                                   {"uncertain", account.uncertain},
                                   {"waiting_bytes", account.waiting_bytes},
                                   {"oldest_ms", nullptr},
                                   {"oldest_age_seconds", nullptr}};
    if (account.oldest_ms) {
      line["oldest_ms"] = *account.oldest_ms;
      line["oldest_age_seconds"] = static_cast<double>(now_ms - *account.oldest_ms) / 1000;
    }
    out << line.dump() << '\n';
  }
}

int run_outbox(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<OutboxShowOptions>();
  const auto directory = state_directory(options.directory, options.config, context);
  if (!directory) return report_failure(directory.error(), context);
  const auto accounts = publish::view_outbox(*directory);
  if (!accounts) return report_failure(accounts.error(), context);
  const auto now_ms = Clock::system().wall_ms();
  if (options.json) {
    print_json(*accounts, now_ms, context.out);
  } else {
    print_table(*accounts, now_ms, context.out);
  }
  return kOk;
}

}  // namespace

Subcommand outbox_subcommand() { return {OutboxShowOptions::table(), Group::around, run_outbox}; }

}  // namespace kinesight::cli
