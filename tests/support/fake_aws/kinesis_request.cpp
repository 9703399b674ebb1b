#include "support/fake_aws/kinesis_request.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "support/fake_aws/cbor.h"
#include "support/fake_aws/encoding.h"
#include "support/fake_aws/http.h"
#include "support/fake_aws/service.h"

namespace kinesight::support::fake {
namespace {

namespace json = simdjson::ondemand;

constexpr std::size_t kMaxRecords = 500;
constexpr std::size_t kMaxRequestBytes = 10 * 1024 * 1024;
constexpr std::size_t kMaxRecordBytes = 1024 * 1024;
constexpr std::size_t kMaxKeyCharacters = 256;

static_assert(kBodyPadding >= simdjson::SIMDJSON_PADDING);

std::size_t characters_in(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char byte) { return (byte & 0xC0) != 0x80; }));
}

HashKey read_explicit_hash(std::string_view text) {
  const auto hash = hash_from_decimal(text);
  if (!hash) {
    throw ServiceError(
        400, "InvalidArgumentException",
        "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified "
        "value was {}",
        text);
  }
  return *hash;
}

/// Reads a field of a record; false when it is none of a record's.
bool read_field(PutEntry& entry, std::string_view name, json::value value) {
  if (name == "PartitionKey") {
    entry.partition_key = value.get_string();
  } else if (name == "Data") {
    entry.data = value.get_string();
  } else if (name == "ExplicitHashKey") {
    if (!value.is_null()) entry.explicit_hash = read_explicit_hash(value.get_string());
  } else {
    return false;
  }
  return true;
}

std::vector<PutEntry> read_entries(json::array array) {
  std::vector<PutEntry> entries;
  entries.reserve(kMaxRecords);
  for (json::object record : array) {
    PutEntry& entry = entries.emplace_back();
    for (auto field : record) read_field(entry, field.unescaped_key(), field.value());
  }
  return entries;
}

/// The same of CBOR.
bool read_field(PutEntry& entry, std::string_view name, Cbor& value) {
  if (name == "PartitionKey") {
    entry.partition_key = value.text();
  } else if (name == "Data") {
    entry.data = value.bytes();
    entry.in_base64 = false;
  } else if (name == "ExplicitHashKey") {
    entry.explicit_hash = read_explicit_hash(value.text());
  } else {
    return false;
  }
  return true;
}

void read_entry(Cbor& document, PutEntry& entry) {
  document.each_member([&](std::string_view name) {
    if (!read_field(entry, name, document)) document.unknown(name);
  });
}

PutRequest parse(const std::string& body, bool single) {
  // One a thread: its buffers hold the strings that the entries look at.
  thread_local json::parser parser;
  json::document document = parser.iterate(body.data(), body.size(), body.capacity() + 1);
  PutRequest request;
  PutEntry lone;
  for (auto field : document.get_object()) {
    const std::string_view name = field.unescaped_key();
    if (name == "StreamName") {
      request.stream = std::string_view(field.value());
    } else if (name == "StreamARN") {
      request.stream = stream_of_arn(std::string_view(field.value()));
    } else if (name == "Records" && !single) {
      request.entries = read_entries(field.value());
    } else if (single) {
      read_field(lone, name, field.value());
    }
  }
  if (single) request.entries.push_back(lone);
  return request;
}

[[noreturn]] void fail_constraint(std::string_view what, std::string_view constraint) {
  throw ServiceError(400, "ValidationException",
                     "1 validation error detected: Value at '{}' failed to satisfy constraint: {}", what,
                     constraint);
}

/// The views are of `body`.
PutRequest parse_cbor(std::string_view body, bool single) {
  PutRequest request;
  PutEntry lone;
  Cbor document(body);
  document.each_member([&](std::string_view name) {
    if (name == "StreamName")
      request.stream = document.text();
    else if (name == "Records" && !single)
      document.each_item([&] { read_entry(document, request.entries.emplace_back()); });
    else if (!single || !read_field(lone, name, document))
      document.unknown(name);
  });
  document.end();
  if (single) request.entries.push_back(lone);
  return request;
}

void check(const PutEntry& entry, std::size_t number, bool single) {
  const auto member = [&](std::string_view name) {
    return single ? std::string(name) : fmt::format("records.{}.member.{}", number, name);
  };
  if (entry.partition_key.empty()) {
    fail_constraint(member("partitionKey"), "Member must have length greater than or equal to 1");
  }
  if (entry.partition_key.size() > kMaxKeyCharacters &&
      characters_in(entry.partition_key) > kMaxKeyCharacters) {
    fail_constraint(member("partitionKey"), "Member must have length less than or equal to 256");
  }
  if (entry.data.data() == nullptr) fail_constraint(member("data"), "Member must not be null");
  if (entry.bytes() > kMaxRecordBytes) {
    fail_constraint(member("data"), "Member must have length less than or equal to 1048576");
  }
}

void check(const PutRequest& request, bool single) {
  if (request.stream.empty()) {
    throw ServiceError(400, "InvalidArgumentException", "Either StreamName or StreamARN must be provided.");
  }
  if (request.entries.empty()) {
    fail_constraint("records", "Member must have length greater than or equal to 1");
  }
  if (request.entries.size() > kMaxRecords) {
    fail_constraint("records", "Member must have length less than or equal to 500");
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < request.entries.size(); ++i) {
    check(request.entries[i], i + 1, single);
    bytes += request.entries[i].bytes();
  }
  if (bytes > kMaxRequestBytes) {
    throw ServiceError(400, "InvalidArgumentException", "Records size exceeds 10 MB limit");
  }
}

}  // namespace

HashKey hash_of(std::string_view partition_key) {
  HashKey hash = 0;
  for (const unsigned char byte : md5(partition_key)) hash = hash << 8 | byte;
  return hash;
}

std::string to_decimal(HashKey key) {
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(key % 10));
    key /= 10;
  } while (key != 0);
  std::ranges::reverse(digits);
  return digits;
}

std::optional<HashKey> hash_from_decimal(std::string_view text) {
  constexpr HashKey most = ~HashKey{0};
  if (text.empty()) return std::nullopt;
  HashKey hash = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    const HashKey value = static_cast<HashKey>(digit - '0');
    if (hash > (most - value) / 10) return std::nullopt;
    hash = hash * 10 + value;
  }
  return hash;
}

std::size_t PutEntry::data_bytes() const {
  if (!in_base64) return data.size();
  const std::size_t padding = data.ends_with("==") ? 2 : data.ends_with('=') ? 1 : 0;
  return data.size() / 4 * 3 - padding;
}

PutRequest read_put_request(const std::string& body, bool single, bool cbor) {
  PutRequest request;
  try {
    request = cbor ? parse_cbor(body, single) : parse(body, single);
  } catch (const simdjson::simdjson_error&) {
    throw ServiceError(400, "SerializationException", "");
  }
  check(request, single);
  return request;
}

std::string sequence_text(std::uint64_t number) {
  return fmt::format("4959033827149025660855969253836157{:022}", number);
}

std::string stream_of_arn(std::string_view arn) { return std::string(arn.substr(arn.find('/') + 1)); }

}  // namespace kinesight::support::fake
