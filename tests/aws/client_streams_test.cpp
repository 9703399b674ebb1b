// Calls whose bodies are files, and whose answers go to sinks.
#include <fcntl.h>

#include <fstream>

#include "aws/client_fixture.h"
#include "aws/digest.h"
#include "support/temp_folder.h"

namespace kinesight::aws {
namespace {

using testing::HasSubstr;

class Keeping final : public net::BodySink {
 public:
  Result<> begin(const net::Response&) override {
    ++begun;
    body.clear();
    return {};
  }
  Result<> take(std::string_view piece) override {
    body += piece;
    if (full) return fail(ErrorKind::unavailable, "the disk is full");
    return {};
  }
  int begun = 0;
  std::string body;
  bool full = false;
};

class ClientStreamsTest : public ClientTest {
 protected:
  ClientStreamsTest() {
    std::ofstream(folder_.path() / "file") << "0123456789";
    descriptor_ = ::open((folder_.path() / "file").c_str(), O_RDONLY | O_CLOEXEC);
  }
  ~ClientStreamsTest() override { ::close(descriptor_); }

  Call put(std::uint64_t offset, std::uint64_t length) const {
    Call call;
    call.action = "PutObject";
    call.method = "PUT";
    call.body_file = net::FileRegion{descriptor_, offset, length};
    return call;
  }
  static constexpr Protocol kS3{.errors = Protocol::ErrorFormat::xml, .s3_signing = true};

  support::TempFolder folder_;
  int descriptor_ = -1;
  Keeping sink_;
};

TEST_F(ClientStreamsTest, AFilesDigestIsSigned) {
  transport_->answer(200);
  const auto call = put(2, 5);
  ASSERT_TRUE(client(kS3).call(call, {}));
  EXPECT_EQ(sent()[0].body, "23456");
  EXPECT_EQ(sent()[0].header("x-amz-content-sha256"), hex(sha256("23456")));
  EXPECT_THAT(sent()[0].header("Authorization"), HasSubstr("x-amz-content-sha256"));
}

TEST_F(ClientStreamsTest, AFileIsSentAgainFromItsBeginning) {
  transport_->answer(503);
  transport_->fail(ErrorKind::unavailable, true);
  transport_->answer(200);
  ASSERT_TRUE(client(kS3).call(put(0, 10), {}));
  ASSERT_EQ(sent().size(), 3u);
  for (const auto& one : sent()) EXPECT_EQ(one.body, "0123456789");
}

TEST_F(ClientStreamsTest, AFileThatIsTooShortIsNotSent) {
  const auto error = error_of(put(5, 6), kS3);
  EXPECT_EQ(error.error.kind, ErrorKind::corrupt);
  EXPECT_THAT(error.error.message, HasSubstr("10 bytes where 11 were expected"));
  EXPECT_TRUE(sent().empty());
}

TEST_F(ClientStreamsTest, EachTryBeginsTheSinkAnew) {
  Call call = put_records();
  call.sink = &sink_;
  transport_->answer(500, "<oops/>");
  transport_->answer(200, "media");
  ASSERT_TRUE(client().call(call, {}));
  EXPECT_EQ(sink_.begun, 1) << "a refusal is none of its business";
  EXPECT_EQ(sink_.body, "media");
}

TEST_F(ClientStreamsTest, WhatASinkRefusesIsNotAskedForAgain) {
  Call call = put_records();
  call.sink = &sink_;
  sink_.full = true;
  transport_->answer(200, "media");
  const auto error = error_of(call);
  EXPECT_EQ(error.error.kind, ErrorKind::unavailable);
  EXPECT_THAT(error.error.message, HasSubstr("the disk is full"));
  EXPECT_EQ(sent().size(), 1u);
}

}  // namespace
}  // namespace kinesight::aws
