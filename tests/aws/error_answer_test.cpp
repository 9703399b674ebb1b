// What error answers say, and what is made of them.
#include "aws/error_answer.h"

#include "aws/client_fixture.h"

namespace kinesight::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

ServiceError read_json(std::string body, net::Headers headers = {}) {
  return read_error({400, std::move(headers), std::move(body)}, Protocol::ErrorFormat::json);
}
ServiceError read_xml(std::string body) {
  return read_error({400, {}, std::move(body)}, Protocol::ErrorFormat::xml);
}

TEST(ErrorAnswer, JsonCodesAreBared) {
  for (
      const char* body :
      {R"({"__type":"ResourceNotFoundException","message":"m"})",
       R"({"__type":"com.amazonaws.kinesis.v20131202#ResourceNotFoundException","Message":"m"})",
       R"({"code":"ResourceNotFoundException","message":"m"})",
       R"({"__type":"aws#ResourceNotFoundException:http://internal.amazon.com/coral/","message":"m","more":{"message":"x"}})"}) {
    const auto said = read_json(body);
    EXPECT_EQ(said.code, "ResourceNotFoundException") << body;
    EXPECT_EQ(said.message, "m") << body;
  }
}

TEST(ErrorAnswer, TheHeaderSaysTheTypeToo) {
  const auto said = read_json(R"({"Message":"m"})", {{"x-amzn-errortype", "NotAuthorizedException:http://x/"},
                                                     {"x-amzn-RequestId", "r-1"}});
  EXPECT_EQ(said.code, "NotAuthorizedException");
  EXPECT_EQ(said.request_id, "r-1");
  EXPECT_EQ(read_json("{}", {{"x-amz-ErrorType", "NotAuthorizedException"}}).code, "NotAuthorizedException");
}

TEST(ErrorAnswer, ARequestInCborIsRefusedInIt) {
  using namespace std::string_literals;
  // As kinesis-local answers.
  const auto said = read_json("\xa2\x66__type\x78\x19ResourceNotFoundException\x67message\x6bno stream x"s);
  EXPECT_EQ(said.code, "ResourceNotFoundException");
  EXPECT_EQ(said.message, "no stream x");
  const auto more = read_json(
      "\xbf\x64more\x82\x01\xf6\x66__type\x67"
      "a#b:c/d\xff"s);
  EXPECT_EQ(more.code, "b");
  EXPECT_EQ(read_json("\xa1\x66__type").code, "");
}

TEST(ErrorAnswer, XmlOfS3AndOfTheQueryProtocol) {
  const auto s3 = read_xml(
      "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code><Message>a &amp; "
      "b</Message><RequestId>r-2</RequestId></Error>");
  EXPECT_EQ(s3.code, "NoSuchKey");
  EXPECT_EQ(s3.message, "a & b");
  EXPECT_EQ(s3.request_id, "r-2");
  const auto sts = read_xml(
      "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"
      "<Code>InvalidClientTokenId</Code><Message>m</Message></Error><RequestId>r-3</RequestId></"
      "ErrorResponse>");
  EXPECT_EQ(sts.code, "InvalidClientTokenId");
  EXPECT_EQ(sts.request_id, "r-3");
}

TEST(ErrorAnswer, NonsenseLeavesTheStatus) {
  for (const std::string& body :
       {std::string("<html>Bad Gateway</html>"), std::string("{"), std::string("[]"),
        std::string("{\"__type\":7}"), std::string(200'000, '['), std::string()}) {
    EXPECT_EQ(read_json(body).code, "");
    EXPECT_EQ(read_xml(body).code, "");
    EXPECT_EQ(read_json(body).status, 400);
  }
  EXPECT_EQ(read_json(R"({"a":)" + std::string(50'000, '[') + "}").code, "");
}

CallContext context() {
  return {.service = "Kinesis",
          .permission = "kinesis",
          .action = "PutRecords",
          .region = "eu-west-1",
          .credentials_source = "environment",
          .secrets = {}};
}

std::string text_for(int status, std::string code, std::string message = "m") {
  return call_error({status, std::move(code), std::move(message), "r-1"}, context()).error.message;
}

TEST(CallErrorText, NamesServiceActionCodeAndRequest) {
  EXPECT_EQ(text_for(400, "ValidationException", "1 error."),
            "Kinesis PutRecords: ValidationException: 1 error (HTTP 400, request id r-1)");
  EXPECT_EQ(text_for(502, "", ""), "Kinesis PutRecords: no reason was given (HTTP 502, request id r-1)");
}

TEST(CallErrorText, SaysWhatToDo) {
  EXPECT_THAT(text_for(400, "AccessDeniedException"),
              HasSubstr("; allow kinesis:PutRecords to the owner of the credentials from environment"));
  EXPECT_THAT(text_for(400, "UnrecognizedClientException"), HasSubstr("check those from environment"));
  EXPECT_THAT(text_for(403, "SignatureDoesNotMatch"), HasSubstr("secret access key from environment"));
  EXPECT_THAT(text_for(400, "ResourceNotFoundException"),
              HasSubstr("the region eu-west-1, or create it with `kinesight provision`"));
  EXPECT_THAT(text_for(403, "RequestTimeTooSkewed"), HasSubstr("set this machine's clock"));
  EXPECT_THAT(text_for(301, "PermanentRedirect"), HasSubstr("elsewhere than in eu-west-1"));
}

TEST(CallErrorText, IsOneLineOfLimitedLength) {
  EXPECT_THAT(text_for(403, "SignatureDoesNotMatch", "It does not match.\n\nThe Canonical String: host:…"),
              Not(HasSubstr("Canonical")));
  EXPECT_THAT(text_for(400, "X", "a\tb\x1b[31mc\x7f"), HasSubstr("a b [31mc"));
  const std::string text = text_for(400, "X", std::string(399, 'x') + "ä" + std::string(100'000, 'x'));
  EXPECT_LT(text.size(), 600U);
  EXPECT_THAT(text, HasSubstr("x…")) << "cut before the character, not inside it";
  EXPECT_THAT(text_for(400, "<script>", "m"), Not(HasSubstr("script")));
}

TEST(KindOfError, GoesByCodeBeforeStatus) {
  EXPECT_EQ(kind_of(400, "ProvisionedThroughputExceededException"), ErrorKind::throttled);
  EXPECT_EQ(kind_of(503, "SlowDown"), ErrorKind::throttled);
  EXPECT_EQ(kind_of(400, "ExpiredTokenException"), ErrorKind::denied);
  EXPECT_EQ(kind_of(400, "ResourceNotFoundException"), ErrorKind::not_found);
  EXPECT_EQ(kind_of(400, "RequestTimeout"), ErrorKind::unavailable);
  EXPECT_EQ(kind_of(200, "InternalFailure"), ErrorKind::unavailable) << "an entry's code, within a 200";
  EXPECT_EQ(kind_of(404, ""), ErrorKind::not_found);
  EXPECT_EQ(kind_of(403, ""), ErrorKind::denied);
  EXPECT_EQ(kind_of(500, ""), ErrorKind::unavailable);
  EXPECT_EQ(kind_of(413, ""), ErrorKind::invalid);
}

/// Services quote requests in their errors. Whatever they quote, no secret may come through.
TEST_F(ClientTest, NoErrorShowsASecret) {
  const std::vector<std::string> secrets = {"planted-secret-key-0", "planted/session+token==0",
                                            "planted-web-identity"};
  Call call = put_records();
  call.max_attempts = 1;
  call.secret = secrets[2];
  for (const auto format : {Protocol::ErrorFormat::json, Protocol::ErrorFormat::xml}) {
    for (const int status : {301, 400, 403, 404, 500, 503}) {
      for (const char* code : {"AccessDenied", "SignatureDoesNotMatch", "IncompleteSignature", "Whatever"}) {
        transport_->reply = [&](const net::Request& request) {
          std::string quoted = secrets[0] + " " + secrets[1] + " " + secrets[2];
          for (const auto& header : request.headers) quoted += " " + header.name + ": " + header.value;
          const std::string body =
              format == Protocol::ErrorFormat::json
                  ? nlohmann::json{{"__type", code}, {"message", quoted}}.dump()
                  : fmt::format(
                        "<Error><Code>{}</Code><Message>{}</Message><RequestId>{}</RequestId></Error>", code,
                        quoted, secrets[0]);
          return net::Response{status, {{"x-amzn-RequestId", secrets[0]}}, body};
        };
        const auto error = error_of(call, {.errors = format});
        for (const auto& text : {error.error.message, error.code, error.request_id}) {
          for (const auto& secret : secrets) EXPECT_THAT(text, Not(HasSubstr(secret)));
          const auto authorization = sent().back().header("Authorization");
          EXPECT_THAT(text, Not(HasSubstr(authorization)));
          EXPECT_THAT(text, Not(HasSubstr(authorization.substr(authorization.rfind('=') + 1))));
        }
      }
    }
  }
}

}  // namespace
}  // namespace kinesight::aws
