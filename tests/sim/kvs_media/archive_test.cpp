// The archived-media operations.
#include <gmock/gmock.h>

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <set>

#include "base/base64.h"
#include "sim/kvs/archived_operations.h"
#include "sim/kvs_media/rig.h"

namespace kinesight::sim::kvs::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class ArchiveTest : public Rig {
 protected:
  static json asked(const char* name, json times) {
    return {{"StreamName", "cam"}, {name, std::move(times)}};
  }

  json list(const json& request) {
    const auto answer = api.list_fragments(request);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
    return answer ? json::parse(answer->body) : json{{"Fragments", json::array()}};
  }
  /// All pages, as they came.
  std::vector<std::string> pages(json request) {
    std::vector<std::string> numbers;
    for (int page = 0; page < 1000; ++page) {
      const json answer = list(request);
      EXPECT_LE(answer["Fragments"].size(), request.value("MaxResults", 1000U));
      for (const json& one : answer["Fragments"]) numbers.push_back(one["FragmentNumber"]);
      if (answer["NextToken"].is_null()) return numbers;
      request["NextToken"] = answer["NextToken"];
    }
    ADD_FAILURE() << "the pages do not end";
    return numbers;
  }
  Outcome clip(double from, double to, const char* type = "PRODUCER_TIMESTAMP") {
    return api.get_clip(asked("ClipFragmentSelector", selector(from, to, type)));
  }
  static json images(double from, double to, int interval) {
    return {{"StreamName", "cam"},
            {"ImageSelectorType", "PRODUCER_TIMESTAMP"},
            {"StartTimestamp", kStart + from},
            {"EndTimestamp", kStart + to},
            {"SamplingInterval", interval},
            {"Format", "PNG"}};
  }
  static cv::Mat picture_in(const json& image) {
    const std::string bytes = from_base64(image.at("ImageContent").get<std::string>()).value();
    return cv::imdecode(std::vector<char>(bytes.begin(), bytes.end()), cv::IMREAD_COLOR);
  }
  static int number_in(const cv::Mat& picture) {
    const FrameView view{
        PixelFormat::bgr24, picture.cols, picture.rows, {{{picture.data, static_cast<int>(picture.step)}}}};
    return video::test::number_in(view);
  }
};

TEST_F(ArchiveTest, AListTellsAllOfEachFragment) {
  add_camera();
  faults.add({.name = "clock_skew", .value = "2", .begin = kStart + 3});
  at(60);
  const json answer = list(asked("FragmentSelector", selector(3.2, 3.3, "SERVER_TIMESTAMP")));
  ASSERT_EQ(answer["Fragments"].size(), 1U);
  const json& one = answer["Fragments"][0];
  EXPECT_EQ(one["FragmentNumber"].get<std::string>().size(), 47U);
  EXPECT_EQ(one["FragmentSizeInBytes"], ten_seconds()->fragments[3].media.size());
  EXPECT_DOUBLE_EQ(one["ProducerTimestamp"], kStart + 5);
  EXPECT_DOUBLE_EQ(one["ServerTimestamp"], kStart + 3.25);
  EXPECT_EQ(one["FragmentLengthInMilliseconds"], 1000);
  EXPECT_EQ(one.size(), 5U);
}

TEST_F(ArchiveTest, ListsAreInNoOrderAndLeaveNothingOut) {
  add_camera();
  faults.add({.name = "gap", .value = "7", .begin = kStart + 101});
  faults.add({.name = "clock_skew", .value = "-9", .begin = kStart + 150, .end = kStart + 160});
  at(600);
  for (const char* type : {"PRODUCER_TIMESTAMP", "SERVER_TIMESTAMP"}) {
    json request = asked("FragmentSelector", selector(10, 500, type));
    const std::vector<std::string> whole = pages(request);
    std::set<std::string> all(whole.begin(), whole.end());
    EXPECT_EQ(whole.size(), all.size());
    EXPECT_NEAR(static_cast<double>(all.size()), 483, 1);
    EXPECT_FALSE(std::ranges::is_sorted(whole));
    for (const int size : {1, 2, 7, 240, 483, 1000}) {
      request["MaxResults"] = size;
      const std::vector<std::string> paged = pages(request);
      EXPECT_EQ(std::set(paged.begin(), paged.end()), all) << size;
      EXPECT_EQ(paged.size(), all.size()) << size;
      EXPECT_FALSE(std::ranges::is_sorted(paged)) << size;
    }
  }
}

