#include "vision/plate/normalise.h"

#include <gtest/gtest.h>

namespace kinesight::vision::plate {
namespace {

std::vector<Replacement> replacements(const std::vector<std::string>& entries) {
  return read_replacements(entries).value();
}

TEST(Normalise, KeepsLettersAndDigitsInUpperCase) {
  EXPECT_EQ(normalise("m-ab 12·3"), "MAB123");
  EXPECT_EQ(normalise("Ö–Ж"), "");
  EXPECT_EQ(normalise(""), "");
}

TEST(Normalise, ReplacesBeforeAnythingElse) {
  EXPECT_EQ(normalise("Ö-AB 12", replacements({"Ö=O"})), "OAB12");
  EXPECT_EQ(normalise("D AB12", replacements({"D ="})), "AB12");
  EXPECT_EQ(normalise("aB", replacements({"a=X"})), "XB") << "FROM is as it was read, not in upper case";
}

TEST(Normalise, ReplacesInOrder) {
  EXPECT_EQ(normalise("Q1", replacements({"Q=O", "O=0"})), "01");
  EXPECT_EQ(normalise("Q1", replacements({"O=0", "Q=O"})), "O1");
}

TEST(Normalise, WhatWasReplacedIsNotReplacedByTheSameAgain) {
  EXPECT_EQ(normalise("AAA", replacements({"A=AA"})), "AAAAAA");
  EXPECT_EQ(normalise("I=1", replacements({"I==1"})), "11") << "the first = parts the two";
}

TEST(Normalise, ReplacementsNeedAnEqualsSignAndSomethingBeforeIt) {
  for (const std::string entry : {"", "O", "=O"}) {
    const auto read = read_replacements(std::vector{entry});
    ASSERT_FALSE(read) << entry;
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
    EXPECT_NE(read.error().message.find("expected FROM=TO, found \"" + entry + "\""), std::string::npos);
  }
}

}  // namespace
}  // namespace kinesight::vision::plate
