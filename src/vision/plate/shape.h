// What the texts of plates look like, whatever the country: groups of letters and of digits.
#pragma once

#include <string_view>

namespace kinesight::vision::plate {

/// How implausible `text` (0-9, A-Z) is as the text of a plate, in nats: 0 for the commonest shapes such as
/// AB123CD, ABC1234 or ABC123, about 1 for rare ones, from 2 on for what is hardly a plate: letters alone (a
/// word), digits alone (a telephone number), many changes between the two, too short, too long.
float implausibility(std::string_view text);

/// Whether `text` is a word that stands on signs and cars, by itself or beside a number: "EXIT 12". Letters
/// and digits that look alike are one.
bool is_sign(std::string_view text);

/// Whether there are both letters and digits.
bool is_mixed(std::string_view text);

}  // namespace kinesight::vision::plate
