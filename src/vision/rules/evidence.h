// What scores say together: how sure several frames are of one object.
//
// Each frame is taken for a witness of its own, so that odds multiply and their logarithms add up, as in A.
// Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16 (2), 1945. Odds
// count from those of the detector's threshold on, because scores of different models are no probabilities
// that could be compared: what just reaches it says neither yes nor no.
#pragma once

#include <algorithm>
#include <cmath>

namespace kinesight::vision {

/// What a score from 0 to 1 says beyond `threshold`: the logarithm of the ratio of their odds; 0 when it is
/// just reached, positive above.
inline double evidence(double score, double threshold) {
  // No single frame decides by itself, whatever it says.
  const auto log_odds = [](double p) {
    const double bounded = std::clamp(p, 0.01, 0.99);
    return std::log(bounded / (1 - bounded));
  };
  return log_odds(score) - log_odds(threshold);
}

/// The certainty that a sum of evidence comes to: 0.5 for none, towards 1 the more there is.
inline double certainty(double evidence) { return 1 / (1 + std::exp(-evidence)); }

}  // namespace kinesight::vision