TEST_F(ArchiveTest, APagedListIsOneOfItsFirstPagesMoment) {
  add_camera();
  at(20);
  json request = asked("FragmentSelector", selector(0, 100));
  request["MaxResults"] = 8;
  const json first = list(request);
  request["NextToken"] = first["NextToken"];
  at(50);
  EXPECT_EQ(first["Fragments"].size() + pages(request).size(), 19U);
}

TEST_F(ArchiveTest, FragmentsOfTheSameTimeAreAllTold) {
  add_camera();
  // The clock is set back by a second more each second: nine fragments say the same time.
  for (int i = 1; i < 9; ++i)
    faults.add({.name = "clock_skew",
                .value = std::to_string(-i),
                .begin = kStart + 10 + i,
                .end = kStart + 11 + i});
  at(60);
  json request = asked("FragmentSelector", selector(10, 10));
  EXPECT_EQ(pages(request).size(), 9U);
  request["MaxResults"] = 1;
  const auto numbers = pages(request);
  EXPECT_EQ(numbers.size(), 9U);
  EXPECT_EQ(std::set(numbers.begin(), numbers.end()).size(), 9U);
}

TEST_F(ArchiveTest, ListsThatMakeNoSenseAreRefused) {
  add_camera();
  at(60);
  std::vector<json> wrong = {{{"StreamName", "cam"}},
                             {{"FragmentSelector", selector(0, 5)}},
                             asked("FragmentSelector", selector(5, 4)),
                             asked("FragmentSelector", {{"FragmentSelectorType", "SERVER_TIMESTAMP"}})};
  for (const int size : {0, 1001}) {
    wrong.push_back(asked("FragmentSelector", selector(0, 5)));
    wrong.back()["MaxResults"] = size;
  }
  const auto limited = [](const json& limit) {
    return page_token({{"stream", "cam"},
                       {"server", true},
                       {"start", kStart},
                       {"end", kStart + 9},
                       {"now", kStart},
                       {"limit", limit},
                       {"pass", 0},
                       {"from", kStart},
                       {"after", "x"}});
  };
  for (const std::string& token :
       {std::string("x"), std::string("AAAA"), std::string("e30="), std::string("bnVsbA=="), limited(-1),
        limited(0), limited(1'000'000'000'000), limited("1")}) {
    wrong.push_back(asked("FragmentSelector", selector(0, 5)));
    wrong.back()["NextToken"] = token;
  }
  for (const json& request : wrong) {
    const auto answer = api.list_fragments(request);
    ASSERT_FALSE(answer) << request;
    EXPECT_EQ(answer.error().type, "InvalidArgumentException") << request;
  }
  EXPECT_TRUE(list(asked("FragmentSelector", selector(-50, -5)))["Fragments"].empty());
}

TEST_F(ArchiveTest, MediaOfAListIsASegmentEachWithItsTags) {
  add_camera();
  at(60);
  const auto fragments = streams.find("cam")->timeline->range(kStart + 12, kStart + 13, false, kStart + 60);
  const json request = {{"StreamName", "cam"}, {"Fragments", {fragments[1].number, fragments[0].number}}};
  const auto answer = api.get_media_for_fragment_list(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->content_type, "video/webm");
  const auto second = answer->body.find("\x1A\x45\xDF\xA3", 4);
  ASSERT_NE(second, std::string::npos);
  EXPECT_EQ(numbers_in(answer->body.substr(0, second), "a.mkv"), count_up(30, 40));
  EXPECT_EQ(numbers_in(answer->body.substr(second), "b.mkv"), count_up(20, 30));
  const std::string head = answer->body.substr(0, second);
  EXPECT_THAT(head, HasSubstr("AWS_KINESISVIDEO_FRAGMENT_NUMBER"));
  EXPECT_THAT(head, HasSubstr(fragments[1].number));
  EXPECT_THAT(head, HasSubstr("AWS_KINESISVIDEO_SERVER_TIMESTAMP"));
  EXPECT_THAT(head, HasSubstr("1700000013.250"));
  EXPECT_THAT(head, HasSubstr("AWS_KINESISVIDEO_PRODUCER_TIMESTAMP"));
  EXPECT_THAT(head, HasSubstr("1700000013.000"));
}

