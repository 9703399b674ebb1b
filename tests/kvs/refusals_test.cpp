// Each error by which the service refuses a session: how often it is tried, and how the camera is shown.
#include "kvs/altering.h"

namespace kinesight::kvs_test {
namespace {

using video::kvs_hls::ConnectionState;

struct Refusal {
  int status = 400;
  std::string name;
  std::string fault;
  int tries = 1;  ///< Of a round: 1 + max_retries, or one where quick tries are no use.
  ConnectionState state = ConnectionState::error;
  double shortest_wait = 4;  ///< Before the next round, seconds: jitter is 80 to 120 %.
  double longest_wait = 6;
};

constexpr int kAll = 4;
constexpr auto kSetUp = [](int status, std::string name, std::string fault) {
  return Refusal{status, std::move(name), std::move(fault), 1, ConnectionState::error, 144, 216};
};

class KvsSessionRefused : public testing::TestWithParam<Refusal> {};

TEST_P(KvsSessionRefused, IsDealtWithAsTheDesignSays) {
  const Refusal& refusal = GetParam();
  AlteredRig rig;
  int tries = 0;
  rig.altering->answer = [&](const net::Request& request) -> std::optional<net::Response> {
    if (!is_session_call(request)) return std::nullopt;
    ++tries;
    return net::Response{
        refusal.status, {{"x-amzn-ErrorType", refusal.name + ":"}}, R"({"Message": "no session"})"};
  };
  video::kvs_hls::KvsHlsSource source(rig.options, rig.context, Rng(1));
  const auto opened = source.open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(tries, refusal.tries);
  EXPECT_EQ(rig.fault(refusal.fault), refusal.tries) << rig.telemetry.metrics.text();
  EXPECT_EQ(rig.metric(telemetry::kKvsReadErrors), refusal.tries);
  EXPECT_EQ(source.state(), refusal.state) << opened.error().message;
  EXPECT_FALSE(source.is_healthy());
  const double wait = to_seconds(source.retry_after().value());
  EXPECT_GE(wait, refusal.shortest_wait);
  EXPECT_LE(wait, refusal.longest_wait);
  EXPECT_TRUE(opened.error().message.starts_with("KVSConnectionError: ")) << opened.error().message;

  rig.altering->answer = {};
  ASSERT_TRUE(source.open({})) << "it comes back when it may";
  const auto frame = source.read({});
  ASSERT_TRUE(frame && *frame);
  EXPECT_TRUE(source.is_healthy());
}

INSTANTIATE_TEST_SUITE_P(
    Errors, KvsSessionRefused,
    testing::Values(
        Refusal{400, "ClientLimitExceededException", "throttled", kAll},
        Refusal{400, "LimitExceededException", "throttled", kAll}, Refusal{429, "", "throttled", kAll},
        Refusal{500, "InternalFailure", "api_5xx", kAll}, Refusal{503, "ServiceUnavailable", "api_5xx", kAll},
        Refusal{403, "ExpiredTokenException", "denied", kAll},
        // The stream is there (DescribeStream says so), so that it is footage that is not.
        Refusal{404, "ResourceNotFoundException", "no_fragments", 1, ConnectionState::disconnected},
        kSetUp(400, "NoDataRetentionException", "no_retention"),
        kSetUp(400, "UnsupportedStreamMediaTypeException", "bad_media"),
        kSetUp(400, "MissingCodecPrivateDataException", "bad_media"),
        kSetUp(400, "InvalidCodecPrivateDataException", "bad_media"),
        kSetUp(400, "InvalidMediaFrameException", "bad_media"),
        kSetUp(400, "InvalidArgumentException", "bad_request"),
        kSetUp(401, "NotAuthorizedException", "denied"), kSetUp(403, "AccessDeniedException", "denied"),
        kSetUp(403, "UnrecognizedClientException", "denied"),
        kSetUp(403, "InvalidSignatureException", "denied")),
    [](const auto& test) { return std::to_string(test.index) + "_" + test.param.name; });

}  // namespace
}  // namespace kinesight::kvs_test
