// kinesight iam-policy, for cameras; tests/integration/test_iam.py holds the publishers' part to what is
// called.
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/command_line.h"
#include "support/temp_folder.h"

namespace kinesight::cli {
namespace {

using nlohmann::json;

Ran iam_policy(const std::string& config, const std::vector<std::string>& more) {
  const support::TempFolder folder;
  const auto path = folder.path() / "cameras.yaml";
  std::ofstream(path) << config;
  std::vector<std::string> arguments = {"iam-policy", "--config", path.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return kinesight_run(arguments);
}

json statements(const std::string& config, const std::vector<std::string>& more = {}) {
  const Ran ran = iam_policy(config, more);
  EXPECT_EQ(ran.code, kOk) << ran.err;
  return json::parse(ran.out).at("Statement");
}

const char* const kCameras = R"(
cameras:
  a: {kvs: {stream_name: door, region: us-east-1}, detectors: [&d {type: object, params: {model_path: m.onnx}}]}
  b: {kvs: {stream_name: yard}, detectors: [*d]}
  again: {kvs: {stream_name: door, region: us-east-1}, detectors: [*d]}
  spare: {enabled: false, kvs: {stream_name: cellar}}
  file: {source: {type: file, path: x.mp4}, detectors: [*d]}
publishers: {kds: {stream_name: s, region: us-east-1}}
)";

TEST(IamPolicy, CamerasOfKinesisVideoShareAStatement) {
  const json found = statements(kCameras);
  ASSERT_EQ(found.size(), 2u) << found.dump(1);
  EXPECT_EQ(found[0], json::parse(R"({"Sid": "KinesightKvs", "Effect": "Allow",
      "Action": ["kinesisvideo:GetDataEndpoint", "kinesisvideo:GetHLSStreamingSessionURL",
                 "kinesisvideo:GetClip", "kinesisvideo:ListFragments", "kinesisvideo:DescribeStream"],
      "Resource": ["arn:aws:kinesisvideo:us-east-1:*:stream/door/*",
                   "arn:aws:kinesisvideo:*:*:stream/yard/*"]})"));
  EXPECT_EQ(found[1].at("Sid"), "KinesightKds");
}

TEST(IamPolicy, CamerasNeedNoProvisioning) {
  const json found = statements(kCameras, {"--provision"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].at("Sid"), "KinesightKds");
}

TEST(IamPolicy, SaysWhyAConfigurationCannotBeUsed) {
  const Ran ran = iam_policy(
      "cameras:\n  a: {source: {type: file, path: x}, detectors: [{type: object, params: {model_path: "
      "m}}]}\n  b: {}\n",
      {});
  EXPECT_EQ(ran.code, kInvalid);
  EXPECT_THAT(ran.err, testing::HasSubstr(":3: cameras.b: ")) << "not the warning in the line before";
}

const char* const kClips = R"(
rabbitmq: {url: "amqp://guest:guest@localhost"}
kvs: {region: eu-west-1}
storage: {type: s3, container: spectra-videos}
)";

TEST(IamPolicy, ClipsReadStreamsAndKeepObjects) {
  const json found = statements(kClips, {"--of", "clips"});
  std::set<std::string> actions;
  for (const json& statement : found) {
    for (const json& action : statement.at("Action")) actions.insert(action);
  }
  // What the seed's service needs, and what proves that a clip is whole, stored once and readable by its
  // link.
  EXPECT_THAT(actions, testing::UnorderedElementsAre(
                           "kinesisvideo:GetDataEndpoint", "kinesisvideo:GetClip",
                           "kinesisvideo:GetHLSStreamingSessionURL", "kinesisvideo:ListStreams",
                           "kinesisvideo:DescribeStream", "kinesisvideo:ListFragments", "s3:PutObject",
                           "s3:GetObject", "s3:AbortMultipartUpload", "s3:ListBucket"));
  EXPECT_EQ(found[0].at("Sid"), "KinesightKvs");
  EXPECT_EQ(found[0].at("Resource"), json({"*"})) << "ListStreams is no call on a stream";
  EXPECT_EQ(found[1].at("Resource"), json({"arn:aws:kinesisvideo:eu-west-1:*:stream/*/*"}));
  EXPECT_EQ(found[2].at("Sid"), "KinesightS3");
  EXPECT_EQ(found[2].at("Resource"), json({"arn:aws:s3:::spectra-videos/*"}));
}

TEST(IamPolicy, ClipsInAFolderNeedStreamsOnly) {
  const json found = statements(
      "rabbitmq: {url: \"amqp://h\"}\nstorage: {type: directory, path: ./clips, container: videos}\n",
      {"--of", "clips"});
  ASSERT_EQ(found.size(), 2u) << found.dump(1);
  EXPECT_EQ(found[1].at("Resource"), json({"arn:aws:kinesisvideo:*:*:stream/*/*"}));
}

TEST(IamPolicy, NothingIsProvisionedForClips) {
  const Ran ran = iam_policy(kClips, {"--of", "clips", "--provision"});
  EXPECT_EQ(ran.code, kInvalid);
  EXPECT_THAT(ran.err, testing::HasSubstr("--provision"));
}

}  // namespace
}  // namespace kinesight::cli
