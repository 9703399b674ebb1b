// What the product relies on in Kinesis Video Streams' control plane.
#include "contract/video_peer.h"

namespace kinesight::contract {
namespace {

class KinesisVideoContract : public VideoContractTest {};

TEST_F(KinesisVideoContract, AStreamIsDescribedByNameAndByArn) {
  const auto name = empty_stream(2);
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

TEST_F(KinesisVideoContract, StreamsAreListedByPrefix) {
  if (peer_is("moto")) GTEST_SKIP() << "it heeds no condition";
  const auto name = empty_stream(1);
  const auto found = video_.list_streams(name.substr(0, name.size() - 1), 10, {});
  ASSERT_TRUE(succeeds(found));
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().name, name);
  EXPECT_TRUE(video_.list_streams(unique("absent"), 10, {})->empty());
}

TEST_F(KinesisVideoContract, AStreamThatIsNotThereIsNotFound) {
  const auto name = unique("absent");
  EXPECT_TRUE(fails(video_.describe(name, {}), ErrorKind::not_found));
  EXPECT_TRUE(fails(video_.data_endpoint(name, "GET_CLIP", {}), ErrorKind::not_found));
}

}  // namespace
}  // namespace kinesight::contract
