#include "base/secret.h"

#include <cstring>
#include <utility>

namespace kinesight {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

// explicit_bzero() is not optimised away. The capacity is wiped too: a shorter text may have been assigned.
void Secret::wipe() noexcept {
  text_.resize(text_.capacity());
  explicit_bzero(text_.data(), text_.size());
  text_.clear();
}

}  // namespace kinesight
