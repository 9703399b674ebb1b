#include "aws/config/profile_file.h"

#include <algorithm>
#include <optional>

namespace kinesight::aws {
namespace {

constexpr std::string_view kBlank = " \t\r\v\f";

std::string_view strip(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

/// Takes lines as Python's configparser does: what is indented deeper than the setting above goes on with its
/// value, whatever it looks like; elsewhere a line is a section's name or a new setting.
class Parser {
 public:
  explicit Parser(std::string_view file) : file_(file) {}

  Result<> take(std::string_view line) {
    ++line_;
    const std::string_view content = strip(line);
    if (content.starts_with('#') || content.starts_with(';')) return {};
    if (content.empty()) {
      ++blank_lines_;  // They belong to a value only if it goes on below them.
      return {};
    }
    const std::size_t indent = line.find_first_not_of(kBlank);
    if (setting_ != nullptr && indent > indent_) return go_on(content);
    indent_ = indent;
    blank_lines_ = 0;
    setting_ = nullptr;
    return content.starts_with('[') ? begin_section(content) : begin_setting(content);
  }

  ProfileFile result() && { return std::move(result_); }

 private:
  std::string where() const { return fmt::format("{}:{}", file_, line_); }

  Result<> begin_section(std::string_view content) {
    const auto end = content.rfind(']');
    const std::string_view name = content.substr(1, end == content.npos ? 0 : end - 1);
    if (name.empty()) {
      return fail(ErrorKind::invalid,
                  "{}: expected a section as [name], found a line that begins with [ and {}", where(),
                  end == content.npos ? "has no ]" : "has no name before ]");
    }
    const auto [place, is_new] = result_.sections.try_emplace(std::string(name));
    if (!is_new) {
      return fail(ErrorKind::invalid,
                  "{}: section [{}] is in this file already; put the settings of both into one", where(),
                  shown(name));
    }
    section_ = &place->second;
    return {};
  }

  Result<> begin_setting(std::string_view content) {
    if (section_ == nullptr) {
      return fail(ErrorKind::invalid, "{}: expected a section as [name] before the first setting", where());
    }
    const auto sign = content.find_first_of("=:");
    const std::string key = lower(strip(content.substr(0, sign)));
    if (sign == content.npos || key.empty()) {
      return fail(ErrorKind::invalid, "{}: expected a setting as name = value, found {}", where(),
                  sign == content.npos ? "no =" : "no name");
    }
    const auto [place, is_new] = section_->try_emplace(key);
    if (!is_new) {
      return fail(ErrorKind::invalid, "{}: {} is in this section already ({}); remove one of them", where(),
                  shown(key), place->second.where);
    }
    setting_ = &place->second;
    setting_->value = Secret(strip(content.substr(sign + 1)));
    setting_->where = where();
    has_own_value_ = !setting_->value.empty();
    return {};
  }

  Result<> go_on(std::string_view content) {
    if (!has_own_value_) return nest(content);
    std::string joined = setting_->text();
    joined.append(blank_lines_ + 1, '\n').append(content);
    blank_lines_ = 0;
    setting_->value = Secret(joined);
    explicit_bzero(joined.data(), joined.size());
    return {};
  }

  Result<> nest(std::string_view content) {
    const auto sign = content.find('=');
    if (sign == content.npos) {
      return fail(ErrorKind::invalid,
                  "{}: expected name = value in the indented lines of a setting, found no =", where());
    }
    // As in botocore, the last of two equal names counts.
    setting_->nested.insert_or_assign(std::string(strip(content.substr(0, sign))),
                                      Secret(strip(content.substr(sign + 1))));
    return {};
  }

  std::string_view file_;
  ProfileFile result_;
  Section* section_ = nullptr;
  Setting* setting_ = nullptr;
  bool has_own_value_ = false;
  std::size_t indent_ = 0;
  std::size_t blank_lines_ = 0;
  int line_ = 0;
};

}  // namespace

std::string_view shown(std::string_view value) {
  constexpr std::size_t kLongest = 256;
  const bool plain = value.size() <= kLongest &&
                     std::ranges::none_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return plain ? value : "(several lines, or too long to show)";
}

Result<ProfileFile> parse_profile_file(std::string_view text, std::string_view file) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Parser parser(file);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (auto taken = parser.take(text.substr(0, end)); !taken) return std::unexpected(taken.error());
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::move(parser).result();
}

}  // namespace kinesight::aws
