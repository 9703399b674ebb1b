// CBOR (RFC 8949), as AWS's services speak it: written piece by piece and read without a tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kinesight::aws::cbor {

/// What begins and ends an array or a map that does not say its length.
inline constexpr char kArray = '\x9f';
/// A map's beginning.
inline constexpr char kMap = '\xbf';
/// The end of either.
inline constexpr char kEnd = '\xff';

/// The most bytes that say what follows and how long it is.
inline constexpr std::size_t kMaxHead = 9;

/// Appends a text, which is UTF-8.
void append_text(std::string& out, std::string_view utf8);
/// Appends bytes.
void append_bytes(std::string& out, std::string_view data);

/// Whether `document` is no JSON but may be a map in CBOR: by its first byte.
bool looks_like_map(std::string_view document);

/// Reads one item after the other of what strangers wrote. Once something is not as it was asked for, there
/// is nothing more to read.
class Reader {
 public:
  /// `document` outlives it.
  explicit Reader(std::string_view document) : rest_(document) {}

  /// A map or an array that is being read.
  struct Container {
    std::uint64_t left = 0;  ///< Items, where it says how many.
    bool counted = true;
  };

  /// Goes into the map that is next; nothing when something else is.
  std::optional<Container> enter_map() { return enter(kMapType); }
  /// The same of an array.
  std::optional<Container> enter_array() { return enter(kArrayType); }
  /// Whether `container` has another item, or, of a map, another name and value.
  bool next_in(Container& container);
  /// Whether a text is next.
  bool at_text() const;
  /// The text that is next, until the next one is asked for; nothing when something else is, or no UTF-8.
  std::optional<std::string_view> text();
  /// The same of a member's name, to be compared: whether it is UTF-8 is not looked at.
  std::optional<std::string_view> name();
  /// The same; an empty one for null.
  std::optional<std::string_view> text_or_null();
  /// Passes over whatever is next; false when that is no item, or one that nests deeper than 16.
  bool skip();
  /// Whether all was read, and was as it was asked for.
  bool ended() const { return sound_ && rest_.empty(); }
  bool sound() const { return sound_; }

 private:
  static constexpr int kByteType = 2, kTextType = 3, kArrayType = 4, kMapType = 5, kTagType = 6;
  struct Head {
    int type = 0;  ///< Major.
    std::uint64_t argument = 0;
    bool open = false;  ///< Of no said length; of type 7: the end of such a one.
  };

  std::optional<Head> head();
  std::optional<Container> enter(int type);
  std::optional<std::string_view> take(std::uint64_t bytes);
  std::optional<std::string_view> pieces(int type);
  bool take_end();
  bool skip(int depth);
  bool skip_items(Container container, int each, int depth);
  std::nullopt_t give_up();

  std::string_view rest_;
  std::string joined_;  ///< A text that came in pieces.
  bool sound_ = true;
};

}  // namespace kinesight::aws::cbor
