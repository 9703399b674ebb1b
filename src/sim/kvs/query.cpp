#include "sim/kvs/query.h"

#include <algorithm>

#include "net/url.h"

namespace kinesight::sim::kvs {

std::string query_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.substr(0, pair.find('=')) != name || pair.size() <= name.size()) continue;
    return net::percent_decode(pair.substr(name.size() + 1)).value_or("");
  }
  return {};
}

}  // namespace kinesight::sim::kvs
