#include "clips/doctor/aws_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "aws/services/sts.h"
#include "net/http_date.h"
#include "net/url.h"

namespace kinesight::clips::doctor {
namespace {

constexpr aws::Service kVideo{
    .id = "Kinesis Video", .signing_name = "kinesisvideo", .host_prefix = "kinesisvideo"};
constexpr double kNotableSkew = 60;
constexpr double kRefusedSkew = 5 * 60;  // By AWS.
constexpr double kRecentSeconds = 600;

/// Without a path: endpoints are shown without what may be in one.
std::string shown(const std::string& url) {
  const auto parts = net::parse_url(url);
  return parts ? parts->origin() : "the endpoint";
}

}  // namespace

Result<aws::Endpoint> video_endpoint(const aws::Session& session, const KvsOptions& kvs) {
  const auto region = session.region(kvs.region);
  if (!region) return std::unexpected(region.error());
  return session.endpoint(kVideo, *region, kvs.endpoint_url);
}

Finding check_clock(aws::Session& session, const std::string& endpoint_url, std::stop_token stop) {
  const std::string check = "clock", where = shown(endpoint_url);
  const double before = session.clock().wall_seconds();
  net::Request request;
  request.url = endpoint_url + "/";
  request.timeouts = {
      .connect = std::chrono::seconds(5), .idle = std::chrono::seconds(5), .total = std::chrono::seconds(10)};
  const auto answer = session.transport().send(request, std::move(stop));
  if (!answer)
    return failed(check, fmt::format("{} does not answer: {}", where, told(answer.error().error)),
                  "check the network, the proxy, kvs.region and kvs.endpoint_url");
  const std::string* text = net::find(answer->headers, "Date");
  const auto date = text ? net::parse_http_date(*text) : std::nullopt;
  if (!date) return ok(check, where + " tells no time to compare with");
  // The header has whole seconds, rounded down, and was written somewhere between question and answer.
  const double middle = (before + session.clock().wall_seconds()) / 2;
  const double ahead = middle - (static_cast<double>(*date) + 0.5);
  const std::string found =
      fmt::format("{:.0f} s {} the clock of {}", std::abs(ahead), ahead > 0 ? "ahead of" : "behind", where);
  const std::string advice = "set the clock of this machine (NTP, chrony)";
  if (std::abs(ahead) >= kRefusedSkew)
    return failed(check,
                  found +
                      ": AWS refuses what is signed that far off, and tasks ask for times that "
                      "cameras have not seen",
                  advice);
  if (std::abs(ahead) >= kNotableSkew)
    return warning(check, found + ": clips of the last minutes are asked for too early or too late", advice);
  return ok(check, found);
}

Finding check_credentials(aws::Session& session, const std::string& region, bool ask, std::stop_token stop) {
  const std::string check = "credentials";
  const auto keys = session.credentials().get(stop);
  if (!keys)
    return failed(check, told(keys.error()),
                  "give the service keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role");
  const std::string from = keys->source.empty() ? std::string(session.credentials().name()) : keys->source;
  if (!ask)
    return ok(check, fmt::format("from {}; Kinesis Video Streams is not AWS's, so nobody says whose", from));
  const auto sts = aws::Sts::make(session, {.region = region, .endpoint_url = {}});
  if (!sts) return failed(check, told(sts.error()), "correct the endpoint of STS");
  const auto identity = aws::plain(sts->caller_identity(stop));
  if (identity) return ok(check, fmt::format("from {}: {}", from, identity->arn));
  const std::string found = fmt::format("from {}: {}", from, told(identity.error()));
  // A network without a way to STS may have one to Kinesis Video Streams; keys that STS refuses are none.
  if (identity.error().kind == ErrorKind::denied || identity.error().kind == ErrorKind::invalid)
    return failed(check, found, "renew the keys");
  return warning(check, found, "let the service reach STS if it takes on a role");
}

Findings check_streams(CameraStreams& streams, Clock& clock, std::stop_token stop) {
  const std::string policy = "allow what `kinesight iam-policy --of clips` prints, and check kvs.region";
  const auto all = streams.list(stop);
  if (!all) return {failed("camera streams", told(all.error()), policy)};
  std::vector<aws::VideoStream> active;
  std::ranges::copy_if(*all, std::back_inserter(active),
                       [](const auto& stream) { return stream.status == "ACTIVE"; });
  const std::string counts =
      fmt::format("{} stream{}, {} ACTIVE", all->size(), all->size() == 1 ? "" : "s", active.size());
  if (active.empty()) {
    return {warning("camera streams", counts + ": no task will give a clip",
                    "check kvs.region and the account, and that there are streams")};
  }
  Findings findings = {ok("camera streams", counts)};
  std::vector<std::string> forgetful;
  for (const auto& stream : active) {
    if (stream.retention_hours == 0) forgetful.push_back(stream.name);
  }
  if (!forgetful.empty()) {
    findings.front() =
        warning("camera streams",
                fmt::format("{}; {} of them keep nothing (data retention is 0), the first is '{}'", counts,
                            forgetful.size(), forgetful.front()),
                "raise their data retention (UpdateDataRetention): clips are made of what is kept");
  }
  const auto keeps = std::ranges::find_if(active, [](const auto& one) { return one.retention_hours > 0; });
  if (keeps == active.end()) return findings;
  const double now = clock.wall_seconds();
  const auto fragments = streams.fragments(keeps->arn, {now - kRecentSeconds, now}, stop);
  const std::string check = fmt::format("stream {}", keeps->name);
  if (!fragments && fragments.error().kind != ErrorKind::not_found) {
    findings.push_back(failed(check, told(fragments.error()), policy));
  } else if (!fragments || fragments->empty()) {
    findings.push_back(warning(check, "it can be asked, and has no video of the last 10 minutes",
                               "check its camera, if it should be on"));
  } else {
    findings.push_back(ok(check, fmt::format("{} fragments in the last 10 minutes", fragments->size())));
  }
  return findings;
}

Finding check_store(const std::string& type, storage::ObjectStore& store, std::stop_token stop) {
  const std::string check = "storage";
  if (const auto checked = store.check(std::move(stop)); !checked)
    return failed(check, fmt::format("{}: {}", type, told(checked.error())),
                  "check `storage`, and that the container is there and may be written to");
  return ok(check, fmt::format("{} can be written to", store.address("")));
}

}  // namespace kinesight::clips::doctor
