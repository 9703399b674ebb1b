#include "publish/kds/aggregation.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <openssl/evp.h>

#include <array>
#include <cstdint>

#include "publish/kds/kpl.pb.h"

namespace kinesight::publish {
namespace {

using google::protobuf::Arena;
using google::protobuf::io::CodedOutputStream;

constexpr std::string_view kMagic = "\xF3\x89\x9A\xC2";
constexpr std::size_t kDigestBytes = 16;
using Digest = std::array<unsigned char, kDigestBytes>;

/// The checksum of the format, nothing secret: "-fips" asks for MD5 also where FIPS mode hides it.
bool md5(std::string_view text, Digest& digest) {
  std::size_t size = digest.size();
  return EVP_Q_digest(nullptr, "MD5", "-fips", text.data(), text.size(), digest.data(), &size) == 1;
}

std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// A field of bytes (or a message) in protobuf's wire format: tag, length, content.
std::size_t field_size(std::size_t content) { return 1 + CodedOutputStream::VarintSize64(content) + content; }

/// The protobuf message in `data`, when magic number and digest are right.
std::optional<std::string_view> message_in(std::string_view data) {
  if (data.size() > kMaxAggregatedBytes || data.size() <= kMagic.size() + kDigestBytes ||
      !may_be_aggregated(data)) {
    return std::nullopt;
  }
  const auto message = data.substr(kMagic.size(), data.size() - kMagic.size() - kDigestBytes);
  Digest digest;
  if (!md5(message, digest) || !data.ends_with(view(digest))) return std::nullopt;
  return message;
}

/// Views of the user records of `message`; nothing when one of them names a key that is not there.
std::optional<std::vector<UserRecord>> records_of(const kpl::AggregatedRecord& message) {
  const auto& keys = message.partition_key_table();
  const auto& hash_keys = message.explicit_hash_key_table();
  std::vector<UserRecord> records;
  records.reserve(static_cast<std::size_t>(message.records_size()));
  for (const auto& record : message.records()) {
    const auto key = record.partition_key_index();
    if (key >= static_cast<std::uint64_t>(keys.size())) return std::nullopt;
    auto& user = records.emplace_back(keys[static_cast<int>(key)], record.data());
    if (!record.has_explicit_hash_key_index()) continue;
    const auto hash_key = record.explicit_hash_key_index();
    if (hash_key >= static_cast<std::uint64_t>(hash_keys.size())) return std::nullopt;
    user.explicit_hash_key = hash_keys[static_cast<int>(hash_key)];
  }
  return records;
}

}  // namespace

std::size_t aggregated_base(std::string_view partition_key) {
  return kMagic.size() + field_size(partition_key.size()) + kDigestBytes;
}

std::size_t aggregated_share(std::size_t data_bytes) {
  constexpr std::size_t key_index = 2;  // A tag, and 0: the only key of the table.
  return field_size(key_index + field_size(data_bytes));
}

Result<std::string> aggregate(std::string_view partition_key, std::span<const std::string_view> data) {
  Arena arena;
  auto& message = *Arena::CreateMessage<kpl::AggregatedRecord>(&arena);
  message.add_partition_key_table(partition_key.data(), partition_key.size());
  std::size_t size = aggregated_base(partition_key);
  for (const auto bytes : data) {
    auto& record = *message.add_records();
    record.set_partition_key_index(0);
    record.set_data(bytes.data(), bytes.size());
    size += aggregated_share(bytes.size());
  }
  std::string packed;
  packed.reserve(size);
  packed += kMagic;
  Digest digest;
  if (!message.AppendToString(&packed) || !md5(std::string_view(packed).substr(kMagic.size()), digest)) {
    return fail(
        ErrorKind::unavailable,
        "KPL aggregation: expected OpenSSL to compute MD5 digests, found that it does not (FIPS mode without "
        "the default provider?); do without aggregate");
  }
  packed += view(digest);
  return packed;
}

bool may_be_aggregated(std::string_view data) { return data.starts_with(kMagic); }

UserRecords deaggregate(std::string_view partition_key, std::string_view data) {
  if (const auto bytes = message_in(data)) {
    auto message = std::make_shared<kpl::AggregatedRecord>();
    // Partial, because ParseFromArray() writes to stderr when a required field is missing.
    if (message->ParsePartialFromArray(bytes->data(), static_cast<int>(bytes->size())) &&
        message->IsInitialized()) {
      if (auto records = records_of(*message)) return {std::move(*records), true, std::move(message)};
    }
  }
  return {{{partition_key, data}}};
}

}  // namespace kinesight::publish
