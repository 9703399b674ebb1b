// The parameters of a URL's query.
#pragma once

#include <string>
#include <string_view>

namespace kinesight::sim::kvs {

/// A parameter of a query, decoded; empty when it is absent or no proper encoding.
std::string query_parameter(std::string_view query, std::string_view name);

}  // namespace kinesight::sim::kvs
