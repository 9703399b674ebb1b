#include "clips/doctor/examination.h"

#include "clips/doctor/aws_checks.h"
#include "clips/doctor/broker_checks.h"
#include "clips/doctor/local_checks.h"
#include "clips/doctor/time_limit.h"
#include "clips/redis/redis_cache.h"

namespace kinesight::clips::doctor {
namespace {

using Tell = std::function<void(const Finding&)>;

constexpr auto kPatience = std::chrono::seconds(30);

void tell_all(const Findings& findings, const Tell& tell) {
  for (const auto& finding : findings) tell(finding);
}

void examine_video(const ClipsFile& file, aws::Session& session, const Tell& tell) {
  Clock& clock = session.clock();
  const auto endpoint = video_endpoint(session, file.kvs);
  if (!endpoint)
    return tell(failed("camera streams", told(endpoint.error()), "set kvs.region or AWS_REGION"));
  tell(within(clock, kPatience,
              [&](const std::stop_token& stop) { return check_clock(session, endpoint->url, stop); }));
  const Finding keys = within(clock, kPatience, [&](const std::stop_token& stop) {
    return check_credentials(session, file.kvs.region, !endpoint->overridden, stop);
  });
  tell(keys);
  if (keys.verdict == Verdict::failed) return;  // The next would say the same again.
  const auto streams =
      kvs_streams(session, {.region = file.kvs.region, .endpoint_url = file.kvs.endpoint_url});
  if (!streams) return tell(failed("camera streams", told(streams.error()), "correct `kvs`"));
  tell_all(within(clock, kPatience,
                  [&](const std::stop_token& stop) { return check_streams(**streams, clock, stop); }),
           tell);
}

void examine_store(const Patient& patient, aws::Session& session, const Tell& tell) {
  const auto& storage = patient.file.storage;
  const auto store = patient.store.make(storage.options, session);
  if (!store) return tell(failed("storage", told(store.error()), "correct `storage`"));
  tell(within(session.clock(), kPatience,
              [&](const std::stop_token& stop) { return check_store(storage.type, **store, stop); }));
}

}  // namespace

void examine(const Patient& patient, Clock& clock, const Tell& tell) {
  const ClipsFile& file = patient.file;
  tell_all(check_state_directory(file.service, file.clip), tell);
  tell_all(check_broker(file, view_broker(file.rabbitmq)), tell);
  const auto cache = file.redis.host.empty() ? nullptr : redis_cache(file.redis, clock);
  tell(check_redis(file, cache.get(), clock));
  const auto session = aws::Session::from_environment(patient.environment, clock);
  if (!session)
    return tell(failed("AWS settings", told(session.error()), "correct the environment or the AWS profile"));
  examine_video(file, **session, tell);
  examine_store(patient, **session, tell);
}

}  // namespace kinesight::clips::doctor
