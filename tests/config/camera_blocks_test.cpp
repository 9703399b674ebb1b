// What a camera says around its source and detectors: regions, time zone, priorities, gates, overload; one
// case for each thing that can be wrong, with its line.
#include <gmock/gmock.h>

#include "config/sample_catalog.h"

namespace kinesight::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// good_text() with `lines` on line 6 in place of fps_target.
std::string camera_with(const std::string& lines) { return good_but("    fps_target: 2.5", lines); }

/// good_text() with `lines` after its only detector, on line 13.
std::string detector_with(const std::string& lines) { return good_text() + lines; }

constexpr const char* kDoor = R"(    regions:
      - name: door
        mode: exclude
        anchor: center
        polygon: [[0.1, 0.2], [0.5, 0.2], [0.5, 0.9]]
        min_width: 0.05
        max_height: 0.5
        schedule: [Mon-Fri 22:00-06:00, "Sat,Sun"]
)";

/// kDoor, on lines 6 to 13, with `from` replaced by `to`.
std::vector<std::string> door_but(const std::string& from, const std::string& to) {
  std::string text = kDoor;
  text.replace(text.find(from), from.size(), to);
  text.pop_back();
  return problems(camera_with(text));
}

CameraConfig only_camera(const std::string& text) {
  const Loaded file = load_text(text);
  if (file) return file->cameras.at(0);
  ADD_FAILURE() << to_string(file.error().front());
  return {};
}

TEST(CameraBlocks, DefaultsWhereNothingIsSaid) {
  const CameraConfig camera = only_camera(good_text());
  EXPECT_EQ(camera.options.time_zone, "UTC");
  EXPECT_THAT(camera.regions, IsEmpty());
  EXPECT_FALSE(camera.motion_gate.enabled);
  EXPECT_FALSE(camera.bitstream_gate.enabled);
  EXPECT_TRUE(camera.overload.enabled);
  EXPECT_THAT(camera.overload.ladder, ElementsAre(OverloadStep::fewer_frames, OverloadStep::keyframes,
                                                  OverloadStep::low_priority_off));
  ASSERT_EQ(camera.detectors.size(), 1u);
  EXPECT_EQ(camera.detectors[0].common.priority, DetectorPriority::normal);
  EXPECT_THAT(camera.detectors[0].regions, IsEmpty());
  EXPECT_EQ(camera.detectors[0].type, "object");
}

TEST(CameraBlocks, GatesAndOverload) {
  const CameraConfig camera = only_camera(camera_with(
      "    motion_gate: {enabled: true, threshold: 2.5, max_still_seconds: 20}\n"
      "    bitstream_gate: {enabled: true, ratio: 4, max_still_seconds: 30}\n"
      "    overload: {enabled: false, ladder: [low_priority_off, keyframes], patience_seconds: 2, "
      "recovery_seconds: 9}"));
  EXPECT_TRUE(camera.motion_gate.enabled);
  EXPECT_EQ(camera.motion_gate.threshold, 2.5);
  EXPECT_EQ(camera.motion_gate.max_still_seconds, 20);
  EXPECT_TRUE(camera.bitstream_gate.enabled);
  EXPECT_EQ(camera.bitstream_gate.ratio, 4);
  EXPECT_EQ(camera.bitstream_gate.max_still_seconds, 30);
  EXPECT_FALSE(camera.overload.enabled);
  EXPECT_THAT(camera.overload.ladder, ElementsAre(OverloadStep::low_priority_off, OverloadStep::keyframes));
  EXPECT_EQ(camera.overload.patience_seconds, 2);
  EXPECT_EQ(camera.overload.recovery_seconds, 9);
}

TEST(CameraBlocks, GatesAndOverloadAreChecked) {
  EXPECT_THAT(
      problems(camera_with("    motion_gate: {enabled: true, treshold: 2}")),
      ElementsAre("c.yaml:6: cameras.front.motion_gate.treshold: unknown key; did you mean 'threshold'?"));
  EXPECT_THAT(problems(camera_with("    motion_gate: {threshold: 0}")),
              ElementsAre("c.yaml:6: cameras.front.motion_gate.threshold: expected a number from 0.5 to 255, "
                          "found '0'"));
  EXPECT_THAT(problems(camera_with("    bitstream_gate: {ratio: 1}")),
              ElementsAre("c.yaml:6: cameras.front.bitstream_gate.ratio: expected a number from 1.1 to 100, "
                          "found '1'"));
  EXPECT_THAT(problems(camera_with("    bitstream_gate: true")),
              ElementsAre("c.yaml:6: cameras.front.bitstream_gate: expected a mapping, found 'true'"));
  EXPECT_THAT(problems(camera_with("    overlod: {}")),
              ElementsAre("c.yaml:6: cameras.front.overlod: unknown key; did you mean 'overload'?"));
  EXPECT_THAT(
      problems(camera_with("    overload:\n      patience_seconds: soon\n      recovery_seconds: 0")),
      ElementsAre("c.yaml:7: cameras.front.overload.patience_seconds: expected a number from 0.1 to 3600, "
                  "found 'soon'",
                  "c.yaml:8: cameras.front.overload.recovery_seconds: expected a number from 0.1 to 3600, "
                  "found '0'"));
}

