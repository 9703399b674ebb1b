// Which texts could be plates', by their letters and digits alone.
#include "vision/plate/shape.h"

#include <gtest/gtest.h>

namespace kinesight::vision::plate {
namespace {

constexpr float kHardly = 1.9F;

TEST(PlateShapeTest, PlatesOfManyCountriesArePlausible) {
  for (const auto* text :
       {"RK755AJ",   "1T43213",  "ABC1234",    "8ABC123",  "AB12CDE",  "WA56660",   "HHAB1234",   "ABC1D23",
        "1234BCD",   "34ABC56",  "MH12DE1433", "M5XSX",    "FWE50",    "KA05M1909", "DL8CAF5030", "A123BC77",
        "A123BC777", "51F12345", "131D12345",  "34ABC123", "B1234XYZ", "1AB2CD"})
    EXPECT_LT(implausibility(text), kHardly) << text;
}

TEST(PlateShapeTest, WordsTelephoneNumbersAndYearsAreNot) {
  for (const auto* text :
       {"RENAULT", "TEXAS", "0860111515", "091017", "2011", "A1B2C3D4", "OABREKKE2012", ""})
    EXPECT_GE(implausibility(text), kHardly) << text;
}

TEST(PlateShapeTest, WordsOfSignsAreKnownAlsoBesideNumbersAndMisread) {
  for (const auto* text : {"EXIT12", "EXITI2", "TAXI4711", "2ZONE", "ZONE3O", "NOPARKING", "N0PARKING",
                           "T0Y0TA", "GATE2", "CAMERA01", "CAM04", "12PM"})
    EXPECT_TRUE(is_sign(text)) << text;
  for (const auto* text :
       {"RK755AJ", "BIMMIAN", "EXITAB", "ABTAXI", "SEATX4", "CAM1234", "CH12345", "12", ""})
    EXPECT_FALSE(is_sign(text)) << text;
}

TEST(PlateShapeTest, MixedIsLettersAndDigits) {
  EXPECT_TRUE(is_mixed("A1"));
  EXPECT_FALSE(is_mixed("AB"));
  EXPECT_FALSE(is_mixed("12"));
  EXPECT_FALSE(is_mixed(""));
}

}  // namespace
}  // namespace kinesight::vision::plate
