// kinesight iam-policy: the least that a service with this configuration must be allowed in AWS.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "cli/components.h"
#include "cli/job.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "clips/streams/permissions.h"
#include "stream/permissions.h"

namespace kinesight::cli {
namespace {

struct IamPolicyOptions {
  Job of = Job::infer;
  std::string config;
  bool provision = false;
  static const config::Table& table();
};

const config::Table& IamPolicyOptions::table() {
  static const config::Table table =
      config::describe<IamPolicyOptions>(
          "iam-policy",
          "Print the IAM policy that a configuration needs: what the service calls, on what it calls it, "
          "and nothing more.")
          .choice("of", &IamPolicyOptions::of,
                  {{"infer", Job::infer}, {"clips", Job::clips}, {"stream", Job::stream}},
                  "Whose: infer, the cameras and publishers of a cameras.yaml; clips, the streams and the "
                  "store of a clips.yaml; stream, the stream and the tables of a stream.yaml.")
          .option("config", &IamPolicyOptions::config, "The cameras.yaml, clips.yaml or stream.yaml.")
          .required()
          .not_empty()
          .value_name("FILE")
          .option("provision", &IamPolicyOptions::provision,
                  "What `kinesight provision` needs, instead; not of clips.");
  return table;
}

std::string capitalized(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

/// The permissions of all components of a type.
struct Needs {
  std::string type;
  std::vector<aws::Permission> permissions;

  /// Components that call the same share a statement: a policy has room for some 6,000 characters.
  void add(const aws::Permission& permission) {
    const auto same = std::ranges::find(permissions, permission.actions, &aws::Permission::actions);
    if (same == permissions.end()) return permissions.push_back(permission);
    for (const auto& resource : permission.resources) {
      if (std::ranges::find(same->resources, resource) == same->resources.end())
        same->resources.push_back(resource);
    }
  }
};

Needs& needs_of(std::vector<Needs>& all, const std::string& type) {
  const auto known = std::ranges::find(all, type, &Needs::type);
  return known == all.end() ? all.emplace_back(Needs{type, {}}) : *known;
}

/// What the enabled cameras call, then the publishers.
std::vector<Needs> needs_of(const config::CamerasFile& file, const Components& components, bool provision) {
  std::vector<Needs> all;
  for (const auto& camera : file.cameras) {
    if (provision || !camera.options.enabled || !camera.source) continue;
    const auto permissions = components.source(camera.source->type).permissions;
    if (!permissions) continue;
    for (const auto& one : permissions(camera.source->options)) needs_of(all, camera.source->type).add(one);
  }
  for (const auto& publisher : file.publishers) {
    const auto& kind = components.publisher(publisher.type);
    const auto permissions = provision ? kind.provision_permissions : kind.permissions;
    if (!permissions) continue;
    for (const auto& one : permissions(publisher.options)) needs_of(all, publisher.type).add(one);
  }
  return all;
}

/// What clips are made of, then where they are kept; a store that is not AWS's needs nothing here.
std::vector<Needs> needs_of(const clips::ClipsFile& file, const Components& components) {
  std::vector<Needs> all{{"kvs", clips::streams_permissions(file.kvs.region)}};
  if (const auto permissions = components.store(file.storage.type).permissions)
    all.push_back({file.storage.type, permissions(file.storage.options)});
  return all;
}

Result<std::vector<Needs>> needs_of(const IamPolicyOptions& options, const Context& context) {
  if (options.of == Job::clips) {
    if (options.provision)
      return fail(
          ErrorKind::invalid,
          "--provision: nothing is provisioned for clips, leave it out; their bucket is made by hand");
    const auto file = load_clips(options.config, context);
    if (!file) return std::unexpected(file.error());
    return needs_of(*file, context.components);
  }
  if (options.of == Job::stream) {
    const auto file = load_stream(options.config, context);
    if (!file) return std::unexpected(file.error());
    return std::vector<Needs>{{"stream", options.provision ? stream::stream_provision_permissions(*file)
                                                           : stream::stream_permissions(*file)}};
  }
  const auto file = load_cameras(options.config, context);
  if (!file) return std::unexpected(file.error());
  return needs_of(*file, context.components, options.provision);
}

nlohmann::ordered_json statements(const Needs& needs) {
  auto statements = nlohmann::ordered_json::array();
  for (const auto& permission : needs.permissions) {
    const std::string suffix = statements.empty() ? "" : std::to_string(statements.size() + 1);
    statements.push_back({{"Sid", "Kinesight" + capitalized(needs.type) + suffix},
                          {"Effect", "Allow"},
                          {"Action", permission.actions},
                          {"Resource", permission.resources}});
  }
  return statements;
}

int run_iam_policy(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<IamPolicyOptions>();
  const auto needed = needs_of(options, context);
  if (!needed) return report_failure(needed.error(), context);
  auto all = nlohmann::ordered_json::array();
  for (const auto& needs : *needed) {
    for (auto& statement : statements(needs)) all.push_back(std::move(statement));
  }
  const nlohmann::ordered_json policy = {{"Version", "2012-10-17"}, {"Statement", std::move(all)}};
  context.out << policy.dump(2) << '\n';
  return kOk;
}

}  // namespace

Subcommand iam_policy_subcommand() { return {IamPolicyOptions::table(), Group::around, run_iam_policy}; }

}  // namespace kinesight::cli
