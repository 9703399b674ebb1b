// Expected failures are values: Result<T> holds a T or an Error.
#pragma once

#include <fmt/format.h>

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace kinesight {

/// The few kinds of failure a caller may want to tell apart.
enum class ErrorKind {
  invalid,      ///< The request itself is wrong; trying again will not help.
  not_found,    ///< What was asked for is not there.
  denied,       ///< It is there, and we may not have it.
  throttled,    ///< We asked too often; try again later.
  unavailable,  ///< It cannot be reached or is not ready; try again later.
  corrupt,      ///< It is there and is not what it should be.
  cancelled,    ///< We were asked to stop.
};

/// The name of `kind` as logs and JSON show it.
std::string_view to_string(ErrorKind kind);

/// A failure: what was expected, what was found, where, and what to do, in one sentence for a person.
struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string message;
};

/// A value, or the reason why there is none.
template <class T = void>
using Result = std::expected<T, Error>;

/// `return fail(ErrorKind::not_found, "no such file: {}", path);`
template <class... Args>
std::unexpected<Error> fail(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Error{kind, fmt::format(format, std::forward<Args>(args)...)});
}

/// Puts `context` before the message of an error that is passed on: "context: message".
std::unexpected<Error> wrap(const Error& error, std::string_view context);

}  // namespace kinesight
