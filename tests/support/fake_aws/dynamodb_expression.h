// DynamoDB's condition expressions, as KeyConditionExpression, FilterExpression and ConditionExpression have
// them: comparisons, BETWEEN, IN, AND, OR, NOT, attribute_exists, attribute_not_exists, begins_with,
// contains, on attributes of the top level.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace kinesight::support::fake {

class Expression {
 public:
  /// `request` gives ExpressionAttributeNames and ExpressionAttributeValues. Throws ServiceError for an
  /// expression that cannot be read.
  Expression(const std::string& text, const nlohmann::json& request);

  bool holds_for(const nlohmann::json& item);
  /// Attributes that it looks at.
  std::set<std::string> attributes();
  /// Whether it has nothing but comparisons joined by AND, as a key condition must.
  bool is_conjunction() const;

 private:
  bool disjunction();
  bool conjunction();
  bool negation();
  bool condition();
  bool function(const std::string& name);
  bool comparison();

  /// A value, or an attribute of the item: null where the item has none.
  const nlohmann::json* operand();
  std::string attribute();
  bool accept(const std::string& token);
  void expect(const std::string& token);
  const std::string& next();
  [[noreturn]] void fail(const std::string& what) const;

  const std::string text_;
  const nlohmann::json names_;
  const nlohmann::json values_;
  std::vector<std::string> tokens_;
  std::size_t at_ = 0;
  const nlohmann::json* item_ = nullptr;
  std::set<std::string> seen_;
};

}  // namespace kinesight::support::fake
