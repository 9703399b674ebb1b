// What windows hold as bytes, for whoever keeps it: for as long as the program's version, on machines of one
// byte order.
#pragma once

#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "stream/windows/aggregate.h"
#include "stream/windows/windows.h"

namespace kinesight::stream {

/// Appends a value's bytes.
template <class Value>
void pack(std::string& bytes, const Value& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

/// Takes a value off the begin; false when there are too few bytes.
template <class Value>
bool unpack_value(std::string_view& bytes, Value& value) {
  if (bytes.size() < sizeof(value)) return false;
  std::memcpy(&value, bytes.data(), sizeof(value));
  bytes.remove_prefix(sizeof(value));
  return true;
}

/// The numbers, then each sketch with its length before it.
std::string bytes_of(const Cells& cells);
/// Back again; nothing when it is not what bytes_of() made for these aggregates.
std::optional<Cells> cells_of(std::string_view bytes, std::span<const Aggregate> aggregates);

/// All that decides what windows hold, so that what others made is not taken for it.
std::string describe(const WindowShape& shape, std::span<const Aggregate> aggregates);

}  // namespace kinesight::stream
