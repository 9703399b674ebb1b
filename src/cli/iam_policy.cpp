// kinesight iam-policy: the least that a service with this configuration must be allowed in AWS.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/components.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"

namespace kinesight::cli {
namespace {

struct IamPolicyOptions {
  std::string config;
  bool provision = false;
  static const config::Table& table();
};

const config::Table& IamPolicyOptions::table() {
  static const config::Table table =
      config::describe<IamPolicyOptions>(
          "iam-policy",
          "Print the IAM policy that a configuration needs: what its publishers call, on what they call it, "
          "and nothing more.")
          .option("config", &IamPolicyOptions::config, "The cameras.yaml.")
          .required()
          .not_empty()
          .value_name("FILE")
          .option("provision", &IamPolicyOptions::provision, "What `kinesight provision` needs, instead.");
  return table;
}

nlohmann::ordered_json statement(const std::string& sid, const publish::Permission& permission) {
  return {
      {"Sid", sid}, {"Effect", "Allow"}, {"Action", permission.actions}, {"Resource", permission.resources}};
}

std::string capitalized(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

int run_iam_policy(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<IamPolicyOptions>();
  const auto file = load_cameras(options.config, context);
  if (!file) return report_failure(file.error(), context);
  auto statements = nlohmann::ordered_json::array();
  for (const auto& publisher : file->publishers) {
    const auto& kind = context.components.publisher(publisher.type);
    const auto permissions = options.provision ? kind.provision_permissions : kind.permissions;
    if (!permissions) continue;
    int number = 0;
    for (const auto& permission : permissions(publisher.options)) {
      const std::string suffix = number++ == 0 ? "" : std::to_string(number);
      statements.push_back(statement("Kinesight" + capitalized(publisher.type) + suffix, permission));
    }
  }
  const nlohmann::ordered_json policy = {{"Version", "2012-10-17"}, {"Statement", statements}};
  context.out << policy.dump(2) << '\n';
  return kOk;
}

}  // namespace

Subcommand iam_policy_subcommand() { return {IamPolicyOptions::table(), Group::around, run_iam_policy}; }

}  // namespace kinesight::cli