TEST(CameraBlocks, LadderIsAListOfItsWords) {
  const std::string expected =
      "c.yaml:6: cameras.front.overload.ladder: expected a list of one or more of fewer_frames, keyframes, "
      "low_priority_off, each once, found ";
  const auto ladder = [](const std::string& text) {
    return problems(camera_with("    overload: {ladder: " + text + "}"));
  };
  EXPECT_THAT(ladder("[fewer_frames]"), IsEmpty());
  EXPECT_THAT(ladder("[keyframes, fewer_frame]"),
              ElementsAre(expected + "'fewer_frame' in it; did you mean 'fewer_frames'?"));
  EXPECT_THAT(ladder("[keyframes, fewer_frames, keyframes]"),
              ElementsAre(expected + "'keyframes' in it twice"));
  EXPECT_THAT(ladder("keyframes"), ElementsAre(expected + "'keyframes'"));
  EXPECT_THAT(ladder("[]"), ElementsAre(expected + "an empty one"));
}

TEST(CameraBlocks, TimeZones) {
  for (const std::string zone : {"UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+5"})
    EXPECT_EQ(only_camera(camera_with("    time_zone: " + zone)).options.time_zone, zone);
  const std::string expected =
      "c.yaml:6: cameras.front.time_zone: expected the IANA name of a time zone, such as 'Europe/Berlin', "
      "found ";
  EXPECT_THAT(problems(camera_with("    time_zone: Europe/Berln")),
              ElementsAre(expected + "'Europe/Berln'; did you mean 'Europe/Berlin'?"));
  EXPECT_THAT(problems(camera_with("    time_zone: Kathmandu")),
              ElementsAre(expected + "'Kathmandu'; did you mean 'Asia/Kathmandu'?"));
  EXPECT_THAT(problems(camera_with("    time_zone: ../../etc/passwd")),
              ElementsAre(HasSubstr(expected + "'../../etc/passwd'")));
  EXPECT_THAT(problems(camera_with("    time_zone: \"\"")), ElementsAre(HasSubstr(expected + "''")));
}

TEST(CameraBlocks, Priority) {
  EXPECT_EQ(only_camera(detector_with("        priority: low\n")).detectors[0].common.priority,
            DetectorPriority::low);
  EXPECT_EQ(only_camera(detector_with("        priority: high\n")).detectors[0].common.priority,
            DetectorPriority::high);
  EXPECT_THAT(
      problems(detector_with("        priority: hihg\n")),
      ElementsAre("c.yaml:13: cameras.front.detectors[0].priority: expected one of high, normal, low, "
                  "found 'hihg'; did you mean 'high'?"));
  EXPECT_THAT(
      problems(detector_with("        priorty: low\n")),
      ElementsAre("c.yaml:13: cameras.front.detectors[0].priorty: unknown key; did you mean 'priority'?"));
}

TEST(CameraBlocks, RegionsOfACamera) {
  std::string text = kDoor;
  const CameraConfig camera = only_camera(camera_with(text));
  ASSERT_EQ(camera.regions.size(), 1u);
  const RegionOptions& door = camera.regions[0];
  EXPECT_EQ(door.name, "door");
  EXPECT_EQ(door.mode, RegionMode::exclude);
  EXPECT_EQ(door.anchor, RegionAnchor::center);
  EXPECT_THAT(door.polygon,
              ElementsAre(RelativePoint{0.1, 0.2}, RelativePoint{0.5, 0.2}, RelativePoint{0.5, 0.9}));
  EXPECT_EQ(door.min_width, 0.05);
  EXPECT_EQ(door.min_height, 0);
  EXPECT_EQ(door.max_width, 1);
  EXPECT_EQ(door.max_height, 0.5);
  EXPECT_THAT(door.schedule, ElementsAre("Mon-Fri 22:00-06:00", "Sat,Sun"));
  EXPECT_THAT(camera.detectors[0].regions, IsEmpty());
}

