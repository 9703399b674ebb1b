// All that a processor of tasks needs, in one folder: a camera, a store, a broker and a cache that do as they
// are told.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "clips/processor.h"
#include "clips/support/camera_stream.h"
#include "clips/support/fake_cache.h"
#include "clips/support/in_process_sandbox.h"
#include "storage/directory_store.h"
#include "support/fake_broker.h"
#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"

namespace kinesight::clips {

inline const std::string kNext = "M0_PRIORITY_QUEUE";

inline std::string read_file(const std::filesystem::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

struct ClipRig {
  support::FakeClock clock{video::test::kStart + 1000};
  support::TelemetryFixture telemetry;
  support::TempFolder folder;
  CameraStream stream;
  InProcessSandbox sandbox;
  video::ClipTools tools{sandbox};
  std::unique_ptr<WorkFiles> files = WorkFiles::open(folder.path() / "work").value();
  ClipMaker maker{stream, tools, *files, clock, {}};
  std::unique_ptr<storage::ObjectStore> store =
      storage::make_directory_store(folder.path() / "bucket", clock).value();
  support::FakeBroker broker;
  FakeCache cache{clock};
  Cache* with_cache = &cache;
  ProcessorOptions options;

  ClipRig() { broker.make_queue(kNext); }

  /// A task from `from` to `until`, seconds of the recording.
  static Task task(double from, double until, std::int64_t process = 7) {
    Task task;
    task.camera_id = "front";
    task.stream_name = "front";
    task.start_ms = std::llround((video::test::kStart + from) * 1000);
    task.end_ms = std::llround((video::test::kStart + until) * 1000);
    task.process_id = process;
    return task;
  }

  Outcome process(const Task& task, std::stop_token stop = {}) {
    const Processor processor({stream, maker, tools, *files, *store, broker, with_cache, clock, telemetry},
                              options);
    return processor.process(task, stop);
  }

  nlohmann::json sent(std::size_t which = 0) {
    return nlohmann::json::parse(broker.messages(kNext).at(which).body);
  }
  std::filesystem::path object(const Task& task) { return folder.path() / "bucket" / clip_key(task); }
  std::vector<int> shown(const Task& task) { return video::test::play(read_file(object(task))).numbers(); }
  std::vector<int> expected(double from, double until) {
    return stream.camera.expected(video::test::kStart + from, video::test::kStart + until);
  }
  /// What lies in the work folder.
  std::size_t left_behind() {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "work"))
      count += entry.path().filename() != "lock";
    return count;
  }
};

}  // namespace kinesight::clips
