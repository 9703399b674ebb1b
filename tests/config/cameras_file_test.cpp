// One case for each rule of cameras.yaml: what is said, and on which line.
#include "config/cameras_file.h"

#include <gmock/gmock.h>

#include "config/sample_catalog.h"

namespace kinesight::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(CamerasFile, LoadsEveryValue) {
  const Loaded file = load_text(good_text());
  ASSERT_TRUE(file) << to_string(file.error().front());
  EXPECT_THAT(file->warnings, IsEmpty());
  EXPECT_EQ(file->service.state_directory, "./data");
  ASSERT_EQ(file->publishers.size(), 1u);
  EXPECT_EQ(file->publishers[0].type, "kds");
  EXPECT_EQ(file->publishers[0].options.as<SampleSink>().stream_name, "events");
  EXPECT_EQ(file->publishers[0].options.as<SampleSink>().batch_size, 500);
  ASSERT_EQ(file->cameras.size(), 1u);
  const CameraConfig& camera = file->cameras[0];
  EXPECT_EQ(camera.id, "front");
  EXPECT_TRUE(camera.options.enabled);
  EXPECT_DOUBLE_EQ(camera.options.fps_target, 2.5);
  ASSERT_TRUE(camera.source);
  EXPECT_EQ(camera.source->type, "file");
  EXPECT_EQ(camera.source->line, 7);
  EXPECT_EQ(camera.source->options.as<SampleSource>().path, "/");
  EXPECT_EQ(camera.source->options.as<SampleSource>().pace, Pace::max);
  EXPECT_TRUE(camera.source->options.as<SampleSource>().loop);
  ASSERT_EQ(camera.detectors.size(), 1u);
  EXPECT_DOUBLE_EQ(camera.detectors[0].options.as<SampleDetector>().conf_threshold, 0.5);
  EXPECT_THAT(camera.detectors[0].options.as<SampleDetector>().target_classes, ElementsAre("person", "dog"));
}

TEST(CamerasFile, UnknownKeyNamesTheNearest) {
  EXPECT_THAT(problems(good_but("fps_target", "fps_tagret")),
              ElementsAre("c.yaml:6: cameras.front.fps_tagret: unknown key; did you mean 'fps_target'?"));
  EXPECT_THAT(problems(good_but("publishers:", "publisher:")),
              ElementsAre("c.yaml:1: publisher: unknown key; did you mean 'publishers'?"));
  EXPECT_THAT(
      problems(good_but("conf_threshold", "conf_thresold")),
      ElementsAre("c.yaml:11: cameras.front.detectors[0].params.conf_thresold: unknown key; did you mean "
                  "'conf_threshold'?"));
}

TEST(CamerasFile, UnknownKeyThatIsNearNothingListsAll) {
  EXPECT_THAT(
      problems(good_but("pace: max", "zoom: 3")),
      ElementsAre("c.yaml:7: cameras.front.source.zoom: unknown key; expected one of type, path, loop, pace, "
                  "password, password_file"));
}

TEST(CamerasFile, OptionBesideParamsIsToldWhereItBelongs) {
  EXPECT_THAT(
      problems(good_but("        params:\n          conf_threshold: 0.5",
                        "        conf_threshold: 0.5\n        params:")),
      ElementsAre(
          "c.yaml:10: cameras.front.detectors[0].conf_threshold: unknown key; it belongs under 'params'"));
}

TEST(CamerasFile, WrongTypes) {
  EXPECT_THAT(
      problems(good_but("2.5", "fast")),
      ElementsAre("c.yaml:6: cameras.front.fps_target: expected a number from 0.1 to 120, found 'fast'"));
  EXPECT_THAT(
      problems(good_but("2.5", "[1, 2]")),
      ElementsAre("c.yaml:6: cameras.front.fps_target: expected a number from 0.1 to 120, found a list"));
  EXPECT_THAT(
      problems(good_but("2.5", "")),
      ElementsAre("c.yaml:6: cameras.front.fps_target: expected a number from 0.1 to 120, found nothing"));
  EXPECT_THAT(problems(good_but("yes", "maybe")),
              ElementsAre("c.yaml:7: cameras.front.source.loop: expected true or false, found 'maybe'"));
  EXPECT_THAT(
      problems(good_but("[person, \"dog\"]", "person")),
      ElementsAre("c.yaml:12: cameras.front.detectors[0].params.target_classes: expected a list of strings, "
                  "found 'person'"));
  EXPECT_THAT(
      problems(good_but("[person, \"dog\"]", "[person, {a: b}]")),
      ElementsAre("c.yaml:12: cameras.front.detectors[0].params.target_classes: expected a list of strings, "
                  "found a list of something else"));
  EXPECT_THAT(
      problems(good_but("events", "{a: b}")),
      ElementsAre(
          "c.yaml:3: publishers.kds.stream_name: expected a string that is not empty, found a mapping"));
}