TEST(CameraBlocks, RegionsOfADetector) {
  const CameraConfig camera =
      only_camera(detector_with("        regions:\n"
                                "          - name: yard\n"
                                "            polygon:\n"
                                "              - [0, 0]\n"
                                "              - [1, 0]\n"
                                "              - [1, 1]\n"));
  EXPECT_THAT(camera.regions, IsEmpty());
  ASSERT_EQ(camera.detectors[0].regions.size(), 1u);
  const RegionOptions& yard = camera.detectors[0].regions[0];
  EXPECT_EQ(yard.name, "yard");
  EXPECT_EQ(yard.mode, RegionMode::include);
  EXPECT_EQ(yard.anchor, RegionAnchor::bottom_center);
  EXPECT_THAT(yard.polygon, ElementsAre(RelativePoint{0, 0}, RelativePoint{1, 0}, RelativePoint{1, 1}));
  EXPECT_THAT(yard.schedule, IsEmpty());
  EXPECT_THAT(problems(detector_with("        regions:\n")), IsEmpty());
}

TEST(CameraBlocks, RegionsAreChecked) {
  const std::string at = "cameras.front.regions[0]";
  EXPECT_THAT(door_but("name: door", "mode: include"),
              ElementsAre("c.yaml:7: " + at + ".name: expected a string that is not empty, found nothing",
                          "c.yaml:8: " + at + ".mode: expected each key once, found it on line 7 already"));
  EXPECT_THAT(door_but("name: door", "name: \"\""),
              ElementsAre("c.yaml:7: " + at + ".name: expected a string that is not empty, found ''"));
  EXPECT_THAT(door_but("mode: exclude", "mode: outside"),
              ElementsAre("c.yaml:8: " + at + ".mode: expected one of include, exclude, found 'outside'"));
  EXPECT_THAT(
      door_but("anchor: center", "anchor: bottom"),
      ElementsAre("c.yaml:9: " + at +
                  ".anchor: expected one of bottom_center, center, top_center, found 'bottom'; did you "
                  "mean 'bottom_center'?"));
  EXPECT_THAT(door_but("min_width: 0.05", "min_widht: 0.05"),
              ElementsAre("c.yaml:11: " + at + ".min_widht: unknown key; did you mean 'min_width'?"));
  EXPECT_THAT(door_but("min_width: 0.05", "min_width: 40"),
              ElementsAre("c.yaml:11: " + at + ".min_width: expected a number from 0 to 1, found '40'"));
  EXPECT_THAT(problems(camera_with("    regions: {name: door}")),
              ElementsAre("c.yaml:6: cameras.front.regions: expected a list of regions, found a mapping"));
  EXPECT_THAT(problems(camera_with("    regions: [door]")),
              ElementsAre("c.yaml:6: " + at + ": expected a mapping, found 'door'"));
}

TEST(CameraBlocks, SizesOfRegionsFitTogether) {
  EXPECT_THAT(door_but("max_height: 0.5", "max_width: 0.04"),
              ElementsAre("c.yaml:12: cameras.front.regions[0].max_width: expected at least min_width, found "
                          "'0.04'"));
  EXPECT_THAT(
      door_but("min_width: 0.05", "min_height: 0.6"),
      ElementsAre("c.yaml:12: cameras.front.regions[0].max_height: expected at least min_height, found "
                  "'0.5'"));
  EXPECT_THAT(door_but("min_width: 0.05", "min_height: 0.5"), IsEmpty());
}

TEST(CameraBlocks, PolygonsAreChecked) {
  const std::string at = "c.yaml:10: cameras.front.regions[0].polygon: ";
  const auto polygon = [](const std::string& text) {
    return door_but("[[0.1, 0.2], [0.5, 0.2], [0.5, 0.9]]", text);
  };
  EXPECT_THAT(polygon("[[0, 0], [1, 0]]"), ElementsAre(at + "expected 3 to 1000 corners, found 2"));
  EXPECT_THAT(polygon("[]"), ElementsAre(at + "expected 3 to 1000 corners, found 0"));
  EXPECT_THAT(polygon("[[0, 0], [1, 0], [1, 2]]"),
              ElementsAre(at + "expected shares of the picture from 0 to 1, found corner 3: [1, 2]"));
  EXPECT_THAT(polygon("[[0, 0], [1, 1], [1, 0], [0, 1]]"),
              ElementsAre(HasSubstr(at + "expected sides that")));
  EXPECT_THAT(polygon("[[0, 0], [1, 0], [1, one]]"),
              ElementsAre(at + "expected a list of points [x, y], found a list"));
  EXPECT_THAT(polygon("[[0, 0], [1, 0], [1]]"),
              ElementsAre(at + "expected a list of points [x, y], found a list"));
  EXPECT_THAT(polygon("[0, 0, 1, 0, 1, 1]"),
              ElementsAre(at + "expected a list of points [x, y], found a list of something else"));
  EXPECT_THAT(polygon("[[0, 0], [1, 0], [1, [1]]]"),
              ElementsAre(at + "expected a list of points [x, y], found a list of something else"));
  EXPECT_THAT(polygon("all"), ElementsAre(at + "expected a list of points [x, y], found 'all'"));
  EXPECT_THAT(
      problems(camera_with("    regions: [{name: door}]")),
      ElementsAre("c.yaml:6: cameras.front.regions[0].polygon: expected a list of points [x, y], found "
                  "nothing"));
}

