#include "publish/webhook/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::publish {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr std::int64_t kNowMs = 784'111'777'000;  // Sun, 06 Nov 1994 08:49:37 GMT

BatchResult judged(int status, net::Headers headers = {}, std::string body = {}) {
  return judge_answer(net::Response{status, std::move(headers), std::move(body)}, kNowMs);
}

Verdict verdict(int status) {
  const auto result = judged(status);
  EXPECT_FALSE(result.whole) << status;
  EXPECT_EQ(result.outcomes.size(), 1u) << status;
  return result.outcomes.at(0).verdict;
}

TEST(WebhookAnswer, OnlySuccessIsDelivered) {
  for (const int status : {200, 201, 202, 204, 299}) EXPECT_EQ(verdict(status), Verdict::delivered) << status;
}

TEST(WebhookAnswer, WhatIsWrongWithTheEventIsRefusedWithTheReceiversReason) {
  for (const int status : {400, 409, 410, 413, 415, 422})
    EXPECT_EQ(verdict(status), Verdict::refused) << status;
  EXPECT_THAT(judged(422, {}, "no\nsuch camera").outcomes[0].error.message,
              HasSubstr("answered 422: 'no such camera'"));
}

TEST(WebhookAnswer, WhatMayPassHoldsUpOneCamera) {
  for (const int status : {408, 425, 500, 501, 599}) EXPECT_EQ(verdict(status), Verdict::again) << status;
}

TEST(WebhookAnswer, AReceiverThatIsAwayHoldsUpAll) {
  for (const int status : {502, 503, 504}) {
    EXPECT_EQ(judged(status).whole->kind, ErrorKind::unavailable) << status;
    EXPECT_TRUE(judged(status).uncertain) << status;
  }
  EXPECT_EQ(judged(429).whole->kind, ErrorKind::throttled);
  EXPECT_FALSE(judged(429).uncertain);
}

TEST(WebhookAnswer, AFaultOfTheSetUpBuriesNoEvent) {
  for (const int status : {301, 302, 307, 308, 401, 403, 407})
    EXPECT_EQ(judged(status).whole->kind, ErrorKind::denied) << status;
  for (const int status : {404, 405}) EXPECT_EQ(judged(status).whole->kind, ErrorKind::not_found) << status;
  EXPECT_THAT(judged(301).whole->message, HasSubstr("redirects are not followed"));
}

TEST(WebhookAnswer, RetryAfterIsHeededUpToABound) {
  const auto asked = [](int status, const char* text) {
    return judged(status, {{"Retry-After", text}}).leave_alone;
  };
  EXPECT_EQ(asked(429, "7"), seconds(7));
  EXPECT_EQ(asked(503, "120"), seconds(120));
  EXPECT_EQ(asked(503, "Sun, 06 Nov 1994 08:50:37 GMT"), seconds(60));
  EXPECT_EQ(asked(429, "99999999999"), kMostRetryAfter);
  EXPECT_EQ(asked(429, "Sun, 06 Nov 2094 08:49:37 GMT"), kMostRetryAfter);
  for (const char* nothing : {"0", "-5", "soon", "", "Sun, 06 Nov 1993 08:49:37 GMT"})
    EXPECT_EQ(asked(429, nothing), seconds(0)) << nothing;
}

TEST(WebhookAnswer, NoAnswerIsNeverTheEventsFault) {
  for (const auto kind : {ErrorKind::unavailable, ErrorKind::corrupt, ErrorKind::invalid}) {
    const auto result =
        judge_answer(std::unexpected(net::Failure{.error = {kind, "no connection"}, .sent = true}), kNowMs);
    EXPECT_EQ(result.whole->kind, ErrorKind::unavailable);
    EXPECT_TRUE(result.uncertain);
  }
  const auto untrusted =
      judge_answer(std::unexpected(net::Failure{.error = {ErrorKind::denied, "not trusted"}}), kNowMs);
  EXPECT_EQ(untrusted.whole->kind, ErrorKind::denied);
  EXPECT_FALSE(untrusted.uncertain);
}

}  // namespace
}  // namespace kinesight::publish
