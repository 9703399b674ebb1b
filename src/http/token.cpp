#include "http/token.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace kinesight::http {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> system_failure(std::string_view doing, const fs::path& path, int code) {
  const ErrorKind kind =
      code == EACCES || code == EPERM || code == EROFS ? ErrorKind::denied : ErrorKind::unavailable;
  return fail(kind, "cannot {} {}: {}", doing, path.string(), std::strerror(code));
}

Result<std::string> read_token(const fs::path& path) {
  std::ifstream file(path);
  if (!file) return system_failure("read the HTTP token", path, errno);
  std::string token;
  file >> token;  // One word: a line end that an editor added is not part of it.
  if (token.empty()) {
    return fail(ErrorKind::corrupt, "the HTTP token file {} is empty: delete it, and a new one is made",
                path.string());
  }
  return token;
}

Result<std::string> random_token() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return fail(ErrorKind::unavailable, "the system has no random bytes for an HTTP token");
  }
  std::string token;
  for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

/// Writes a file that nobody else may read, whole or not at all; false when `path` is there already.
Result<bool> create_private(const fs::path& path, const std::string& text) {
  // A name of its own: two containers on one volume may have the same process id.
  std::string temporary = path.string() + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);  // Mode 0600.
  if (file < 0) return system_failure("write the HTTP token", temporary, errno);
  const bool written = ::write(file, text.data(), text.size()) == ssize_t(text.size());
  const int write_error = errno;
  ::close(file);
  // link() does not replace: of two processes that start at once, one token wins and both use it.
  const bool linked = written && ::link(temporary.c_str(), path.c_str()) == 0;
  const int link_error = errno;
  ::unlink(temporary.c_str());
  if (!written) return system_failure("write the HTTP token", temporary, write_error);
  if (!linked && link_error != EEXIST) return system_failure("write the HTTP token", path, link_error);
  return linked;
}

}  // namespace

Result<Token> load_or_create_token(const fs::path& state_directory) {
  Token token;
  token.path = state_directory / "http-token";
  std::error_code error;
  fs::create_directories(state_directory, error);
  if (error) return system_failure("make the folder", state_directory, error.value());
  if (!fs::exists(token.path, error)) {
    auto fresh = random_token();
    if (!fresh) return std::unexpected(fresh.error());
    auto created = create_private(token.path, *fresh + "\n");
    if (!created) return std::unexpected(created.error());
    token.created = *created;
  }
  auto value = read_token(token.path);
  if (!value) return std::unexpected(value.error());
  token.value = std::move(*value);
  return token;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace kinesight::http
