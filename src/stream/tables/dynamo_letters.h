// The dead letters in Amazon DynamoDB.
#pragma once

#include "aws/services/dynamodb.h"
#include "stream/tables/dead_letter_table.h"

namespace kinesight::stream {

/// Those of one table, as DynamoTables writes it.
class DynamoLetters final : public DeadLetterTable {
 public:
  /// Calls of one drop() that are under way at once.
  static constexpr std::size_t kInFlight = 8;

  DynamoLetters(aws::DynamoDb dynamodb, std::string table)
      : dynamodb_(std::move(dynamodb)), table_(std::move(table)) {}

  Result<LetterPage> page(const std::optional<std::string>& from, std::stop_token stop) override;
  Result<std::optional<DeadLetter>> find(const std::string& id, std::stop_token stop) override;
  Result<> drop(std::span<const std::string> ids, std::stop_token stop) override;

 private:
  const aws::DynamoDb dynamodb_;
  const std::string table_;
};

}  // namespace kinesight::stream
