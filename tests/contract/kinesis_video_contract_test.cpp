// What the product relies on in Kinesis Video Streams' control plane. The fake does not speak it: this is for
// peers.
#include "aws/services/kinesis_video.h"

#include "contract/peer.h"

namespace kinesight::contract {
namespace {

constexpr aws::Service kService{
    .id = "Kinesis Video", .signing_name = "kinesisvideo", .host_prefix = "kinesisvideo"};
constexpr aws::JsonProtocol kProtocol{.service = "Kinesis Video", .content_type = "application/json"};

class KinesisVideoContract : public ContractTest {
 protected:
  KinesisVideoContract() : ContractTest("KINESISVIDEO") {}

  aws::KinesisVideo video_ = aws::KinesisVideo::make(session(), options()).value();
};

TEST_F(KinesisVideoContract, AStreamIsDescribedByNameAndByArn) {
  const auto name = unique("camera");
  const RawJson raw(session(), kService, kProtocol, options());
  ASSERT_TRUE(succeeds(
      raw.call("CreateStream", {{"StreamName", name}, {"DataRetentionInHours", 2}}, "/createStream")));
  const auto by_name = video_.describe(name, {});
  ASSERT_TRUE(succeeds(by_name));
  EXPECT_EQ(by_name->name, name);
  EXPECT_EQ(by_name->status, "ACTIVE");
  EXPECT_EQ(by_name->retention_hours, 2);
  const auto by_arn = video_.describe(by_name->arn, {});
  ASSERT_TRUE(succeeds(by_arn));
  EXPECT_EQ(by_arn->name, name);
  const auto endpoint = video_.data_endpoint(name, "GET_HLS_STREAMING_SESSION_URL", {});
  ASSERT_TRUE(succeeds(endpoint));
  EXPECT_TRUE(endpoint->starts_with("http")) << *endpoint;
}

TEST_F(KinesisVideoContract, AStreamThatIsNotThereIsNotFound) {
  const auto name = unique("absent");
  EXPECT_TRUE(fails(video_.describe(name, {}), ErrorKind::not_found));
  EXPECT_TRUE(fails(video_.data_endpoint(name, "GET_CLIP", {}), ErrorKind::not_found));
}

}  // namespace
}  // namespace kinesight::contract
