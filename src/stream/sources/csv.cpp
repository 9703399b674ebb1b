#include "stream/sources/csv.h"

#include <algorithm>
#include <set>

#include "stream/record/record.h"

namespace kinesight::stream {
namespace {

void append_string(std::string& json, std::string_view text) {
  json += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<unsigned>(c));
    else
      json += c;
  }
  json += '"';
}

/// Takes digits off the front; false when there are none.
bool skip_digits(std::string_view& text) {
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(count);
  return count > 0;
}

bool skip(std::string_view& text, std::string_view any_of) {
  if (text.empty() || !any_of.contains(text[0])) return false;
  text.remove_prefix(1);
  return true;
}

/// RFC 8259, section 6.
bool is_json_number(std::string_view text) {
  skip(text, "-");
  const bool zero = text.starts_with('0');
  if (zero ? !skip(text, "0") : !skip_digits(text)) return false;
  if (skip(text, ".") && !skip_digits(text)) return false;
  if (skip(text, "eE")) {
    skip(text, "+-");
    if (!skip_digits(text)) return false;
  }
  return text.empty();
}

void append_value(std::string& json, const CsvValue& value, bool text) {
  if (value.text.empty() && !value.quoted) {
    json += "null";
  } else if (value.quoted || text) {
    append_string(json, value.text);
  } else if (value.text == "true" || value.text == "True") {
    json += "true";
  } else if (value.text == "false" || value.text == "False") {
    json += "false";
  } else if (is_json_number(value.text)) {
    json += value.text;
  } else {
    append_string(json, value.text);
  }
}

}  // namespace

void CsvRow::begin() {
  values_.clear();
  open_ = false;
}

Result<> CsvRow::take_quoted(std::string_view& rest) {
  std::string& text = values_.back().text;
  for (;;) {
    const std::size_t quote = rest.find('"');
    text.append(rest.substr(0, quote));
    if (quote == std::string_view::npos) {
      rest = {};
      open_ = true;
      return {};
    }
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) break;
    text += '"';
    rest.remove_prefix(1);
  }
  if (rest == "\r") rest = {};
  if (rest.empty() || rest.starts_with(',')) return {};
  return fail(ErrorKind::corrupt, "value {}: expected a comma behind the closing quote, found '{}'",
              values_.size(), rest.substr(0, 1));
}

Result<> CsvRow::take_plain(std::string_view& rest) {
  const std::size_t comma = std::min(rest.find(','), rest.size());
  std::string_view text = rest.substr(0, comma);
  rest.remove_prefix(comma);
  if (rest.empty() && text.ends_with('\r')) text.remove_suffix(1);
  if (text.contains('"')) {
    return fail(ErrorKind::corrupt, "value {}: expected quotes around all of a value that has one in it",
                values_.size());
  }
  values_.back().text = text;
  return {};
}

Result<> CsvRow::take_value(std::string_view& rest) {
  if (values_.size() == kMaxRecordFields)
    return fail(ErrorKind::corrupt, "expected at most {} values, found more", kMaxRecordFields);
  values_.push_back({.text = {}, .quoted = rest.starts_with('"')});
  if (!values_.back().quoted) return take_plain(rest);
  rest.remove_prefix(1);
  return take_quoted(rest);
}

Result<bool> CsvRow::feed(std::string_view line) {
  bool first = true;
  if (open_) {
    open_ = false;
    first = false;
    values_.back().text += '\n';
    if (auto taken = take_quoted(line); !taken) return std::unexpected(std::move(taken.error()));
  }
  while (!open_ && (first || !line.empty())) {
    if (!first) line.remove_prefix(1);  // The comma.
    first = false;
    if (auto taken = take_value(line); !taken) return std::unexpected(std::move(taken.error()));
  }
  return !open_;
}

Result<CsvHeader> CsvHeader::make(const std::vector<CsvValue>& names,
                                  const std::vector<std::string>& text_columns) {
  CsvHeader header;
  std::set<std::string_view> seen;
  for (const CsvValue& name : names) {
    if (name.text.empty())
      return fail(ErrorKind::invalid, "expected a header with a name for each column, found an empty one");
    if (!seen.insert(name.text).second)
      return fail(ErrorKind::invalid, "expected each column once, found '{}' twice", name.text);
    Column column{.text = std::ranges::find(text_columns, name.text) != text_columns.end()};
    append_string(column.member, name.text);
    column.member += ": ";
    header.columns_.push_back(std::move(column));
  }
  return header;
}

Result<std::string> CsvHeader::as_json(const std::vector<CsvValue>& values) const {
  if (values.size() != columns_.size()) {
    return fail(ErrorKind::corrupt, "expected {} values, as many as the header has names, found {}",
                columns_.size(), values.size());
  }
  std::string json = "{";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) json += ", ";
    json += columns_[i].member;
    append_value(json, values[i], columns_[i].text);
  }
  return json += '}';
}

}  // namespace kinesight::stream
