#include "support/fake_aws/cbor.h"

#include <nlohmann/json.hpp>

#include "support/fake_aws/service.h"

namespace kinesight::support::fake {
namespace {

[[noreturn]] void refuse(std::size_t at) {
  throw ServiceError(400, "SerializationException", "Unexpected CBOR at byte {}.", at);
}

}  // namespace

std::uint8_t Cbor::next() {
  if (at_ == document_.size()) refuse(at_);
  return static_cast<std::uint8_t>(document_[at_++]);
}

std::uint64_t Cbor::argument(std::uint8_t first) {
  const int info = first & 0x1f;
  if (info < 24) return static_cast<std::uint64_t>(info);
  if (info > 27) refuse(at_ - 1);
  std::uint64_t value = 0;
  for (int i = 0; i < 1 << (info - 24); ++i) value = value * 256 + next();
  return value;
}

void Cbor::expect_type(std::uint8_t first, std::uint8_t type) const {
  if ((first & 0xe0) != type) refuse(at_ - 1);
}

std::string_view Cbor::string(std::uint8_t type) {
  const std::uint8_t first = next();
  expect_type(first, type);
  const std::uint64_t length = argument(first);
  if (length > document_.size() - at_) refuse(at_);
  const auto text = document_.substr(at_, length);
  at_ += length;
  return text;
}

bool Cbor::at_break() {
  const bool ends = at_ < document_.size() && document_[at_] == '\xff';
  if (ends) ++at_;
  return ends;
}

void Cbor::unknown(std::string_view name) const {
  throw ServiceError(400, "SerializationException", "Unexpected member {}.", name);
}

void Cbor::end() const {
  if (at_ != document_.size()) refuse(at_);
}

void answer_in_cbor(HttpResponse& response) {
  const auto said = nlohmann::json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (said.is_discarded()) return;
  response.body.clear();
  nlohmann::json::to_cbor(said, response.body);
  response.headers.erase("Content-Type");
  response.headers.emplace("Content-Type", kCborType);
}

}  // namespace kinesight::support::fake