TEST_F(ArchiveTest, MediaOfAFragmentThatIsNotThereSpoilsTheList) {
  add_camera();
  at(60);
  const std::string number = streams.find("cam")->timeline->newest(1, kStart + 60)[0].number;
  const auto error = [&](json list) {
    const auto answer =
        api.get_media_for_fragment_list({{"StreamName", "cam"}, {"Fragments", std::move(list)}});
    return answer ? "none" : answer.error().type;
  };
  EXPECT_EQ(error({number}), "none");
  EXPECT_EQ(error({number, std::string(47, '1')}), "ResourceNotFoundException");
  EXPECT_EQ(error(json::array()), "InvalidArgumentException");
  EXPECT_EQ(error(json(std::vector<std::string>(1001, number))), "InvalidArgumentException");
  EXPECT_EQ(error({"12a"}), "InvalidArgumentException");
  EXPECT_EQ(error({12}), "InvalidArgumentException");
  EXPECT_EQ(error(nullptr), "InvalidArgumentException");
}

TEST_F(ArchiveTest, AClipHoldsTheFragmentsThatStartInItsRange) {
  add_camera();
  at(60);
  const auto answer = clip(12.5, 15);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->content_type, "video/mp4");
  EXPECT_EQ(numbers_in(answer->body, "clip.mp4"), count_up(30, 60));
  std::vector<int> over_the_end = count_up(90, 100);
  for (const int number : count_up(0, 10)) over_the_end.push_back(number);
  EXPECT_EQ(numbers_in(clip(19.25, 20.25, "SERVER_TIMESTAMP")->body, "clip.mp4"), over_the_end);
}

TEST_F(ArchiveTest, AClipEndsSilentlyAtTwoHundredFragments) {
  add_camera("cam", {numbered_recording(250, 1, 48, 48)});
  at(25.3);
  const auto answer = clip(0, 25);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(numbers_in(answer->body, "clip.mp4"), count_up(0, 200));
}

TEST_F(ArchiveTest, AClipEndsSilentlyAtAHundredMegabytes) {
  // A box that players pass over (ISO/IEC 14496-12, 8.1.2) makes fragments heavy.
  auto heavy = std::make_shared<video::FragmentedVideo>(*ten_seconds());
  heavy->fragments.resize(3);
  heavy->duration = 3;
  std::string filler = std::string("\x02\x80\x00\x00", 4) + "free";
  filler.resize(0x02800000, '\0');
  for (video::MediaFragment& fragment : heavy->fragments) fragment.media += filler;
  add_camera("cam", {heavy});
  at(60);
  const auto answer = clip(0, 2.5);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(numbers_in(answer->body, "clip.mp4"), count_up(0, 20));  // 42 MB each: two fit.
}

