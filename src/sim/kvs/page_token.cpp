#include <fmt/format.h>

#include "base/base64.h"
#include "sim/kvs/archived_operations.h"
#include "sim/kvs/request.h"

namespace kinesight::sim::kvs {
namespace {

constexpr std::size_t kMaxToken = 4096;

}  // namespace

std::string page_token(const nlohmann::json& state) { return to_base64(state.dump()); }

std::expected<nlohmann::json, Refusal> page_of(const nlohmann::json& request, const std::string& stream) {
  const auto token = read_text(request, "NextToken");
  if (!token) return std::unexpected(token.error());
  if (token->empty()) return nullptr;
  const auto text = token->size() <= kMaxToken ? from_base64(*token) : std::nullopt;
  auto state = parse_json(text.value_or(""));
  if (!state.is_object() || state.value("stream", nlohmann::json()) != stream)
    return invalid_argument("NextToken is not one of this stream's.");
  return state;
}

}  // namespace kinesight::sim::kvs
