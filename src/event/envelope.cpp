#include "event/envelope.h"

#include <openssl/evp.h>

#include <cmath>
#include <stdexcept>
#include <utility>

namespace kinesight::event {
namespace {

std::string sha1_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

/// No envelope comes near these; hostile input stops at them.
constexpr std::size_t kLargestEnvelope = 1024 * 1024;
constexpr int kDeepestEnvelope = 32;

/// Leaves the parser from inside its callback.
bool refuse_depth(int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
  if (depth > kDeepestEnvelope)
    throw std::runtime_error(fmt::format("nested more than {} deep", kDeepestEnvelope));
  return true;
}

/// nlohmann would cast a fraction or a boolean, and leave open what becomes of a number that is too large.
template <class Integer>
Integer whole_number(const nlohmann::json& value, std::string_view field) {
  const bool fits = value.is_number_unsigned()
                        ? std::in_range<Integer>(value.get<std::uint64_t>())
                        : value.is_number_integer() && std::in_range<Integer>(value.get<std::int64_t>());
  if (!fits)
    throw std::runtime_error(fmt::format("expected a whole number in {}, found {}", field, value.dump()));
  return value.get<Integer>();
}

std::array<int, 4> box(const nlohmann::json& value) {
  if (!value.is_array() || value.size() != 4) throw std::runtime_error("expected x, y, w, h in bbox");
  std::array<int, 4> box{};
  for (std::size_t i = 0; i < box.size(); ++i) box[i] = whole_number<int>(value[i], "bbox");
  return box;
}

}  // namespace

// Integer division rounds towards zero; floor() goes down.
std::int64_t ts_bucket(std::int64_t ts_ms) { return ts_ms / 1000 - (ts_ms % 1000 < 0 ? 1 : 0); }

double printable(double conf) { return std::round(conf * 1e4) / 1e4; }

std::string event_id(std::string_view camera_id, std::string_view type, std::string_view label,
                     std::int64_t ts_ms) {
  return sha1_hex(fmt::format("{}:{}:{}:{}", camera_id, type, label, ts_bucket(ts_ms)));
}

Envelope make_envelope(std::string camera_id, Payload payload) {
  payload.conf = printable(payload.conf);
  Envelope envelope;
  envelope.event_id = event_id(camera_id, payload.type, payload.label, payload.ts_ms);
  envelope.camera_id = std::move(camera_id);
  envelope.payload = std::move(payload);
  return envelope;
}

std::string to_json(const Envelope& envelope) {
  const Payload& payload = envelope.payload;
  const nlohmann::ordered_json json = {
      {"event_id", envelope.event_id},
      {"camera_id", envelope.camera_id},
      {"producer", envelope.producer},
      {"payload",
       {{"ts_ms", payload.ts_ms},
        {"type", payload.type},
        {"label", payload.label},
        {"conf", payload.conf},
        {"bbox", payload.bbox},
        {"extras", payload.extras}}},
  };
  // A label may come from a model file and hold anything: broken UTF-8 becomes U+FFFD rather than an
  // exception.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Envelope> parse_envelope(std::string_view text) try {
  if (text.size() > kLargestEnvelope) {
    return fail(ErrorKind::corrupt, "not a detection envelope: expected at most {} bytes, found {}",
                kLargestEnvelope, text.size());
  }
  const auto json = nlohmann::json::parse(text, refuse_depth);
  const auto& payload = json.at("payload");
  Envelope envelope;
  json.at("event_id").get_to(envelope.event_id);
  json.at("camera_id").get_to(envelope.camera_id);
  json.at("producer").get_to(envelope.producer);
  envelope.payload.ts_ms = whole_number<std::int64_t>(payload.at("ts_ms"), "ts_ms");
  payload.at("type").get_to(envelope.payload.type);
  payload.at("label").get_to(envelope.payload.label);
  payload.at("conf").get_to(envelope.payload.conf);
  envelope.payload.bbox = box(payload.at("bbox"));
  envelope.payload.extras = payload.at("extras");
  return envelope;
} catch (const std::exception& exception) {
  return fail(ErrorKind::corrupt, "not a detection envelope: {}", exception.what());
}

}  // namespace kinesight::event
