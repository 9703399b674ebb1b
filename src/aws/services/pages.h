// Lists that come in pages, one NextToken after another.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/services/json_call.h"

namespace kinesight::aws {

/// Pages of one list, some of which may be empty. More are no list but a service gone wrong.
inline constexpr int kMaxPages = 1000;

/// The items under `member` of all pages of `request`, at most `limit` of them, a page at most
/// `page_items`. `read` makes an item of its JSON, as call_json()'s does. Error: as call_json(), and corrupt
/// when the pages do not end.
template <class Item, class Read>
CallResult<std::vector<Item>> collect_pages(const Client& client, const JsonOperation& operation,
                                            nlohmann::json request, std::string_view member,
                                            std::size_t page_items, std::size_t limit, std::stop_token stop,
                                            Read read) {
  std::vector<Item> items;
  const auto take = [&](nlohmann::json& answer) {
    const auto list = answer.find(member);
    if (list == answer.end()) return answer.value("NextToken", nlohmann::json());
    for (const auto& item : list->template get_ref<const nlohmann::json::array_t&>()) {
      if (items.size() == limit) break;
      items.push_back(read(item));
    }
    return answer.value("NextToken", nlohmann::json());
  };
  for (int page = 0; items.size() < limit; ++page) {
    if (page == kMaxPages) {
      net::Response last;
      last.status = 200;
      return unreadable_answer(operation, last, fmt::format("more than {} pages", kMaxPages));
    }
    request["MaxResults"] = std::min(page_items, limit - items.size());
    auto next = call_json(client, operation, request, stop, take);
    if (!next) return std::unexpected(std::move(next.error()));
    if (!next->is_string() || next->template get_ref<const std::string&>().empty()) break;
    request["NextToken"] = std::move(*next);
  }
  return items;
}

}  // namespace kinesight::aws