TEST(CamerasFile, OutOfRange) {
  EXPECT_THAT(
      problems(good_but("2.5", "0")),
      ElementsAre("c.yaml:6: cameras.front.fps_target: expected a number from 0.1 to 120, found '0'"));
  EXPECT_THAT(
      problems(good_but("0.5", "1.01")),
      ElementsAre(
          "c.yaml:11: cameras.front.detectors[0].params.conf_threshold: expected a number from 0 to 1, "
          "found '1.01'"));
  EXPECT_THAT(problems(good_but("2.5", ".nan")), testing::SizeIs(1));
  EXPECT_THAT(problems(good_but("2.5", "nan")), testing::SizeIs(1));
}

TEST(CamerasFile, WordThatIsNotAllowedNamesTheNearest) {
  EXPECT_THAT(
      problems(good_but("pace: max", "pace: reeltime")),
      ElementsAre(
          "c.yaml:7: cameras.front.source.pace: expected one of realtime, max, found 'reeltime'; did you "
          "mean 'realtime'?"));
}

TEST(CamerasFile, MissingRequired) {
  EXPECT_THAT(problems(good_but("path: /, ", "")),
              ElementsAre("c.yaml:7: cameras.front.source.path: expected a string, found nothing"));
  EXPECT_THAT(
      problems(good_but("    stream_name: events", "    batch_size: 10")),
      ElementsAre("c.yaml:2: publishers.kds.stream_name: expected a string that is not empty (or environment "
                  "variable KDS_STREAM_NAME), found nothing"));
}

TEST(CamerasFile, DuplicateKeys) {
  EXPECT_THAT(problems(good_text() + "cameras: {}\n"),
              ElementsAre("c.yaml:13: cameras: expected each key once, found it on line 4 already"));
  EXPECT_THAT(problems(good_text() + "  front:\n    enabled: false\n"),
              ElementsAre("c.yaml:13: cameras.front: expected each key once, found it on line 5 already"));
  EXPECT_THAT(
      problems(good_but("loop: yes", "loop: yes, path: /tmp")),
      ElementsAre("c.yaml:7: cameras.front.source.path: expected each key once, found it on line 7 already"));
}

TEST(CamerasFile, UnknownTypesNameTheNearest) {
  EXPECT_THAT(
      problems(good_but("type: file", "type: flie")),
      ElementsAre(
          "c.yaml:7: cameras.front.source.type: expected one of kvs, file, found 'flie'; did you mean "
          "'file'?"));
  EXPECT_THAT(
      problems(good_but("type: object", "type: objects")),
      ElementsAre(
          "c.yaml:9: cameras.front.detectors[0].type: expected one of object, found 'objects'; did you "
          "mean 'object'?"));
  EXPECT_THAT(problems(good_but("  kds:", "  kdss:")),
              testing::Contains("c.yaml:2: publishers.kdss: unknown key; did you "
                                "mean 'kds'?"));
}

TEST(CamerasFile, MissingType) {
  EXPECT_THAT(problems(good_but("type: file, ", "")),
              ElementsAre("c.yaml:7: cameras.front.source.type: expected one of kvs, file, found nothing"));
}

