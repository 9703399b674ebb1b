// kinesight check, as scripts and people use it.
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "support/temp_folder.h"

namespace kinesight::cli {
namespace {

using testing::HasSubstr;

/// A file with `text`, in a folder of its own.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) { std::ofstream(path()) << text; }
  std::string path() const { return (folder_.path() / "cameras.yaml").string(); }

 private:
  support::TempFolder folder_;
};

const char* const kSpareCamera = "cameras:\n  front: {enabled: false}\n";

TEST(Check, WarningsLeaveAConfigurationUsable) {
  const ConfigFile file(kSpareCamera);
  const Ran ran = kinesight_run({"check", "--config", file.path()});
  EXPECT_EQ(ran.code, kOk);
  EXPECT_EQ(ran.err, "");
  EXPECT_THAT(ran.out, HasSubstr(":1: warning: cameras: no camera is enabled"));
  EXPECT_THAT(ran.out,
              HasSubstr(" can be used: 0 of 1 camera enabled, 0 publishers; 0 errors, 2 warnings\n"));
}

TEST(Check, WhatIsAllowedAndUnwiseIsAWarningThatShowsNoSecret) {
  const ConfigFile file(
      "publishers:\n  webhook:\n    url: http://example.com/planted-path\n  mqtt:\n    broker: "
      "mqtt://example.com\n" +
      std::string(kSpareCamera));
  const Ran ran = kinesight_run({"check", "--config", file.path()});
  EXPECT_EQ(ran.code, kOk);
  EXPECT_THAT(ran.out, HasSubstr(":2: warning: publishers.webhook.secret: requests are not signed"));
  EXPECT_THAT(ran.out, HasSubstr(":3: warning: publishers.webhook.url: events go over the network"));
  EXPECT_THAT(ran.out, HasSubstr(":5: warning: publishers.mqtt.broker: events and the password go over"));
  EXPECT_THAT(ran.out, testing::Not(HasSubstr("planted")));
}

TEST(Check, StrictMakesThemErrors) {
  const ConfigFile file(kSpareCamera);
  const Ran ran = kinesight_run({"check", "--strict", "--config", file.path()});
  EXPECT_EQ(ran.code, kInvalid);
  EXPECT_THAT(ran.out, HasSubstr(":1: cameras: no camera is enabled"));
  EXPECT_THAT(ran.out, HasSubstr(" cannot be used: "));
  EXPECT_THAT(ran.out, HasSubstr("2 errors, 0 warnings\n"));
}

TEST(Check, EveryErrorHasItsLine) {
  const ConfigFile file("cameras:\n  front:\n    fps_target: fast\n    kvs: {stream_nam: s}\n");
  const Ran ran = kinesight_run({"check", "--config", file.path()});
  EXPECT_EQ(ran.code, kInvalid);
  EXPECT_THAT(ran.out, HasSubstr(file.path() + ":3: cameras.front.fps_target: expected a number"));
  EXPECT_THAT(
      ran.out,
      HasSubstr(file.path() + ":4: cameras.front.kvs.stream_nam: unknown key; did you mean 'stream_name'?"));
  EXPECT_THAT(ran.out, HasSubstr("cannot be used: 4 errors, 0 warnings"));
}

TEST(Check, SizesThatNoBoxHasAreErrors) {
  const auto said = [](const std::string& sizes) {
    const ConfigFile file(
        "publishers: {local: {enabled: true}}\ncameras:\n  front:\n    enabled: false\n"
        "    detectors: [{type: weapon, params: {model_path: m.onnx, " +
        sizes + "}}]\n");
    return kinesight_run({"check", "--config", file.path()}).out;
  };
  EXPECT_THAT(said("min_width: 0.5, max_width: 0.4"),
              HasSubstr("params.max_width: expected at least min_width, found"));
  EXPECT_THAT(said("min_height: 0.5, max_height: 0.4"),
              HasSubstr("params.max_height: expected at least min_height, found"));
  EXPECT_THAT(said("min_height: 0.4, max_height: 0.4"), testing::Not(HasSubstr("at least")));
}

TEST(Check, JsonLines) {
  const ConfigFile file("cameras:\n  fr\"ont: {enabled: 7}\n");
  const Ran ran = kinesight_run({"check", "--json", "--config", file.path()});
  EXPECT_EQ(ran.code, kInvalid);
  std::vector<nlohmann::json> lines;
  std::istringstream stream(ran.out);
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(lines.front()["severity"], "error");
  EXPECT_EQ(lines.front()["file"], file.path());
  EXPECT_EQ(lines.front()["line"], 2);
  EXPECT_EQ(lines.front()["key"], "cameras.fr\"ont");
  EXPECT_EQ(lines.back()["usable"], false);
  EXPECT_EQ(lines.back()["errors"], lines.size() - 1);
}

TEST(Check, AModelAndAVideoThatAreNotThere) {
  const ConfigFile file(R"(publishers: {local: {enabled: true}}
cameras:
  front:
    source: {type: file, path: /gone.mp4}
    detectors:
      - {type: object, params: {model_path: /gone.onnx}}
)");
  const Ran ran = kinesight_run({"check", "--config", file.path()});
  EXPECT_EQ(ran.code, kOk) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr(":4: warning: cameras.front.source.path: no such file"));
  EXPECT_THAT(ran.out, HasSubstr(":6: warning: cameras.front.detectors[0].params.model_path: "));
  EXPECT_EQ(kinesight_run({"check", "--strict", "--config", file.path()}).code, kInvalid);
}

