#include "base/secret.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ostream>
#include <utility>

namespace kinesight {
namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!Streamable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);

TEST(Secret, RevealsItsTextToWhoeverAsksForIt) {
  const Secret secret("text");
  EXPECT_EQ(secret.reveal(), "text");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
  EXPECT_EQ(secret, Secret("text"));
  EXPECT_NE(secret, Secret("other"));
}

TEST(Secret, IsCopiedAndMovedWhole) {
  Secret first("a text that is too long for a string to keep within itself");
  Secret copy = first;
  EXPECT_EQ(copy, first);
  const Secret moved = std::move(first);
  EXPECT_EQ(moved, copy);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that it is empty is the point.
  copy = Secret("short");
  EXPECT_EQ(copy.reveal(), "short");
  Secret& itself = copy;
  copy = itself;
  EXPECT_EQ(copy.reveal(), "short");
  copy = std::move(itself);
  EXPECT_EQ(copy.reveal(), "short");
}

TEST(Secret, LeavesNothingBehind) {
  // A short text lies in the object itself, so that it can be looked at afterwards.
  alignas(Secret) unsigned char memory[sizeof(Secret)];
  auto* secret = new (memory) Secret("PLANTED");
  secret->~Secret();
  const std::string_view left(reinterpret_cast<const char*>(memory), sizeof(memory));
  EXPECT_EQ(left.find("PLANTED"), std::string_view::npos);
}

}  // namespace
}  // namespace kinesight
