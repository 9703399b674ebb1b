#include "vision/yolo/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::vision::yolo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Text {
  const char* text;
  std::vector<std::string> names;
};

class ParseNames : public testing::TestWithParam<Text> {};

TEST_P(ParseNames, ReadsWhatExportersWrite) {
  const auto names = parse_names(GetParam().text);
  ASSERT_TRUE(names) << names.error().message;
  EXPECT_EQ(*names, GetParam().names);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ParseNames,
    testing::Values(Text{"{0: 'person', 1: 'car'}", {"person", "car"}},  // Python, as Ultralytics writes it
                    Text{"{0: \"men's shoe\", 1: 'tv'}", {"men's shoe", "tv"}},  // Python, a quote inside
                    Text{R"({0: 'it\'s', 1: 'a\\b'})", {"it's", "a\\b"}},        // escapes
                    Text{R"({"0": "person", "1": "car"})", {"person", "car"}},   // JSON
                    Text{R"({"1": "car", "0": "person"})", {"person", "car"}},   // in any order
                    Text{"['person', 'traffic light']", {"person", "traffic light"}},    // older YOLOv5
                    Text{R"(["person"])", {"person"}},                                   // JSON list
                    Text{"{0: person, 1: traffic light}", {"person", "traffic light"}},  // YAML's flow style
                    Text{" {\n  0: 'a',\n  1: 'b, c',\n} ", {"a", "b, c"}},  // blanks, a comma at the end
                    Text{"{0: 'Öl', 1: '刀'}", {"Öl", "刀"}},                // UTF-8
                    Text{"[]", {}}, Text{"{}", {}}));

TEST(ParseNames, SaysWhatItCannotRead) {
  for (const char* text :
       {"", "person", "{0: 'person'", "{0: 'person}", "['a' 'b']", "{0 'a'}", "{-1: 'a'}", "{0: 'a', 0: 'b'}",
        "{x: 'a'}", "['a'] and more", "{0: }", "[[1]]x", "{99999999999999: 'a'}"}) {
    const auto names = parse_names(text);
    ASSERT_FALSE(names) << text;
    EXPECT_EQ(names.error().kind, ErrorKind::corrupt);
  }
  const auto gap = parse_names("{0: 'a', 2: 'c'}");
  ASSERT_FALSE(gap);
  EXPECT_THAT(gap.error().message, HasSubstr("none for class 1"));
}

class ClassNames : public testing::Test {
 protected:
  Result<std::vector<std::string>> names(int classes, const std::vector<std::string>& configured = {}) {
    return class_names(model_, classes, configured, [this](std::string_view note) { notes_ += note; });
  }

  ModelInfo model_{"models/a.onnx", 64, 64, {}, {}};
  std::string notes_;
};

TEST_F(ClassNames, ComeFromTheFileUnlessTheyAreConfigured) {
  model_.metadata["names"] = "{0: 'knife', 1: 'gun'}";
  EXPECT_THAT(*names(2), ElementsAre("knife", "gun"));
  EXPECT_THAT(*names(2, {"Messer", "Pistole"}), ElementsAre("Messer", "Pistole"));
  EXPECT_THAT(*names(0), ElementsAre("knife", "gun")) << "a head that does not tell how many";
  EXPECT_EQ(notes_, "");
}

TEST_F(ClassNames, ComeFromOpenVinosLabels) {
  model_.metadata["labels"] = "person traffic_light";
  EXPECT_THAT(*names(2), ElementsAre("person", "traffic light"));
}

TEST_F(ClassNames, AreCocosForEightyClassesWithoutNames) {
  const auto coco = names(80);
  ASSERT_TRUE(coco);
  EXPECT_EQ(coco->size(), 80U);
  EXPECT_EQ((*coco)[0], "person");
  EXPECT_EQ((*coco)[79], "toothbrush");
  EXPECT_THAT(notes_, HasSubstr("COCO")) << "it is an assumption: a person is told";
}

TEST_F(ClassNames, MustBeAsManyAsTheClasses) {
  model_.metadata["names"] = "['knife', 'gun', 'rifle']";
  const auto file = names(2);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, ErrorKind::invalid);
  EXPECT_THAT(file.error().message, HasSubstr("2 classes"));
  EXPECT_THAT(file.error().message, HasSubstr("name 3"));
  EXPECT_THAT(names(80, {"person"}).error().message, HasSubstr("names: name 1"));
}

TEST_F(ClassNames, MustBeGivenWhereNobodyKnowsThem) {
  const auto none = names(3);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("names:"));
  model_.metadata["names"] = "{0 'broken'}";
  EXPECT_THAT(names(3).error().message, HasSubstr("models/a.onnx"));
  EXPECT_THAT(*names(1, {"knife"}), ElementsAre("knife"))
      << "what is configured wins over what cannot be read";
}

}  // namespace
}  // namespace kinesight::vision::yolo