TEST(CamerasFile, CameraIds) {
  for (const std::string id : {"..", ".", "a b", "a/b", "\"\"", "ü", "\"a\\nb\""}) {
    EXPECT_THAT(problems(good_but("front:", id + ":")), ElementsAre(HasSubstr("expected a camera id"))) << id;
  }
  EXPECT_THAT(problems(good_but("front:", "? " + std::string(257, 'a') + "\n  :")),
              ElementsAre(HasSubstr("expected a camera id")));
  for (const std::string id : {"...", "cam-1_b.C", "7"})
    EXPECT_TRUE(load_text(good_but("front:", id + ":"))) << id;
}

TEST(CamerasFile, OneSourceNeitherNoneNorTwo) {
  EXPECT_THAT(problems(good_but("    source: {type: file, path: /, pace: max, loop: yes}\n", "")),
              ElementsAre("c.yaml:5: cameras.front: expected 'kvs' or 'source', found neither"));
  EXPECT_THAT(problems(good_but("    fps_target: 2.5", "    kvs: {stream_name: s}")),
              testing::Contains("c.yaml:7: cameras.front.source: expected 'kvs' or 'source', found both"));
}

TEST(CamerasFile, EnabledCameraNeedsADetector) {
  const std::string without = good_text().substr(0, good_text().find("    detectors"));
  EXPECT_THAT(problems(without),
              ElementsAre("c.yaml:5: cameras.front.detectors: expected a list of detectors, found nothing"));
  EXPECT_THAT(
      problems(without + "    detectors: []\n"),
      ElementsAre("c.yaml:8: cameras.front.detectors: expected a list of detectors, found an empty one"));
  EXPECT_THAT(
      problems(without + "    detectors: {type: object}\n"),
      ElementsAre("c.yaml:8: cameras.front.detectors: expected a list of detectors, found a mapping"));
}

TEST(CamerasFile, DisabledCameraNeedsNothing) {
  const Loaded file = load_text(good_text() + "  spare:\n    enabled: false\n");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->cameras.size(), 2u);
  EXPECT_FALSE(file->cameras[1].options.enabled);
  EXPECT_FALSE(file->cameras[1].source);
}

TEST(CamerasFile, DisabledCameraIsStillChecked) {
  EXPECT_THAT(problems(good_text() +
                       "  spare: {enabled: false, fps: 3, source: {type: file, loop: 7}, detectors: 5}\n"),
              ElementsAre("c.yaml:13: cameras.spare.source.loop: expected true or false, found '7'",
                          "c.yaml:13: cameras.spare.detectors: expected a list of detectors, found '5'",
                          "c.yaml:13: cameras.spare.fps: unknown key; did you mean 'fps_target'?"));
}

TEST(CamerasFile, DisabledPublisherIsCheckedAndLeftOut) {
  const Loaded file = load_text(good_but("    stream_name: events", "    enabled: false"));
  ASSERT_TRUE(file);
  EXPECT_THAT(file->publishers, IsEmpty());
  EXPECT_THAT(
      problems(good_but("    stream_name: events", "    enabled: false\n    batch_size: 501")),
      ElementsAre("c.yaml:4: publishers.kds.batch_size: expected a whole number from 1 to 500, found '501'"));
}

TEST(CamerasFile, RuleOverSeveralOptions) {
  const std::string source = "source: {type: file, path: /, pace: max, loop: yes}";
  EXPECT_THAT(problems(good_but(source, "kvs: {stream_name: s, session_seconds: 100, margin_seconds: 51}")),
              testing::Contains(
                  "c.yaml:7: cameras.front.kvs.margin_seconds: expected at most half of session_seconds, "
                  "found '51'"));
  EXPECT_TRUE(load_text(good_but(source, "kvs: {stream_name: s, session_seconds: 100, margin_seconds: 50}")));
}

TEST(CamerasFile, NotAMapping) {
  EXPECT_THAT(problems("- a\n- b\n"), ElementsAre("c.yaml:1: expected a mapping, found a list"));
  EXPECT_THAT(problems("hello"), ElementsAre("c.yaml:1: expected a mapping, found 'hello'"));
  EXPECT_THAT(problems("cameras: [front]\n"),
              ElementsAre("c.yaml:1: cameras: expected a mapping, found a list"));
  EXPECT_THAT(problems("cameras:\n  front: 5\n"),
              ElementsAre("c.yaml:2: cameras.front: expected a mapping, found '5'"));
  EXPECT_THAT(problems(good_but("source: {type: file, path: /, pace: max, loop: yes}", "source: file")),
              ElementsAre("c.yaml:7: cameras.front.source: expected a mapping, found 'file'"));
}

