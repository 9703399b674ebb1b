// What a client does about an answer: takes it, tries again, renews, corrects, gives up.
#include "aws/client_fixture.h"

namespace kinesight::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(ClientTest, SendsTheCallSigned) {
  transport_->answer(200, "done");
  const auto answer = client().call(put_records(), {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "done");
  ASSERT_EQ(sent().size(), 1U);
  EXPECT_EQ(sent()[0].url, "https://kinesis.eu-west-1.amazonaws.com/");
  EXPECT_EQ(sent()[0].method, "POST");
  EXPECT_EQ(sent()[0].body, "{}");
  EXPECT_EQ(sent()[0].header("Host"), "kinesis.eu-west-1.amazonaws.com");
  EXPECT_EQ(sent()[0].header("X-Amz-Date"), "20231114T221320Z");
  EXPECT_THAT(sent()[0].header("Authorization"), HasSubstr("/20231114/eu-west-1/kinesis/aws4_request"));
}

TEST_F(ClientTest, AnEndpointMayHaveAPathAndACallAHost) {
  auto made = Client::make(session_, kTestService, {}, {"eu-west-1", "http://127.0.0.1:4567/base/"});
  ASSERT_TRUE(made) << made.error().message;
  Call call = put_records();
  call.host_prefix = "bucket.";
  call.path = "/key";
  call.query = "a=1";
  transport_->answer(200);
  ASSERT_TRUE(made->call(call, {}));
  EXPECT_EQ(sent()[0].url, "http://bucket.127.0.0.1:4567/base/key?a=1");
}

TEST_F(ClientTest, ABadEndpointIsAnErrorThatNamesTheService) {
  for (const char* url : {"ftp://host", "http://user:planted@host", "http://host/?x=planted"}) {
    const auto made = Client::make(session_, kTestService, {}, {"eu-west-1", url});
    ASSERT_FALSE(made) << url;
    EXPECT_EQ(made.error().kind, ErrorKind::invalid);
    EXPECT_THAT(made.error().message, Not(HasSubstr("planted")));
  }
}

TEST_F(ClientTest, TriesAgainAfterTroubleOfTheService) {
  for (const int status : {500, 502, 503, 504}) {
    transport_->answer(status);
    transport_->answer(200);
    EXPECT_TRUE(client().call(put_records(), {})) << status;
  }
}

TEST_F(ClientTest, TriesAgainWithoutAnAnswer) {
  transport_->fail(ErrorKind::unavailable, true);
  transport_->fail(ErrorKind::corrupt, true);
  transport_->answer(200);
  EXPECT_TRUE(client().call(put_records(), {}));
  EXPECT_LE(waited(), 3) << "rand x 1 s, rand x 2 s";
}

TEST_F(ClientTest, TriesAgainWhenThrottledEvenByA400) {
  transport_->answer(400, R"({"__type":"ProvisionedThroughputExceededException","message":"Rate exceeded"})");
  transport_->answer(429);
  transport_->answer(200);
  EXPECT_TRUE(client().call(put_records(), {}));
}

TEST_F(ClientTest, GivesUpAfterAsManyTriesAsAllowed) {
  for (int i = 0; i < 3; ++i) transport_->answer(503);
  const auto error = error_of(put_records());
  EXPECT_EQ(error.error.kind, ErrorKind::unavailable);
  EXPECT_EQ(error.status, 503);
  EXPECT_THAT(error.error.message, HasSubstr("tried 3 times"));
  EXPECT_EQ(sent().size(), 3U);

  Call once = put_records();
  once.max_attempts = 1;
  transport_->answer(503);
  EXPECT_THAT(error_of(once).error.message, Not(HasSubstr("tried")));
  EXPECT_EQ(sent().size(), 4U);
}

TEST_F(ClientTest, DoesNotTryAgainWhatCannotSucceed) {
  transport_->answer(400, R"({"__type":"ValidationException","message":"no"})");
  EXPECT_EQ(error_of(put_records()).error.kind, ErrorKind::invalid);
  transport_->answer(501);
  EXPECT_EQ(error_of(put_records()).error.kind, ErrorKind::unavailable);
  transport_->fail(ErrorKind::denied, false);
  EXPECT_EQ(error_of(put_records()).error.kind, ErrorKind::denied);
  EXPECT_EQ(sent().size(), 3U);
}

TEST_F(ClientTest, RetriesCostTokensAndSuccessGivesThemBack) {
  transport_->answer(503);
  transport_->answer(200);
  ASSERT_TRUE(client().call(put_records(), {}));
  EXPECT_EQ(session_.quota().left(), 500);

  for (int i = 0; i < 3; ++i) transport_->answer(503);
  error_of(put_records());
  EXPECT_EQ(session_.quota().left(), 490);
  transport_->answer(200);
  ASSERT_TRUE(client().call(put_records(), {}));
  EXPECT_EQ(session_.quota().left(), 491) << "a success without a retry gives one back";
}

TEST_F(ClientTest, ATimeOutCostsTwice) {
  transport_->time_out();
  for (int i = 0; i < 2; ++i) transport_->answer(503);
  error_of(put_records());
  EXPECT_EQ(session_.quota().left(), 485);
}

TEST_F(ClientTest, WithoutTokensThereIsNoRetry) {
  ASSERT_TRUE(session_.quota().take(496));
  transport_->answer(503);
  error_of(put_records());
  EXPECT_EQ(sent().size(), 1U);
}

TEST_F(ClientTest, WaitsForAsLongAsTheServiceAsks) {
  transport_->answer(503, "", {{"Retry-After", "7"}});
  transport_->answer(200);
  ASSERT_TRUE(client().call(put_records(), {}));
  EXPECT_GE(waited(), 7);
  EXPECT_LT(waited(), 8);
}

TEST_F(ClientTest, WaitsInMilliseconds) {
  transport_->answer(503, "", {{"x-amz-retry-after", "3500"}});
  transport_->answer(200);
  ASSERT_TRUE(client().call(put_records(), {}));
  EXPECT_NEAR(waited(), 3.5, 0.001);
}

TEST_F(ClientTest, WaitsUntilADate) {
  transport_->answer(503, "", {{"Retry-After", "Tue, 14 Nov 2023 22:13:29 GMT"}});
  transport_->answer(200);
  ASSERT_TRUE(client().call(put_records(), {}));
  EXPECT_NEAR(waited(), 9, 0.001);
}

TEST_F(ClientTest, ButNotForEver) {
  for (const char* asked : {"86400", "99999999999999999999", "-5", "soon"}) {
    const double before = waited();
    transport_->answer(503, "", {{"Retry-After", asked}});
    transport_->answer(200);
    ASSERT_TRUE(client().call(put_records(), {}));
    EXPECT_LE(waited() - before, 20.001) << asked;
  }
}

/// Kinesis Video Streams says it with NotAuthorizedException, which may as well mean what it says.
TEST_F(ClientTest, CredentialsThatAreNotAuthorizedAreRenewedOnce) {
  const net::Headers not_authorized = {{"x-amzn-ErrorType", "NotAuthorizedException"}};
  Call once = put_records();
  once.max_attempts = 1;
  transport_->answer(401, "{}", not_authorized);
  transport_->answer(200);
  EXPECT_TRUE(client().call(once, {}));
  EXPECT_EQ(credentials_->refusals, 1);
  transport_->answer(401, "{}", not_authorized);
  const auto error = error_of(once);  // There are no further credentials.
  EXPECT_EQ(error.error.kind, ErrorKind::denied);
  EXPECT_THAT(error.error.message, HasSubstr("allow kinesis:PutRecords"));
  EXPECT_EQ(sent().size(), 3u);
}

TEST_F(ClientTest, ExpiredCredentialsAreRenewedOnce) {
  transport_->answer(400, R"({"__type":"ExpiredTokenException","message":"expired"})");
  transport_->answer(200);
  Call once = put_records();
  once.max_attempts = 1;
  ASSERT_TRUE(client().call(once, {})) << "renewing is no retry";
  EXPECT_EQ(credentials_->refusals, 1);
  EXPECT_THAT(sent()[1].header("Authorization"), HasSubstr("AKID1/"));
  EXPECT_EQ(waited(), 0);

  transport_->answer(400, R"({"__type":"ExpiredTokenException","message":"expired"})");
  const auto error = error_of(once);
  EXPECT_EQ(error.error.kind, ErrorKind::denied);
  EXPECT_THAT(error.error.message, HasSubstr("renew the credentials from profile 'night'"));
  EXPECT_EQ(sent().size(), 3U) << "there were no others to try";
}

TEST_F(ClientTest, AWrongClockIsCorrectedOnce) {
  transport_->answer(400, R"({"__type":"InvalidSignatureException","message":"Signature expired"})",
                     {{"Date", "Tue, 14 Nov 2023 22:23:20 GMT"}});
  transport_->answer(200);
  Call once = put_records();
  once.max_attempts = 1;
  ASSERT_TRUE(client().call(once, {}));
  EXPECT_EQ(session_.clock_offset(), 600);
  EXPECT_EQ(sent()[1].header("X-Amz-Date"), "20231114T222320Z");

  transport_->answer(200);
  ASSERT_TRUE(client().call(once, {}));
  EXPECT_EQ(sent()[2].header("X-Amz-Date"), "20231114T222320Z") << "the next call knows";
}

TEST_F(ClientTest, AClockThatIsRightIsNotCorrected) {
  transport_->answer(403, R"({"__type":"InvalidSignatureException","message":"wrong"})",
                     {{"Date", "Tue, 14 Nov 2023 22:16:20 GMT"}});
  EXPECT_EQ(error_of(put_records()).error.kind, ErrorKind::denied);
  transport_->answer(403, R"({"__type":"AccessDeniedException","message":"no"})",
                     {{"Date", "Tue, 14 Nov 2023 23:16:20 GMT"}});
  error_of(put_records());
  EXPECT_EQ(session_.clock_offset(), 0);
  EXPECT_EQ(sent().size(), 2U);
}

TEST_F(ClientTest, SaysWhetherAwsMayHaveActed) {
  Call once = put_records();
  once.max_attempts = 1;
  transport_->fail(ErrorKind::unavailable, false);
  EXPECT_FALSE(error_of(once).uncertain);
  transport_->fail(ErrorKind::unavailable, true);
  EXPECT_TRUE(error_of(once).uncertain);
  transport_->answer(500);
  EXPECT_TRUE(error_of(once).uncertain);
  transport_->answer(503, R"({"__type":"SlowDown"})");
  EXPECT_FALSE(error_of(once).uncertain) << "who throttles has not acted";
  transport_->answer(400, R"({"__type":"ValidationException"})");
  EXPECT_FALSE(error_of(once).uncertain);

  transport_->fail(ErrorKind::unavailable, true);
  transport_->answer(400, R"({"__type":"ValidationException"})");
  EXPECT_TRUE(error_of(put_records()).uncertain) << "an earlier try may have been acted on";
}

TEST_F(ClientTest, AStopEndsTheWaitForAnotherTry) {
  std::stop_source stop;
  transport_->on_send = [&] { stop.request_stop(); };
  transport_->answer(503);
  const auto answer = client().call(put_records(), stop.get_token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.kind, ErrorKind::cancelled);
  EXPECT_TRUE(answer.error().uncertain);
  EXPECT_THAT(answer.error().error.message, HasSubstr("HTTP 503"));
}

TEST_F(ClientTest, AnUnsignedCallNeedsNoCredentials) {
  Call call = put_records();
  call.unsigned_request = true;
  transport_->answer(200);
  ASSERT_TRUE(client().call(call, {}));
  EXPECT_EQ(sent()[0].header("Authorization"), "(no such header)");
}

TEST_F(ClientTest, PresignsWithTheServicesRules) {
  Call call;
  call.method = "GET";
  call.path = "/a%20key";
  const auto url = client({.errors = Protocol::ErrorFormat::xml, .s3_signing = true}).presign(call, 3600, {});
  ASSERT_TRUE(url);
  EXPECT_THAT(url->url,
              testing::StartsWith("https://kinesis.eu-west-1.amazonaws.com/a%20key?X-Amz-Algorithm="));
  EXPECT_THAT(url->url, HasSubstr("X-Amz-SignedHeaders=host&X-Amz-Security-Token="));
}

}  // namespace
}  // namespace kinesight::aws
