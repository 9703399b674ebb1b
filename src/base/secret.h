// A string that must not be seen: nothing prints it, and its memory is wiped when it goes.
#pragma once

#include <string>
#include <string_view>

namespace kinesight {

/// Holds a secret. There is no formatter and no stream operator for it; who needs the text asks for it by
/// name.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : text_(text) {}
  Secret(const Secret&) = default;
  // A copy on purpose: a short text lies in the object itself, which a move would leave behind.
  Secret(Secret&& other) noexcept : text_(other.text_) {
    other.wipe();
  }  // NOLINT(performance-move-constructor-init)
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  /// The text itself. Keep it out of logs and errors.
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  void wipe() noexcept;
  std::string text_;
};

}  // namespace kinesight
