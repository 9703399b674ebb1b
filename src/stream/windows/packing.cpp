#include "stream/windows/packing.h"

#include <fmt/format.h>

#include <cstdint>

namespace kinesight::stream {

std::string bytes_of(const Cells& cells) {
  std::string bytes;
  for (const double number : cells.numbers) pack(bytes, number);
  for (const QuantileSketch& sketch : cells.sketches) {
    const std::string one = sketch.bytes();
    pack(bytes, static_cast<std::uint32_t>(one.size()));
    bytes += one;
  }
  return bytes;
}

std::optional<Cells> cells_of(std::string_view bytes, std::span<const Aggregate> aggregates) {
  Cells cells(aggregates);
  for (double& number : cells.numbers)
    if (!unpack_value(bytes, number)) return std::nullopt;
  for (QuantileSketch& sketch : cells.sketches) {
    std::uint32_t size = 0;
    if (!unpack_value(bytes, size) || size > bytes.size()) return std::nullopt;
    auto read = QuantileSketch::from_bytes(bytes.substr(0, size));
    if (!read) return std::nullopt;
    sketch = std::move(*read);
    bytes.remove_prefix(size);
  }
  return bytes.empty() ? std::optional(std::move(cells)) : std::nullopt;
}

std::string describe(const WindowShape& shape, std::span<const Aggregate> aggregates) {
  std::string text = fmt::format("{} ms every {} ms", shape.size_ms, shape.slide_ms);
  for (const Aggregate& one : aggregates) {
    text += fmt::format("; {} {} {} {}", one.name, static_cast<int>(one.function),
                        one.field ? std::to_string(*one.field) : "-", one.quantile);
  }
  return text;
}

}  // namespace kinesight::stream
