#include "vision/plate/extras.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "vision/plate/readings.h"

namespace kinesight::vision::plate {
namespace {

TEST(PlateExtras, SayWhatIsKnownOfThePlate) {
  Reading reading = reading_of("AB123", 0.87654F);
  reading.candidates.push_back({"A8123", 0.1F});
  reading.country = "FR";
  reading.list = "wanted";
  reading.listed = "AB-123";
  reading.corners = {{{10.04F, 20}, {110.55F, 21}, {110, 45}, {10, 44}}};
  EXPECT_EQ(extras_of(reading).dump(),
            R"({"candidates":[{"score":0.8765,"text":"AB123"},{"score":0.1,"text":"A8123"}],)"
            R"("corners":[[10.0,20.0],[110.6,21.0],[110.0,45.0],[10.0,44.0]],"country":"FR","list":"wanted",)"
            R"("listed":"AB-123","score":0.8765,"text":"AB123"})");
}

TEST(PlateExtras, LeaveOutWhatIsNotKnown) {
  Reading reading = reading_of("AB123", 0.5F);
  reading.candidates.clear();
  EXPECT_EQ(extras_of(reading).dump(), R"({"candidates":[],"score":0.5,"text":"AB123"})");
}

}  // namespace
}  // namespace kinesight::vision::plate
