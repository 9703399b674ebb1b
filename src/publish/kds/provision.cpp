#include "publish/kds/provision.h"

#include "aws/services/kinesis.h"
#include "publish/kds/options.h"

namespace kinesight::publish {
namespace {

using aws::Kinesis;

constexpr int kShards = 2;
constexpr auto kPatience = std::chrono::minutes(5);  // A stream takes half a minute as a rule.
constexpr auto kPause = std::chrono::seconds(2);

/// Records go into a stream that is being resharded, too.
bool usable(const aws::StreamSummary& stream) {
  return stream.status == "ACTIVE" || stream.status == "UPDATING";
}

/// Kinds that end by themselves; right after CreateStream a stream may still be unknown.
bool passes(ErrorKind kind) {
  return kind == ErrorKind::throttled || kind == ErrorKind::unavailable || kind == ErrorKind::not_found;
}

std::string shape_of(const aws::StreamShape& wanted) {
  return wanted.on_demand ? "capacity on demand" : fmt::format("{} shards", wanted.shards);
}

Result<> wait_until_usable(const Kinesis& kinesis, const std::string& name, Clock& clock,
                           std::stop_token stop) {
  const auto deadline = clock.steady() + kPatience;
  while (true) {
    const auto found = kinesis.describe(name, stop);
    if (found && usable(*found)) return {};
    if (!found && !passes(found.error().error.kind)) return std::unexpected(found.error().error);
    if (clock.steady() >= deadline) {
      return fail(
          ErrorKind::unavailable,
          "Kinesis stream {}: expected it to be ACTIVE within {} minutes, found {}; provision again to "
          "look at it",
          name, kPatience.count(), found ? found->status : found.error().error.message);
    }
    if (!clock.wait_for(kPause, stop)) {
      return fail(ErrorKind::cancelled, "Kinesis stream {}: stopped while it was being made", name);
    }
  }
}

Result<> make_stream(const Kinesis& kinesis, const std::string& name, const aws::StreamShape& shape,
                     Clock& clock, std::stop_token stop) {
  const auto created = kinesis.create(name, shape, stop);
  // In use: an earlier try of ours went through without an answer, or somebody else was quicker.
  if (!created && created.error().code != "ResourceInUseException") {
    return std::unexpected(created.error().error);
  }
  return wait_until_usable(kinesis, name, clock, std::move(stop));
}

std::vector<std::string> differences(const aws::StreamSummary& found, const aws::StreamShape& wanted) {
  std::vector<std::string> list;
  if (!usable(found)) list.push_back(fmt::format("expected status ACTIVE, found {}", found.status));
  if (found.on_demand != wanted.on_demand) {
    list.push_back(
        wanted.on_demand
            ? fmt::format("expected capacity on demand, found {} provisioned shards", found.open_shards)
            : fmt::format("expected {} provisioned shards, found capacity on demand", wanted.shards));
  } else if (!wanted.on_demand && usable(found) && found.open_shards < wanted.shards) {
    list.push_back(fmt::format("expected {} shards or more, found {}", wanted.shards, found.open_shards));
  }
  return list;
}

}  // namespace

Result<Resource> inspect_stream(const Kinesis& kinesis, const std::string& name,
                                const ProvisionOptions& provision, Clock& clock, std::stop_token stop) {
  const aws::StreamShape shape{.on_demand = provision.on_demand, .shards = kShards};
  Resource stream;
  stream.name = fmt::format("Kinesis stream {}", name);
  stream.shape = shape_of(shape);

  const auto found = kinesis.describe(name, std::move(stop));
  if (!found && found.error().error.kind != ErrorKind::not_found) {
    return std::unexpected(found.error().error);
  }
  if (!found) {
    stream.make = [kinesis, name, shape, &clock](std::stop_token making) {
      return make_stream(kinesis, name, shape, clock, std::move(making));
    };
    return stream;
  }
  stream.exists = true;
  stream.differences = differences(*found, shape);
  if (found->status == "CREATING") {
    stream.make = [kinesis, name, &clock](std::stop_token making) {
      return wait_until_usable(kinesis, name, clock, std::move(making));
    };
  }
  return stream;
}

Result<std::vector<Resource>> inspect_stream(const config::Parsed& options, aws::Session& session,
                                             const ProvisionOptions& provision, std::stop_token stop) {
  const auto& kds = options.as<KdsOptions>();
  const auto kinesis = Kinesis::make(session, {.region = kds.region, .endpoint_url = kds.endpoint_url});
  if (!kinesis) return wrap(kinesis.error(), "publishers.kds");
  auto stream = inspect_stream(*kinesis, kds.stream_name, provision, session.clock(), std::move(stop));
  if (!stream) return std::unexpected(stream.error());
  return std::vector{std::move(*stream)};
}

std::string stream_arn(const std::string& region, const std::string& stream) {
  return fmt::format("arn:aws:kinesis:{}:*:stream/{}", region.empty() ? "*" : region, stream);
}

}  // namespace kinesight::publish
