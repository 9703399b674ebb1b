#include "event/envelope.h"

#include <openssl/evp.h>

#include <cmath>

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

}  // namespace

// Integer division rounds towards zero; floor() goes down.
std::int64_t ts_bucket(std::int64_t ts_ms) { return ts_ms / 1000 - (ts_ms % 1000 < 0 ? 1 : 0); }

double printable(double conf) { return std::round(conf * 1e4) / 1e4; }

std::string event_id(std::string_view camera_id, std::string_view type, std::string_view label, std::int64_t ts_ms) {
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
  // A label may come from a model file and hold anything: broken UTF-8 becomes U+FFFD rather than an exception.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Envelope> parse_envelope(std::string_view text) try {
  const auto json = nlohmann::json::parse(text);
  const auto& payload = json.at("payload");
  Envelope envelope;
  json.at("event_id").get_to(envelope.event_id);
  json.at("camera_id").get_to(envelope.camera_id);
  json.at("producer").get_to(envelope.producer);
  payload.at("ts_ms").get_to(envelope.payload.ts_ms);
  payload.at("type").get_to(envelope.payload.type);
  payload.at("label").get_to(envelope.payload.label);
  payload.at("conf").get_to(envelope.payload.conf);
  payload.at("bbox").get_to(envelope.payload.bbox);
  envelope.payload.extras = payload.at("extras");
  return envelope;
} catch (const nlohmann::json::exception& exception) {
  return fail(ErrorKind::corrupt, "not a detection envelope: {}", exception.what());
}

}  // namespace kinesight::event
