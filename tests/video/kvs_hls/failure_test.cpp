#include "video/kvs_hls/failure.h"

#include <gmock/gmock.h>

#include "video/kvs_hls/connection_state.h"

namespace kinesight::video::kvs_hls {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

aws::CallError answered(int status, const std::string& code) {
  aws::CallError error;
  error.status = status;
  error.code = code;
  error.error = {aws::kind_of(status, code), "Kinesis Video GetHLSStreamingSessionURL: " + code};
  return error;
}

aws::CallError unanswered(ErrorKind kind, bool timed_out = false) {
  aws::CallError error;
  error.error = {kind, "Kinesis Video GetDataEndpoint: no answer"};
  error.timed_out = timed_out;
  return error;
}

TEST(KvsFailure, EachErrorOfTheServiceHasItsRemedy) {
  const std::tuple<int, const char*, Remedy, const char*> cases[] = {
      {404, "ResourceNotFoundException", Remedy::set_up, "no_stream"},
      {400, "ClientLimitExceededException", Remedy::retry, "throttled"},
      {429, "", Remedy::retry, "throttled"},
      {400, "NoDataRetentionException", Remedy::set_up, "no_retention"},
      {400, "UnsupportedStreamMediaTypeException", Remedy::set_up, "bad_media"},
      {400, "MissingCodecPrivateDataException", Remedy::set_up, "bad_media"},
      {400, "InvalidCodecPrivateDataException", Remedy::set_up, "bad_media"},
      {400, "InvalidArgumentException", Remedy::set_up, "bad_request"},
      {401, "NotAuthorizedException", Remedy::set_up, "denied"},
      {403, "AccessDeniedException", Remedy::set_up, "denied"},
      {403, "ExpiredTokenException", Remedy::retry, "denied"},
      {500, "", Remedy::retry, "api_5xx"},
      {503, "ServiceUnavailableException", Remedy::retry, "api_5xx"}};
  for (const auto& [status, code, remedy, fault] : cases) {
    const Failure failure = api_failure(answered(status, code));
    EXPECT_EQ(failure.remedy, remedy) << code;
    EXPECT_EQ(failure.fault, fault) << code;
    EXPECT_EQ(failure.kind, FailureKind::kvs_connection) << code;
    EXPECT_THAT(failure.error.message, StartsWith("KVSConnectionError: Kinesis Video")) << code;
  }
}

TEST(KvsFailure, ACallWithoutAnAnswer) {
  EXPECT_EQ(api_failure(unanswered(ErrorKind::unavailable, /*timed_out=*/true)).fault, "timeout");
  EXPECT_EQ(api_failure(unanswered(ErrorKind::unavailable)).fault, "unreachable");
  EXPECT_EQ(api_failure(unanswered(ErrorKind::unavailable)).remedy, Remedy::retry);
  EXPECT_EQ(api_failure(unanswered(ErrorKind::corrupt)).fault, "bad_answer");
  EXPECT_EQ(api_failure(unanswered(ErrorKind::denied)).remedy, Remedy::set_up);
  const Failure no_credentials = api_failure(unanswered(ErrorKind::not_found));
  EXPECT_EQ(no_credentials.remedy, Remedy::set_up);
  EXPECT_EQ(no_credentials.fault, "set_up");
  EXPECT_THAT(no_credentials.error.message, StartsWith("FrameSourceError: "));
}

TEST(KvsFailure, AnAnswerThatCannotBeReadIsTriedAgain) {
  aws::CallError error = unanswered(ErrorKind::corrupt);
  error.status = 200;
  EXPECT_EQ(api_failure(error).remedy, Remedy::retry);
  EXPECT_EQ(api_failure(error).fault, "bad_answer");
}

TEST(KvsFailure, EachStatusOfASessionsUrlHasItsRemedy) {
  const std::tuple<const char*, int, Remedy, const char*, ErrorKind> cases[] = {
      {"playlist", 403, Remedy::renew, "playlist_403", ErrorKind::denied},
      {"playlist", 404, Remedy::renew, "playlist_404", ErrorKind::not_found},
      {"init", 403, Remedy::renew, "init_403", ErrorKind::denied},
      {"init", 404, Remedy::renew, "init_404", ErrorKind::not_found},
      {"fragment", 403, Remedy::renew, "fragment_403", ErrorKind::denied},
      {"fragment", 404, Remedy::retry, "fragment_404", ErrorKind::not_found},
      {"fragment", 410, Remedy::renew, "http_4xx", ErrorKind::denied},
      {"playlist", 302, Remedy::renew, "http_3xx", ErrorKind::unavailable},
      {"playlist", 429, Remedy::retry, "throttled", ErrorKind::throttled},
      {"playlist", 500, Remedy::retry, "http_5xx", ErrorKind::unavailable},
      {"fragment", 503, Remedy::retry, "http_5xx", ErrorKind::unavailable}};
  for (const auto& [what, status, remedy, fault, kind] : cases) {
    const Failure failure = http_failure(what, {status, {}, "planted-session-token"});
    EXPECT_EQ(failure.remedy, remedy) << what << status;
    EXPECT_EQ(failure.fault, fault);
    EXPECT_EQ(failure.error.kind, kind) << what << status;
    EXPECT_EQ(failure.kind, FailureKind::hls_stream);
    EXPECT_THAT(failure.error.message, StartsWith("HLSStreamError: "));
    EXPECT_THAT(failure.error.message, HasSubstr(std::to_string(status)));
    EXPECT_THAT(failure.error.message, Not(HasSubstr("planted")));
  }
}

TEST(KvsFailure, NoAnswerOfASessionsUrl) {
  const auto failed = [](ErrorKind kind, bool timed_out = false) {
    return net_failure("fragment", {.error = {kind, "cut off"}, .timed_out = timed_out});
  };
  EXPECT_EQ(failed(ErrorKind::unavailable, true).fault, "timeout");
  EXPECT_EQ(failed(ErrorKind::unavailable).fault, "unreachable");
  EXPECT_EQ(failed(ErrorKind::corrupt).fault, "bad_answer");
  EXPECT_EQ(failed(ErrorKind::corrupt).remedy, Remedy::retry);
  EXPECT_EQ(failed(ErrorKind::denied).remedy, Remedy::set_up);
  EXPECT_EQ(failed(ErrorKind::cancelled).error.kind, ErrorKind::cancelled);
  EXPECT_EQ(failed(ErrorKind::unavailable).error.message, "HLSStreamError: a fragment: cut off");
}

TEST(KvsConnectionState, NumbersAndNames) {
  EXPECT_EQ(static_cast<int>(ConnectionState::disconnected), 0);
  EXPECT_EQ(static_cast<int>(ConnectionState::error), 4);
  EXPECT_EQ(to_string(ConnectionState::reconnecting), "reconnecting");
}

}  // namespace
}  // namespace kinesight::video::kvs_hls
