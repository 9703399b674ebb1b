#include "support/fake_aws/dynamodb_expression.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "support/fake_aws/dynamodb_value.h"
#include "support/fake_aws/service.h"

namespace kinesight::support::fake {
namespace {

using Json = nlohmann::json;

/// The word in upper case, where it is an operator's name.
std::string as_keyword(std::string word) {
  std::string upper = word;
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
  const bool keyword =
      upper == "AND" || upper == "OR" || upper == "NOT" || upper == "BETWEEN" || upper == "IN";
  return keyword ? upper : word;
}

/// False at the end of the text.
bool skip_spaces(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return !text.empty();
}

/// A name (perhaps with # or : before it), a comparison of one or two characters, or any other character.
std::string take_token(std::string_view& text) {
  const auto is_name = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.'; };
  std::size_t size = 1;
  if (is_name(text[0]) || text[0] == '#' || text[0] == ':') {
    while (size < text.size() && is_name(text[size])) ++size;
  } else if (text.starts_with("<=") || text.starts_with(">=") || text.starts_with("<>")) {
    size = 2;
  }
  const std::string token(text.substr(0, size));
  text.remove_prefix(size);
  return token;
}

bool is_true(const std::string& sign, std::partial_ordering order) {
  if (sign == "=") return order == 0;
  if (sign == "<>") return order != 0;
  if (sign == "<") return order < 0;
  if (sign == "<=") return order <= 0;
  if (sign == ">") return order > 0;
  return order >= 0;
}

bool contains(const Json& whole, const Json& part) {
  const Json& content = whole.begin().value();
  if (type_of(whole) == "S") {
    return content.get<std::string>().find(part.begin().value().get<std::string>()) != std::string::npos;
  }
  return std::ranges::find(content, type_of(whole) == "L" ? part : part.begin().value()) != content.end();
}

bool begins_with(const Json& whole, const Json& start) {
  return type_of(whole) == "S" && type_of(start) == "S" &&
         whole.at("S").get<std::string>().starts_with(start.at("S").get<std::string>());
}

}  // namespace

Expression::Expression(const std::string& text, const Json& request)
    : text_(text),
      names_(request.value("ExpressionAttributeNames", Json::object())),
      values_(request.value("ExpressionAttributeValues", Json::object())) {
  for (std::string_view rest = text_; skip_spaces(rest);) tokens_.push_back(as_keyword(take_token(rest)));
  static const Json nothing = Json::object();
  holds_for(nothing);
}

bool Expression::holds_for(const Json& item) {
  item_ = &item;
  at_ = 0;
  const bool holds = disjunction();
  if (at_ != tokens_.size()) fail("end of the expression");
  return holds;
}

std::set<std::string> Expression::attributes() { return seen_; }

bool Expression::is_conjunction() const {
  return std::ranges::none_of(tokens_,
                              [](const std::string& t) { return t == "OR" || t == "NOT" || t == "<>"; });
}

// Both sides are always read, whatever the left one says: only so is the reader behind them afterwards.
bool Expression::disjunction() {
  bool holds = conjunction();
  while (accept("OR")) {
    const bool right = conjunction();
    holds = holds || right;
  }
  return holds;
}

bool Expression::conjunction() {
  bool holds = negation();
  while (accept("AND")) {
    const bool right = negation();
    holds = holds && right;
  }
  return holds;
}

bool Expression::negation() {
  if (accept("NOT")) return !negation();
  return condition();
}

bool Expression::condition() {
  if (accept("(")) {
    const bool holds = disjunction();
    expect(")");
    return holds;
  }
  const bool is_function = at_ + 1 < tokens_.size() && tokens_[at_ + 1] == "(";
  return is_function ? function(next()) : comparison();
}

bool Expression::function(const std::string& name) {
  expect("(");
  const Json* subject = operand();
  bool holds = false;
  if (name == "attribute_exists" || name == "attribute_not_exists") {
    holds = (subject != nullptr) == (name == "attribute_exists");
  } else if (name == "begins_with" || name == "contains") {
    expect(",");
    const Json* other = operand();
    holds =
        subject && other && (name == "contains" ? contains(*subject, *other) : begins_with(*subject, *other));
  } else {
    fail("a function's name instead of " + name);
  }
  expect(")");
  return holds;
}

bool Expression::comparison() {
  const Json* left = operand();
  const auto holds = [left](const std::string& sign, const Json* right) {
    if (!left || !right) return sign == "<>";
    return is_true(sign, compare(*left, *right));
  };
  if (accept("BETWEEN")) {
    const bool above = holds(">=", operand());
    expect("AND");
    const bool below = holds("<=", operand());
    return above && below;
  }
  if (accept("IN")) {
    expect("(");
    bool found = false;
    do found = holds("=", operand()) || found;
    while (accept(","));
    expect(")");
    return found;
  }
  const std::string sign = next();
  static const std::set<std::string> signs{"=", "<>", "<", "<=", ">", ">="};
  if (!signs.contains(sign)) fail("a comparison instead of " + sign);
  return holds(sign, operand());
}

const Json* Expression::operand() {
  if (at_ < tokens_.size() && tokens_[at_].starts_with(':')) {
    const std::string& name = next();
    if (!values_.contains(name)) fail("a value for " + name + " in ExpressionAttributeValues");
    return &values_[name];
  }
  const std::string name = attribute();
  seen_.insert(name);
  const auto found = item_->find(name);
  return found == item_->end() ? nullptr : &*found;
}

std::string Expression::attribute() {
  const std::string& token = next();
  if (!token.starts_with('#')) {
    // Some of the words that DynamoDB keeps for itself and events have attributes of.
    static const std::set<std::string> reserved{"ttl",  "type",  "status", "timestamp",
                                                "name", "value", "count"};
    if (reserved.contains(token)) {
      throw ServiceError(400, "ValidationException",
                         "Invalid expression: Attribute name is a reserved keyword; reserved keyword: {}",
                         token);
    }
    return token;
  }
  if (!names_.contains(token)) fail("a name for " + token + " in ExpressionAttributeNames");
  return names_[token];
}

bool Expression::accept(const std::string& token) {
  if (at_ == tokens_.size() || tokens_[at_] != token) return false;
  ++at_;
  return true;
}

void Expression::expect(const std::string& token) {
  if (!accept(token)) fail(token);
}

const std::string& Expression::next() {
  if (at_ == tokens_.size()) fail("more");
  return tokens_[at_++];
}

void Expression::fail(const std::string& what) const {
  throw ServiceError(400, "ValidationException", "Invalid expression: Syntax error; expected {} in: {}", what,
                     text_);
}

}  // namespace kinesight::support::fake