TEST(Check, ClipsYaml) {
  const std::string sound =
      "rabbitmq: {url: \"amqp://u:hidden@localhost\", prefetch: 1}\n"
      "storage: {type: directory, path: ./clips, container: videos}\n";
  const ConfigFile file(sound);
  const Ran ran = kinesight_run({"check", "--of", "clips", "--config", file.path()});
  EXPECT_EQ(ran.code, kOk) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("warning: rabbitmq.prefetch: 1 is less than the 2 workers"));
  EXPECT_THAT(ran.out,
              HasSubstr(" can be used: 2 workers, clips in directory, scheduler off; 0 errors, 1 warning\n"));
  EXPECT_EQ(kinesight_run({"check", "--strict", "--of", "clips", "--config", file.path()}).code, kInvalid);

  const ConfigFile broken(sound + "queues: {taks: Q}\n");
  const Ran refused = kinesight_run({"check", "--of", "clips", "--json", "--config", broken.path()});
  EXPECT_EQ(refused.code, kInvalid);
  const auto first = nlohmann::json::parse(refused.out.substr(0, refused.out.find('\n')));
  EXPECT_EQ(first["severity"], "error");
  EXPECT_EQ(first["line"], 3);
  EXPECT_EQ(first["key"], "queues.taks");
  EXPECT_THAT(refused.out, testing::Not(HasSubstr("hidden")));
  EXPECT_EQ(kinesight_run({"check", "--config", file.path()}).code, kInvalid) << "it is no cameras.yaml";
}

TEST(Check, FileThatIsNotThere) {
  const Ran ran = kinesight_run({"check", "--config", "/does/not/exist.yaml"});
  EXPECT_EQ(ran.code, kInvalid);
  EXPECT_THAT(ran.out, HasSubstr("/does/not/exist.yaml: cannot be read: No such file or directory"));
}

TEST(Check, OfStream) {
  const ConfigFile good("windows: {size_seconds: 60, aggregates: [{name: n, function: count}]}\n");
  const Ran ran = kinesight_run({"check", "--of", "stream", "--config", good.path()});
  EXPECT_EQ(ran.code, kOk);
  EXPECT_THAT(ran.out, HasSubstr(" can be used: windows of 60 s by city_id, 1 aggregate; 0 errors"));
  const ConfigFile bad("windows: {size_second: 60}\n");
  const Ran refused = kinesight_run({"check", "--of", "stream", "--config", bad.path()});
  EXPECT_EQ(refused.code, kInvalid);
  EXPECT_THAT(refused.out, HasSubstr(":1: windows.size_second: unknown key; did you mean 'size_seconds'?"));
}

}  // namespace
}  // namespace kinesight::cli
