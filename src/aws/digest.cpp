#include "aws/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

namespace kinesight::aws {
namespace {

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::unexpected<Error> cannot_read(const std::filesystem::path& file, int code) {
  const auto kind = code == ENOENT                    ? ErrorKind::not_found
                    : code == EACCES || code == EPERM ? ErrorKind::denied
                                                      : ErrorKind::unavailable;
  return fail(kind, "{}: cannot be read: {}", file.string(), std::strerror(code));
}

/// Fetched once: EVP_sha256() is looked up among the providers, under a lock, each time that it is used.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched != nullptr ? fetched : EVP_sha256();
}

using State = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

State new_state() {
  State state(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(state.get(), algorithm(), nullptr);
  return state;
}

Digest finish(EVP_MD_CTX& state) {
  Digest digest{};
  EVP_DigestFinal_ex(&state, digest.data(), nullptr);
  return digest;
}

}  // namespace

Digest sha256(std::string_view text) {
  thread_local const State state(EVP_MD_CTX_new(), EVP_MD_CTX_free);  // Its memory is used again.
  EVP_DigestInit_ex(state.get(), algorithm(), nullptr);
  EVP_DigestUpdate(state.get(), text.data(), text.size());
  return finish(*state);
}

Result<Digest> sha256_of_file(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return cannot_read(file, errno);
  const State state = new_state();
  std::vector<char> piece(std::size_t{1} << 20);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0)
    EVP_DigestUpdate(state.get(), piece.data(), static_cast<std::size_t>(in.gcount()));
  if (in.bad()) return cannot_read(file, errno);
  return finish(*state);
}

Result<Digest> sha256_of_region(const net::FileRegion& region) {
  const State state = new_state();
  std::vector<char> piece(std::size_t{256} << 10);
  for (std::uint64_t done = 0; done < region.length;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), region.length - done));
    const auto count =
        ::pread(region.descriptor, piece.data(), wanted, static_cast<off_t>(region.offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      return fail(ErrorKind::unavailable, "the file to send cannot be read: {}", std::strerror(errno));
    if (count == 0)
      return fail(ErrorKind::corrupt, "the file to send has {} bytes where {} were expected",
                  region.offset + done, region.offset + region.length);
    EVP_DigestUpdate(state.get(), piece.data(), static_cast<std::size_t>(count));
    done += static_cast<std::uint64_t>(count);
  }
  return finish(*state);
}

Digest hmac_sha256(std::string_view key, std::string_view text) {
  Digest digest{};
  HMAC(algorithm(), key.data(), static_cast<int>(key.size()), octets(text), text.size(), digest.data(),
       nullptr);
  return digest;
}

std::string hex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(2 * digest.size(), '0');
  char* into = text.data();
  for (const unsigned char byte : digest) {
    *into++ = kDigits[byte >> 4];
    *into++ = kDigits[byte & 15];
  }
  return text;
}

}  // namespace kinesight::aws
