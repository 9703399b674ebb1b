#include "vision/yolo/network_detector.h"

#include <algorithm>
#include <utility>

namespace kinesight::vision::yolo {
namespace {

class NetworkDetector final : public Detector {
 public:
  NetworkDetector(Network network, std::function<void(Detection&)> mark)
      : network_(std::move(network)), mark_(std::move(mark)) {}

  Result<std::vector<Detection>> detect(const Frame& frame, const Turn& turn) override {
    auto found = network_.detect(frame.view, turn);
    if (found) std::ranges::for_each(*found, mark_);
    return found;
  }

 private:
  Network network_;
  const std::function<void(Detection&)> mark_;
};

}  // namespace

std::unique_ptr<Detector> network_detector(Network network, std::function<void(Detection&)> mark) {
  return std::make_unique<NetworkDetector>(std::move(network), std::move(mark));
}

}  // namespace kinesight::vision::yolo
