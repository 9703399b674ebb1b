// What every detector's `params` may say about when its detections become events.
#pragma once

#include "config/table.h"

namespace kinesight::vision {

/// From detections to events. Each detector type has defaults of its own: its options derive from this.
struct RuleOptions {
  int temporal_window = 1;               ///< Frames.
  int confirmation_threshold = 1;        ///< Frames of the window.
  double confirmation_score = 0;         ///< Certainty of these frames together; up to 0.5: any will do.
  double cooldown_seconds = 60;          ///< 0: an event in every second in which the object is seen.
  double lost_seconds = 5;               ///< How long a track is kept while nothing is seen of it.
  double min_width = 0, min_height = 0;  ///< Of a box, as shares of the frame's.
  double max_width = 1, max_height = 1;
};

namespace detail {

/// The member as one of `T`, which derives from RuleOptions.
template <class T, class Member>
constexpr Member T::* of(Member RuleOptions::* member) {
  return static_cast<Member T::*>(member);
}

/// The rule of confirmation_threshold.
template <class T>
std::optional<std::string> more_than_the_window(const T& options) {
  if (options.confirmation_threshold <= options.temporal_window) return std::nullopt;
  return "at most temporal_window";
}

/// The rule of max_width.
template <class T>
std::optional<std::string> narrower_than_least(const T& options) {
  if (options.max_width >= options.min_width) return std::nullopt;
  return "at least min_width";
}

/// The rule of max_height.
template <class T>
std::optional<std::string> lower_than_least(const T& options) {
  if (options.max_height >= options.min_height) return std::nullopt;
  return "at least min_height";
}

}  // namespace detail

/// Adds the rows of RuleOptions to the table of `T`, which derives from it.
template <class T>
config::Describe<T>& with_rules(config::Describe<T>& table) {
  using detail::of;
  using Rules = RuleOptions;
  return table
      .option("temporal_window", of<T>(&Rules::temporal_window),
              "How many of the newest frames count for the confirmation of an object.")
      .range(1, 1000)
      .option("confirmation_threshold", of<T>(&Rules::confirmation_threshold),
              "In how many frames of the window an object must be seen before it raises an event; at most "
              "temporal_window.")
      .range(1, 1000)
      .rule(detail::more_than_the_window<T>)
      .option(
          "confirmation_score", of<T>(&Rules::confirmation_score),
          "How sure the window's frames must be of an object together before it raises an event: the odds of "
          "their scores, relative to those of the threshold, multiplied. At a threshold of 0.5 three frames "
          "of "
          "0.6 make 0.77, three of 0.7 make 0.93; 0 asks for nothing.")
      .range(0, 0.9999)
      .option("cooldown_seconds", of<T>(&Rules::cooldown_seconds),
              "An object that stays raises its next event, an update, after so long; 0 raises one in every "
              "second in which it is seen.")
      .range(0, 86'400)
      .option("lost_seconds", of<T>(&Rules::lost_seconds),
              "An object that is not seen for so long is gone; when it comes back sooner it is the same one.")
      .range(0, 3600)
      .option("min_width", of<T>(&Rules::min_width),
              "Boxes that are narrower raise nothing: share of the frame's width.")
      .range(0, 1)
      .option("min_height", of<T>(&Rules::min_height),
              "Boxes that are lower raise nothing: share of the frame's height.")
      .range(0, 1)
      .option("max_width", of<T>(&Rules::max_width),
              "Boxes that are wider raise nothing: share of the frame's width.")
      .range(0, 1)
      .rule(detail::narrower_than_least<T>)
      .option("max_height", of<T>(&Rules::max_height),
              "Boxes that are higher raise nothing: share of the frame's height.")
      .range(0, 1)
      .rule(detail::lower_than_least<T>);
}

}  // namespace kinesight::vision