TEST(CameraBlocks, PolygonsTakeTheEnvironment) {
  const std::string text =
      camera_with("    regions: [{name: a, polygon: [[0, 0], [1, 0], [1, \"${LOW}\"]]}]");
  const Loaded file = load_text(text, environment_of({{"LOW", "0.75"}}));
  ASSERT_TRUE(file) << to_string(file.error().front());
  EXPECT_EQ(file->cameras[0].regions[0].polygon[2].y, 0.75);
  EXPECT_THAT(problems(text), ElementsAre(HasSubstr("c.yaml:6: cameras.front.regions[0].polygon: ")));
}

TEST(CameraBlocks, SchedulesAreChecked) {
  const std::string at = "c.yaml:13: cameras.front.regions[0].schedule: ";
  EXPECT_THAT(
      door_but("Mon-Fri 22:00-06:00", "Mon-Fry 22:00-06:00"),
      ElementsAre(at + "expected days, hours or both, such as 'Mon-Fri 22:00-06:00', 'Sat,Sun' or 'daily "
                       "08:00-18:00', found 'Mon-Fry 22:00-06:00': 'Fry' is no day from Mon to Sun; did you "
                       "mean 'Fri'?"));
  EXPECT_THAT(door_but("[Mon-Fri 22:00-06:00, \"Sat,Sun\"]", "Mon-Fri"),
              ElementsAre(at + "expected a list of strings, found 'Mon-Fri'"));
  EXPECT_THAT(door_but("[Mon-Fri 22:00-06:00, \"Sat,Sun\"]", "[]"), IsEmpty());
}

TEST(CameraBlocks, ADetectorsRegionsHaveDifferentNames) {
  const std::string polygon = "polygon: [[0, 0], [1, 0], [1, 1]]}";
  EXPECT_THAT(
      problems(camera_with("    regions:\n      - {name: a, " + polygon + "\n      - {name: a, " + polygon)),
      ElementsAre("c.yaml:8: cameras.front.regions[1].name: expected a name that no other region of the "
                  "detector has, found 'a', which is on line 7 already"));
  EXPECT_THAT(
      problems(camera_with("    regions: [{name: a, " + polygon + "]") + "        regions: [{name: b, " +
               polygon + ", {name: a, " + polygon + "]\n"),
      ElementsAre("c.yaml:13: cameras.front.detectors[0].regions[1].name: expected a name that no other "
                  "region of the detector has, found 'a', which is on line 6 already"));
  const std::string own = "        regions: [{name: a, " + polygon + "]\n";
  EXPECT_THAT(problems(good_text() + own + "      - type: object\n" + own), IsEmpty())
      << "two detectors may each have a region of that name";
}

TEST(CameraBlocks, AllProblemsAtOnce) {
  EXPECT_THAT(problems(camera_with("    time_zone: Mars\n"
                                   "    regions:\n"
                                   "      - {name: a, mode: in}\n"
                                   "      - {polygon: [[0, 0]], schedule: [x]}\n"
                                   "    overload: {ladder: [none]}") +
                       "        priority: 1\n"),
              ElementsAre(HasSubstr("c.yaml:6: cameras.front.time_zone: "),
                          HasSubstr("c.yaml:8: cameras.front.regions[0].mode: "),
                          HasSubstr("c.yaml:8: cameras.front.regions[0].polygon: "),
                          HasSubstr("c.yaml:9: cameras.front.regions[1].name: "),
                          HasSubstr("c.yaml:9: cameras.front.regions[1].polygon: "),
                          HasSubstr("c.yaml:9: cameras.front.regions[1].schedule: "),
                          HasSubstr("c.yaml:10: cameras.front.overload.ladder: "),
                          HasSubstr("c.yaml:17: cameras.front.detectors[0].priority: ")));
}

TEST(CameraBlocks, RegionsOfADisabledCameraMayLackWhatIsRequired) {
  EXPECT_THAT(problems(good_text() + "  spare: {enabled: false, regions: [{name: a}]}\n"), IsEmpty());
  EXPECT_THAT(problems(good_text() + "  spare: {enabled: false, regions: [{name: a, polygon: [[0, 0]]}]}\n"),
              ElementsAre(HasSubstr("c.yaml:13: cameras.spare.regions[0].polygon: expected 3 to 1000")));
}

}  // namespace
}  // namespace kinesight::config
