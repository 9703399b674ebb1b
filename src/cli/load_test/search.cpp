#include "cli/load_test/search.h"

#include <algorithm>

namespace kinesight::cli::load_test {

Result<Search> find_most(int first, int most, const std::function<Result<Measurement>(int)>& trial) {
  Search search;
  int next = std::min(first, most);
  while (true) {
    auto measured = trial(next);
    if (!measured) return std::unexpected(measured.error());
    search.trials.push_back(*measured);
    if (measured->interrupted) return search;
    if (falls_behind(*measured)) {
      search.too_many = std::move(*measured);
    } else {
      search.fits = next;
    }
    const int bound = search.too_many ? search.too_many->cameras : most + 1;
    if (search.fits + 1 >= bound) return search;
    next = search.too_many ? (search.fits + bound) / 2 : std::min(next * 2, most);
  }
}

}  // namespace kinesight::cli::load_test
