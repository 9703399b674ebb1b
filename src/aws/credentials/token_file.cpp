#include "aws/credentials/token_file.h"

#include <cstring>

#include "config/text_file.h"

namespace kinesight::aws {

Result<Secret> read_token_file(const Found& found) {
  constexpr std::size_t kMaxTokenBytes = 64 * 1024;
  constexpr std::string_view kBlank = " \t\r\n";
  auto text = config::read_file(found.value, kMaxTokenBytes);
  if (!text) {
    return fail(ErrorKind::unavailable, "{}: the token file {} {}", found.where, shown(found.value),
                text.error().message);
  }
  std::string_view token = *text;
  token.remove_prefix(std::min(token.find_first_not_of(kBlank), token.size()));
  token = token.substr(0, token.find_last_not_of(kBlank) + 1);
  const bool one_line = !token.empty() && token.find_first_of("\r\n") == token.npos;
  Secret secret(token);
  explicit_bzero(text->data(), text->size());
  if (one_line) return secret;
  return fail(ErrorKind::unavailable, "{}: expected one token in the file {}, found {}", found.where,
              shown(found.value), secret.empty() ? "none" : "several lines");
}

}  // namespace kinesight::aws
