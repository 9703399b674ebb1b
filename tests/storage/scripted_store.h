// A session for stores whose transport answers from a script, and files to store.
#pragma once

#include <fstream>

#include "aws/services/scripted_session.h"
#include "storage/object_store.h"
#include "support/temp_folder.h"

namespace kinesight::storage {

class StoreTest : public aws::ServiceTest {
 protected:
  std::filesystem::path file(std::uint64_t bytes) {
    const auto path = folder_.path() / "clip";
    std::ofstream(path).close();
    std::filesystem::resize_file(path, bytes);
    return path;
  }
  void answer(int status, std::string body = "", net::Headers headers = {}) {
    transport_->answer(status, std::move(body), std::move(headers));
  }
  /// What went out, a line a request: "PUT ?partNumber=1&uploadId=u".
  std::vector<std::string> asked() const {
    std::vector<std::string> lines;
    for (const auto& sent : transport_->sent) {
      const auto query = sent.url.find('?');
      lines.push_back(sent.method + " " + (query == std::string::npos ? "" : sent.url.substr(query)));
    }
    return lines;
  }

  support::TempFolder folder_;
};

inline constexpr std::uint64_t kLong = 70ULL << 20;  ///< Too long for one request: five parts.

}  // namespace kinesight::storage