TEST_F(ArchiveTest, AClipIsRefusedWhereThereIsNone) {
  add_camera();
  faults.add({.name = "resolution", .begin = kStart + 30, .end = kStart + 40});
  add_camera("none", {ten_seconds()}, 0);
  at(60);
  const auto error = [](const Outcome& answer) { return answer ? "none" : answer.error().type; };
  EXPECT_EQ(error(clip(-20, -10)), "ResourceNotFoundException");
  EXPECT_EQ(error(clip(20.1, 20.9)), "ResourceNotFoundException");
  EXPECT_EQ(error(clip(20, 10)), "InvalidArgumentException");
  EXPECT_EQ(error(clip(20, 20)), "InvalidArgumentException");
  EXPECT_EQ(error(clip(20, 86'500)), "InvalidArgumentException");
  EXPECT_EQ(error(clip(20, 61, "SERVER_TIMESTAMP")), "InvalidArgumentException");
  EXPECT_EQ(error(api.get_clip({{"StreamName", "cam"}})), "InvalidArgumentException");
  EXPECT_EQ(error(api.get_clip(json::array())), "InvalidArgumentException");
  EXPECT_EQ(error(clip(25, 33)), "InvalidCodecPrivateDataException");
  EXPECT_EQ(error(clip(30, 39)), "none");
  EXPECT_EQ(error(api.get_clip({{"StreamName", "none"}, {"ClipFragmentSelector", selector(20, 30)}})),
            "NoDataRetentionException");
}

TEST_F(ArchiveTest, WhatRetentionHasTakenIsInNoAnswer) {
  add_camera("cam", {ten_seconds()}, 1);
  at(60);
  const std::string number = streams.find("cam")->timeline->newest(1, kStart + 60)[0].number;
  at(3620);
  EXPECT_EQ(pages(asked("FragmentSelector", selector(0, 59.5))).size(), 40U);
  EXPECT_EQ(numbers_in(clip(0, 21.5)->body, "clip.mp4"), count_up(0, 20));
  at(3700);
  EXPECT_FALSE(api.get_media_for_fragment_list({{"StreamName", "cam"}, {"Fragments", {number}}}));
}

TEST_F(ArchiveTest, ImagesShowWhatWasSeenAtEachTime) {
  add_camera();
  faults.add({.name = "gap", .value = "1", .begin = kStart + 13});
  at(60);
  const auto answer = api.get_images(images(12, 14, 500));
  ASSERT_TRUE(answer) << answer.error().message;
  const json list = json::parse(answer->body);
  ASSERT_EQ(list["Images"].size(), 5U);
  EXPECT_TRUE(list["NextToken"].is_null());
  const std::vector<int> wanted = {20, 25, -1, -1, 40};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const json& image = list["Images"][i];
    EXPECT_DOUBLE_EQ(image["TimeStamp"], kStart + 12 + 0.5 * static_cast<double>(i));
    if (wanted[i] < 0) {
      EXPECT_EQ(image["Error"], "NO_MEDIA");
      EXPECT_FALSE(image.contains("ImageContent"));
    } else {
      EXPECT_EQ(number_in(picture_in(image)), wanted[i]);
      EXPECT_EQ(picture_in(image).cols, 160);
    }
  }
}

TEST_F(ArchiveTest, ImagesComeInPagesAndSizes) {
  add_camera();
  at(60);
  json request = images(10, 18, 200);
  request["Format"] = "JPEG";
  request["FormatConfig"] = {{"JPEGQuality", "95"}};
  request["HeightPixels"] = 60;
  request["MaxResults"] = 100;  // AWS gives 25 at most.
  const json first = json::parse(api.get_images(request)->body);
  EXPECT_EQ(first["Images"].size(), 25U);
  EXPECT_EQ(picture_in(first["Images"][0]).cols, 80);
  EXPECT_EQ(number_in(picture_in(first["Images"][7])), 14);
  request["NextToken"] = first["NextToken"];
  request["WidthPixels"] = 200;
  const json second = json::parse(api.get_images(request)->body);
  EXPECT_EQ(second["Images"].size(), 16U);
  EXPECT_TRUE(second["NextToken"].is_null());
  EXPECT_EQ(number_in(picture_in(second["Images"][15])), 80);
  EXPECT_EQ(picture_in(second["Images"][15]).size(), cv::Size(200, 60));
}

TEST_F(ArchiveTest, ImagesThatMakeNoSenseAreRefused) {
  add_camera();
  at(400);
  const auto error = [&](const char* name, json value) {
    json request = images(10, 18, 200);
    request[name] = std::move(value);
    const auto answer = api.get_images(request);
    return answer ? "none" : answer.error().type;
  };
  EXPECT_EQ(error("SamplingInterval", 199), "InvalidArgumentException");
  EXPECT_EQ(error("EndTimestamp", kStart + 311), "InvalidArgumentException");
  EXPECT_EQ(error("EndTimestamp", kStart + 9), "InvalidArgumentException");
  EXPECT_EQ(error("Format", "GIF"), "InvalidArgumentException");
  EXPECT_EQ(error("ImageSelectorType", nullptr), "InvalidArgumentException");
  EXPECT_EQ(error("MaxResults", 101), "InvalidArgumentException");
  EXPECT_EQ(error("WidthPixels", 100), "ValidationException");
  EXPECT_EQ(error("FormatConfig", {{"JPEGQuality", "0"}}), "InvalidArgumentException");
  EXPECT_EQ(error("StreamName", "nobody"), "ResourceNotFoundException");
}

TEST(Base64Test, BothWays) {
  const std::vector<std::pair<std::string, std::string>> known = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xff\xfe\xfd", "//79"}};  // RFC 4648, section 10.
  for (const auto& [bytes, text] : known) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
  for (const char* wrong : {"Z", "Zg", "Zg=", "Z===", "Zm9-", "=Zm9"})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
}

}  // namespace
}  // namespace kinesight::sim::kvs::test
