// For tests/integration/test_ddb_s3.py: `drive_snapshots BUCKET` saves pictures and finds them as it is told.
#include "publish/driver.h"
#include "publish/s3/provision.h"
#include "publish/s3/snapshot_bucket.h"

namespace kinesight::publish {
namespace {

using support::error_json;
using support::Json;

/// A grey frame.
Frame grey(int width, int height) {
  auto pixels =
      std::make_shared<std::vector<std::uint8_t>>(static_cast<std::size_t>(width) * height * 3, 128);
  Frame frame;
  frame.view.width = width;
  frame.view.height = height;
  frame.view.planes[0] = {pixels->data(), width * 3};
  frame.pixels = pixels;
  return frame;
}

Json answer(const Json& question, const config::Parsed& options, aws::Session& session) {
  if (question.contains("provision")) {
    return support::provisioned(question.at("provision"), inspect_bucket, options, session);
  }
  const SnapshotBucket bucket(options.as<S3Options>(), aws::S3::make(session, {}).value());
  if (question.contains("save")) {
    const auto& asked = question.at("save");
    const std::vector<vision::Detection> boxes{
        {.type = "weapon", .label = "knife", .conf = 0.87F, .box = {20, 40, 80, 60}}};
    const auto key =
        bucket.save_with_bbox(grey(320, 240), asked.at("camera_id"), asked.at("ts_ms"), boxes, {});
    return key ? Json{{"key", *key}} : error_json(key.error());
  }
  const auto url = bucket.get_url(question.at("url"), question.value("seconds", 3600));
  return url ? Json{{"url", *url}} : error_json(url.error());
}

}  // namespace
}  // namespace kinesight::publish

int main(int, char** arguments) {
  kinesight::config::Parsed options(kinesight::publish::S3Options::table());
  static_cast<kinesight::publish::S3Options*>(options.object())->bucket = arguments[1];
  return kinesight::support::drive([&](const auto& question, auto& session) {
    return kinesight::publish::answer(question, options, session);
  });
}
