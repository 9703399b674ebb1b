#include "contract/video_peer.h"

#include <cstdlib>
#include <stdexcept>

#include "sim/kvs/server.h"
#include "support/temp_folder.h"
#include "telemetry/log.h"
#include "video/fragmenter.h"
#include "video/movie.h"

namespace kinesight::contract {
namespace {

/// In fragments of a second each: more than a page of ListFragments.
constexpr double kFootageSeconds = 1500;

std::shared_ptr<const video::FragmentedVideo> recording() {
  const support::TempFolder folder;
  const auto path = folder.path() / "movie.mp4";
  video::test::write_movie(path, 100);
  auto cut = video::fragment_video(path, 1);
  if (!cut) throw std::runtime_error(cut.error().message);
  return std::make_shared<const video::FragmentedVideo>(std::move(*cut));
}

/// The simulator with one camera, for all tests of the process. Without limits of calls a second: the tests
/// are in a hurry.
class Simulator {
 public:
  Simulator() {
    const double start = Clock::system().wall_seconds() - kFootageSeconds;
    if (auto added = service_.add_camera("camera", {recording()}, start); !added)
      throw std::runtime_error(added.error().message);
    auto server = sim::kvs::Server::start({}, service_, Clock::system(), log_);
    if (!server) throw std::runtime_error(server.error().message);
    server_ = std::move(*server);
  }
  PeerAddress address() const { return {"sim", server_->url(), "AKIDCONTRACT", "contract-secret"}; }

 private:
  sim::kvs::Service service_{{.keys = {{"AKIDCONTRACT", "contract-secret"}}, .limits = false},
                             Clock::system()};
  telemetry::Log log_{"test", telemetry::LogFormat::text, telemetry::Level::critical, stderr};
  std::unique_ptr<sim::kvs::Server> server_;
};

PeerAddress peer() {
  if (auto named = named_peer("KINESISVIDEO")) return std::move(*named);
  static const Simulator simulator;
  return simulator.address();
}

}  // namespace

VideoContractTest::VideoContractTest() : ContractTest(peer()) {}

std::string VideoContractTest::camera() {
  const char* name = std::getenv("KINESIGHT_CONTRACT_CAMERA");
  return name && *name ? name : "camera";
}

std::string VideoContractTest::empty_stream(int retention_hours) {
  const std::string name = unique("empty");
  const RawJson raw(session(), kVideoService, kVideoProtocol, options());
  EXPECT_TRUE(succeeds(raw.call(
      "CreateStream", {{"StreamName", name}, {"DataRetentionInHours", retention_hours}}, "/createStream")));
  await([&] {
    const auto stream = video_.describe(name, {});
    return stream && stream->status == "ACTIVE";
  });
  return name;
}

}  // namespace kinesight::contract
