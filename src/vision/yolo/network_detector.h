// A detector that is a YOLO network and no more: what detector types do with its boxes is their own.
#pragma once

#include <functional>
#include <memory>

#include "vision/detector.h"
#include "vision/yolo/network.h"

namespace kinesight::vision::yolo {

/// A detector that finds what `network` does. `mark` gives each detection its type and threshold.
std::unique_ptr<Detector> network_detector(Network network, std::function<void(Detection&)> mark);

}  // namespace kinesight::vision::yolo
