#include "vision/options_alpr.h"

#include "vision/options_model.h"

namespace kinesight::vision {

const config::Table& AlprOptions::table() {
  static const config::Table table =
      config::describe<AlprOptions>("alpr", "Finds licence plates and reads them.")
          .option("detector_model_path", &AlprOptions::detector_model_path,
                  "The model that finds plates: .onnx, OpenVINO .xml, an exported folder, or a .pt with its "
                  "export "
                  "beside it.")
          .required()
          .not_empty()
          .warns(no_model)
          .choice("ocr_engine", &AlprOptions::ocr_engine, {{"paddleocr", OcrEngine::paddleocr}},
                  "What reads the text of a plate.")
          .option("min_text_length", &AlprOptions::min_text_length,
                  "Readings of fewer characters are dropped.")
          .range(1, 32);
  return table;
}

}  // namespace kinesight::vision
