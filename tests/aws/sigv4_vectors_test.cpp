// AWS's own test suite for Signature Version 4: canonical request, string to sign, and authorization of each
// case. It is not part of this repository.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "aws/sigv4.h"
#include "net/url.h"

namespace kinesight::aws {
namespace {

namespace fs = std::filesystem;

fs::path suite() {
  const char* shared = std::getenv("KINESIGHT_SHARED");
  const fs::path root = shared ? fs::path(shared) : fs::path(KINESIGHT_SOURCE_DIR).parent_path() / "shared";
  return root / "data" / "aws4_testsuite";
}

/// A case's file: "<folder>/<name of the folder>.<extension>".
std::string text_of(const fs::path& folder, const std::string& extension) {
  const fs::path path = folder / (folder.filename().string() + "." + extension);
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> cases() {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::recursive_directory_iterator(suite()))
    if (entry.path().extension() == ".req") folders.push_back(entry.path().parent_path());
  std::ranges::sort(folders);
  return folders;
}

/// Cuts `text` up to `end` off, which goes too; all of it when there is no `end`.
std::string cut(std::string& text, std::string_view end) {
  const auto at = std::min(text.find(end), text.size());
  std::string part = text.substr(0, at);
  text.erase(0, std::min(at + end.size(), text.size()));
  return part;
}

/// A request as the suite writes it: raw, so its path and query are encoded as a client would send them.
struct Raw {
  explicit Raw(std::string text) : body(std::move(text)) {
    std::string head = cut(body, "\n\n");
    std::string line = cut(head, "\n");
    request.method = cut(line, " ");
    std::string path = line.substr(0, line.rfind(" HTTP/1.1"));
    std::string query = path;
    path = cut(query, "?");
    while (!head.empty()) add_header(cut(head, "\n"));
    request.url = "https://example.amazonaws.com" + net::percent_encode(path, "/%");
    if (!query.empty()) request.url += "?" + net::percent_encode(query, "%&=");
    request.body = body;
  }

  void add_header(const std::string& line) {
    if (line.empty()) return;
    if (line.starts_with(' ')) {  // Folded: it goes on from the line before.
      request.headers.back().value += "\n" + line;
      return;
    }
    const auto colon = line.find(':');
    request.headers.push_back({line.substr(0, colon), line.substr(colon + 1)});
  }

  std::string body;
  net::Request request;
};

Credentials credentials_of(const fs::path& folder, const std::string& signed_request) {
  Credentials credentials;
  credentials.access_key_id = "AKIDEXAMPLE";
  credentials.secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  // In this case the token is sent and not signed, which no service of ours wants: it is added afterwards.
  if (folder.filename() == "post-sts-header-after") return credentials;
  constexpr std::string_view kToken = "X-Amz-Security-Token:";
  std::string rest = signed_request;
  if (!rest.contains(kToken)) return credentials;
  cut(rest, kToken);
  std::string token = cut(rest, "\n");
  credentials.session_token = Secret(token.substr(token.find_first_not_of(' ')));
  return credentials;
}

Signing signing() {
  Signing signing;
  signing.region = "us-east-1";
  signing.service = "service";
  signing.unix_seconds = 1440938160;  // 20150830T123600Z
  signing.double_encode = false;      // The suite encodes once, from raw paths.
  return signing;
}

std::string header(const net::Request& request, std::string_view name) {
  const std::string* value = net::find(request.headers, name);
  return value ? *value : "";
}

class SigV4Vectors : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(suite())) GTEST_SKIP() << suite() << " is not there; KINESIGHT_SHARED names its folder";
  }
};

TEST_F(SigV4Vectors, AllPass) {
  const auto folders = cases();
  ASSERT_GE(folders.size(), 30U) << "the suite is not complete";
  for (const auto& folder : folders) {
    SCOPED_TRACE(folder.filename().string());
    std::cout << folder.filename().string() << "\n";
    Raw raw(text_of(folder, "req"));
    const Credentials credentials = credentials_of(folder, text_of(folder, "sreq"));
    const std::string authorization = text_of(folder, "authz");

    net::Request request = raw.request;
    ASSERT_TRUE(sign(request, credentials, signing()));
    EXPECT_EQ(header(request, "Authorization"), authorization);
    EXPECT_EQ(header(request, "X-Amz-Date"), "20150830T123600Z");

    const auto steps = signing_steps(request, credentials, signing());
    ASSERT_TRUE(steps);
    EXPECT_EQ(steps->canonical_request, text_of(folder, "creq"));
    EXPECT_EQ(steps->string_to_sign, text_of(folder, "sts"));
    EXPECT_THAT(authorization, testing::EndsWith("SignedHeaders=" + steps->signed_headers +
                                                 ", Signature=" + steps->signature));
  }
}

}  // namespace
}  // namespace kinesight::aws
