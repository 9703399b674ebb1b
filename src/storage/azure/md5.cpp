#include "storage/azure/md5.h"

#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/base64.h"

namespace kinesight::storage::azure {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;

std::string finish(EVP_MD_CTX* state) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_DigestFinal_ex(state, digest, &length);
  return to_base64({reinterpret_cast<const char*>(digest), length});
}

}  // namespace

void FileMd5::Free::operator()(evp_md_ctx_st* state) const { EVP_MD_CTX_free(state); }

FileMd5::FileMd5() : whole_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(whole_.get(), EVP_md5(), nullptr); }
FileMd5::~FileMd5() = default;

Result<std::string> FileMd5::add(const net::FileRegion& part) {
  const std::unique_ptr<EVP_MD_CTX, Free> state(EVP_MD_CTX_new());
  if (EVP_DigestInit_ex(state.get(), EVP_md5(), nullptr) != 1)
    return fail(ErrorKind::unavailable,
                "OpenSSL has no MD5 here, which Azure's Blob service checks uploads by");
  std::vector<char> piece(kPiece);
  for (std::uint64_t done = 0; done < part.length;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, part.length - done));
    const auto count = ::pread(part.descriptor, piece.data(), wanted, static_cast<off_t>(part.offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      return fail(ErrorKind::unavailable, "the file to send cannot be read: {}", std::strerror(errno));
    if (count == 0)
      return fail(ErrorKind::corrupt, "the file to send has {} bytes where {} were expected",
                  part.offset + done, part.offset + part.length);
    EVP_DigestUpdate(state.get(), piece.data(), static_cast<std::size_t>(count));
    EVP_DigestUpdate(whole_.get(), piece.data(), static_cast<std::size_t>(count));
    done += static_cast<std::uint64_t>(count);
  }
  return finish(state.get());
}

std::string FileMd5::whole() { return finish(whole_.get()); }

}  // namespace kinesight::storage::azure
