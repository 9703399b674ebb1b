#include "base/base64.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "base/rng.h"
#include "support/replay.h"

namespace kinesight {
namespace {

/// What is decoded, or "(none)".
std::string decoded(std::string text) {
  const auto bytes = decode_base64_in_place(text);
  return bytes ? text.substr(0, *bytes) : "(none)";
}

TEST(Base64, IsThatOfTheRfc) {
  // RFC 4648, section 10.
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("Zg=="), "f");
  EXPECT_EQ(decoded("Zm8="), "fo");
  EXPECT_EQ(decoded("Zm9v"), "foo");
  EXPECT_EQ(decoded("Zm9vYg=="), "foob");
  EXPECT_EQ(decoded("Zm9vYmE="), "fooba");
  EXPECT_EQ(decoded("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decoded("+/+/"), "\xfb\xff\xbf");
}

TEST(Base64, NothingElseIsTaken) {
  for (const auto* text : {"Z", "Zg", "Zg=", "=", "====", "Z===", "Zg==Zg==", "Zm=v", "Zm9vYg=A", "Zm9-",
                           "Zm9_", "Zm9 ", "Zm9\n", "Zm9\xff", "\x80m9v"}) {
    EXPECT_EQ(decoded(text), "(none)") << text;
  }
}

TEST(Base64, AllBytesOfAllLengthsComeBack) {
  Rng rng(support::replay_seed());
  for (int length = 0; length < 600; ++length) {
    std::string bytes;
    for (int i = 0; i < length; ++i) bytes += static_cast<char>(rng.integer(0, 255));
    std::string text(static_cast<std::size_t>(length + 2) / 3 * 4 + 1, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                    reinterpret_cast<const unsigned char*>(bytes.data()), length);
    text.pop_back();
    ASSERT_EQ(decoded(text), bytes) << length;
    ASSERT_EQ(to_base64(bytes), text) << length;
  }
}

}  // namespace
}  // namespace kinesight
