// MD5 of parts of a file: how Azure's Blob service is told what should arrive. Against damage, not attack.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/http.h"

struct evp_md_ctx_st;

namespace kinesight::storage::azure {

/// Digests parts of a file, one after the other, and all of them together.
class FileMd5 {
 public:
  FileMd5();
  ~FileMd5();
  FileMd5(const FileMd5&) = delete;
  FileMd5& operator=(const FileMd5&) = delete;

  /// The part's digest, in base64. Errors: corrupt (the file ends before the part does), unavailable (it
  /// cannot be read, or OpenSSL is set up without MD5).
  Result<std::string> add(const net::FileRegion& part);
  /// Of all parts so far, in base64.
  std::string whole();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* state) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> whole_;
};

}  // namespace kinesight::storage::azure
