// What the product reads in pictures: dump_text MODELS PRECISION ENGINE < JOBS
// A job is a line on stdin: {"image": "a.png"} has text looked for, and answers
//   {"boxes": [{"corners": [[x, y], ...], "score": 0.9}]};
// {"image": "a.png", "quads": [[[x, y], ...]]} has what its quads enclose read, and answers
//   {"lines": [{"text": "ABC", "score": 0.9, "characters": [[["A", 0.9], ...], ...]}]}.
// MODELS is the models' folder, empty for the build's; PRECISION f32 or automatic; ENGINE ppocr or tesseract.
// After the answers, what one look and one reading took on average is told on stderr.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "base/clock.h"
#include "vision/ocr/model_files.h"
#include "vision/ocr/tesseract.h"
#include "vision/ocr/text_detector.h"
#include "vision/ocr/text_recognizer.h"

namespace kinesight::vision::ocr {
namespace {

using Json = nlohmann::json;

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "dump_text: %s\n", result.error().message.c_str());
  std::exit(1);
}

/// How often something was done, and how long it took in all.
struct Tally {
  int count = 0;
  double ms = 0;

  template <class Work>
  auto timed(Work work) {
    const auto begin = Clock::system().steady();
    auto result = work();
    ms += to_seconds(Clock::system().steady() - begin) * 1000;
    ++count;
    return result;
  }
  void tell(const char* what) const {
    if (count > 0) std::fprintf(stderr, "%s: %d, %.1f ms each\n", what, count, ms / count);
  }
};

Json as_json(const TextBox& box) {
  auto corners = Json::array();
  for (const auto& corner : box.corners) corners.push_back({corner.x, corner.y});
  return {{"corners", corners}, {"score", box.score}};
}

Json as_json(const Line& line) {
  auto places = Json::array();
  for (const auto& place : line.characters) {
    auto& list = places.emplace_back(Json::array());
    for (const auto& alternative : place) list.push_back({alternative.text, alternative.score});
  }
  return {{"text", line.text}, {"score", line.score}, {"characters", places}};
}

Quad quad_of(const Json& points) {
  Quad quad;
  for (std::size_t i = 0; i < quad.size(); ++i) quad[i] = {points.at(i).at(0), points.at(i).at(1)};
  return quad;
}

int dump(const std::string& models, Precision precision, bool tesseract) {
  Engine engine;
  const auto files = must(find_model_files(models));
  const auto detector = must(TextDetector::load(engine, files.detection, {.precision = precision}));
  std::unique_ptr<TextReader> reader;
  if (tesseract)
    reader = must(Tesseract::make());
  else
    reader = must(TextRecognizer::load(engine, files.recognition, precision));

  Tally looks, readings;
  for (std::string job_text; std::getline(std::cin, job_text);) {
    const auto job = Json::parse(job_text);
    const auto picture = cv::imread(job.at("image").get<std::string>(), cv::IMREAD_COLOR);
    auto answer = Json::object();
    if (!job.contains("quads")) {
      auto& boxes = answer["boxes"] = Json::array();
      const auto found = looks.timed([&] { return must(detector->find(picture, {})); });
      for (const auto& box : found) boxes.push_back(as_json(box));
    }
    for (const auto& points : job.value("quads", Json::array())) {
      const auto crop = rectify(picture, quad_of(points));
      answer["lines"].push_back(as_json(readings.timed([&] { return must(reader->read(crop, {})); })));
    }
    std::printf("%s\n", answer.dump().c_str());
  }
  looks.tell("looked for text");
  readings.tell("lines read");
  return 0;
}

}  // namespace
}  // namespace kinesight::vision::ocr

int main(int count, char** words) {
  using kinesight::vision::Precision;
  if (count != 4) {
    std::fprintf(stderr, "usage: dump_text MODELS f32|automatic ppocr|tesseract < JOBS\n");
    return 2;
  }
  const bool f32 = std::string(words[2]) == "f32", tesseract = std::string(words[3]) == "tesseract";
  return kinesight::vision::ocr::dump(words[1], f32 ? Precision::f32 : Precision::automatic, tesseract);
}