TEST(CamerasFile, NoCameras) {
  EXPECT_THAT(problems("publishers: {}\n"),
              ElementsAre("c.yaml:1: cameras: expected a mapping of camera ids, found nothing"));
  EXPECT_THAT(problems("cameras: {}\n"),
              ElementsAre("c.yaml:1: cameras: expected at least one camera, found none"));
  EXPECT_THAT(problems("cameras:\n"),
              ElementsAre("c.yaml:1: cameras: expected at least one camera, found none"));
}

TEST(CamerasFile, EmptyFile) {
  for (const std::string text : {"", "\n\n", "# nothing but a comment\n", "---\n", "~\n"}) {
    EXPECT_THAT(problems(text),
                ElementsAre("c.yaml: expected a configuration with 'cameras', found an empty file"));
  }
}

TEST(CamerasFile, NotYaml) {
  EXPECT_THAT(problems("cameras:\n  front:\n\tkvs: x\n"), ElementsAre(HasSubstr("c.yaml:3: not YAML: ")));
  EXPECT_THAT(problems("cameras: {front: {\n"), ElementsAre(HasSubstr("not YAML: ")));
  EXPECT_THAT(problems("a: b: c\n"), ElementsAre(HasSubstr("c.yaml:1: not YAML: ")));
}

TEST(CamerasFile, NotUtf8) {
  EXPECT_THAT(problems("cameras:\n  fr\xff: {}\n"), ElementsAre("c.yaml:2: expected UTF-8, found byte 0xff"));
  EXPECT_THAT(problems(std::string("cameras:\n  fr\0: {}\n", 19)),
              ElementsAre("c.yaml:2: expected text, found control character 0x00"));
}

TEST(CamerasFile, TooDeepAndTooMuch) {
  EXPECT_THAT(problems("cameras: " + std::string(100, '[') + std::string(100, ']')),
              ElementsAre("c.yaml:1: expected at most 32 levels of nesting, found more"));
  // Each alias stands for ten of the one before it: a few lines that would be ten thousand million values.
  std::string bomb = "a0: &a0 [x]\n";
  for (int i = 1; i <= 10; ++i) {
    std::string line = "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) line += "*a" + std::to_string(i - 1) + (j < 9 ? ", " : "]\n");
    bomb += line;
  }
  EXPECT_THAT(problems(bomb),
              ElementsAre(HasSubstr("expected at most 100000 values in the file, found more")));
}

TEST(CamerasFile, AllProblemsAtOnceInTheOrderOfTheirLines) {
  EXPECT_THAT(
      problems("publishers:\n"
               "  kds: {batch_size: many}\n"
               "cameras:\n"
               "  a b:\n"
               "    fps_target: 500\n"
               "    detectors:\n"
               "      - type: weapn\n"
               "  back:\n"
               "    enabled: 7\n"
               "extra: 1\n"),
      ElementsAre(HasSubstr("c.yaml:2: publishers.kds.stream_name: expected"),
                  HasSubstr("c.yaml:2: publishers.kds.batch_size: expected a whole number from 1 to 500"),
                  HasSubstr("c.yaml:4: cameras.a b: expected a camera id"),
                  HasSubstr("c.yaml:4: cameras.a b: expected 'kvs' or 'source', found neither"),
                  HasSubstr("c.yaml:5: cameras.a b.fps_target: expected"),
                  HasSubstr("c.yaml:7: cameras.a b.detectors[0].type: expected one of object"),
                  HasSubstr("c.yaml:8: cameras.back: expected 'kvs' or 'source', found neither"),
                  HasSubstr("c.yaml:8: cameras.back.detectors: expected"),
                  HasSubstr("c.yaml:9: cameras.back.enabled: expected true or false, found '7'"),
                  HasSubstr("c.yaml:10: extra: unknown key; expected one of")));
}

}  // namespace
}  // namespace kinesight::config
