#include <algorithm>
#include <cmath>
#include <random>

#include "sim/kvs/archived_operations.h"
#include "sim/kvs/request.h"

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;

/// Where a listing stands. It is told in two passes, first the fragments of even index, then the others, so
/// that pages are in no order either, and each page costs its own length alone.
struct Page {
  TimeSelector selector;
  double now = 0;          ///< Of the first page: what came later is not listed.
  std::int64_t limit = 0;  ///< MaxResults.
  int pass = 0;            ///< 0 even, 1 odd.
  double from = 0;         ///< Goes on at this time …
  std::string after;       ///< … after this number.
};

json state_of(const Page& page, const std::string& stream) {
  return {{"stream", stream},
          {"server", page.selector.by_server_time},
          {"start", page.selector.from},
          {"end", page.selector.to},
          {"now", page.now},
          {"limit", page.limit},
          {"pass", page.pass},
          {"from", page.from},
          {"after", page.after}};
}

Read<Page> page_in(const json& state) {
  try {
    return Page{{state.at("server"), state.at("start"), state.at("end")},
                state.at("now"),
                state.at("limit"),
                state.at("pass"),
                state.at("from"),
                state.at("after")};
  } catch (const json::exception&) {
    return invalid_argument("NextToken is not one of ListFragments'.");
  }
}

Read<Page> first_page(const json& request, double now) {
  const auto selector = read_selector(request, "FragmentSelector");
  if (!selector) return std::unexpected(selector.error());
  const auto limit = read_integer(request, "MaxResults", 1, 1000, 1000);
  if (!limit) return std::unexpected(limit.error());
  return Page{*selector, now, *limit, 0, selector->from, ""};
}

json shown(const FragmentInfo& fragment) {
  return {{"FragmentNumber", fragment.number},
          {"FragmentSizeInBytes", fragment.bytes},
          {"ProducerTimestamp", fragment.producer_time},
          {"ServerTimestamp", fragment.server_time},
          {"FragmentLengthInMilliseconds", std::llround(fragment.duration * 1000.0)}};
}

/// In an order that is another for other fragments and the same for the same.
void shuffle(std::vector<FragmentInfo>& fragments) {
  if (fragments.empty()) return;
  std::minstd_rand order(static_cast<unsigned>(fragments.front().index + 1));
  for (std::size_t left = fragments.size(); left > 1; --left)
    std::swap(fragments[left - 1], fragments[order() % left]);
}

/// The page's fragments, and what goes on from it.
struct Told {
  std::vector<FragmentInfo> fragments;
  std::optional<Page> next;
};

Told tell(Page page, const Archive& archive) {
  const auto limit = static_cast<std::size_t>(page.limit);
  std::vector<FragmentInfo> found =
      archive.range({page.selector.by_server_time, page.from, page.selector.to}, 2 * limit + 2);
  const bool whole = found.size() < 2 * limit + 2;
  if (page.after.empty() && page.pass == 0 && found.size() <= limit) return {std::move(found), {}};
  Told told;
  bool full = false;
  for (const FragmentInfo& one : found) {
    if (page.selector.time_of(one) == page.from && one.number <= page.after) continue;
    full = told.fragments.size() == limit;
    if (full) break;
    if (one.index % 2 == page.pass) told.fragments.push_back(one);
  }
  if (full || !whole) {
    const FragmentInfo& end = full ? told.fragments.back() : found.back();
    page.from = page.selector.time_of(end);
    page.after = end.number;
    told.next = page;
  } else if (page.pass == 0) {
    page.pass = 1;
    page.from = page.selector.from;
    page.after.clear();
    told.next = page;
  }
  return told;
}

}  // namespace

Outcome list_fragments(const json& request, const Archive& archive) {
  const auto state = page_of(request, archive.stream().name);
  if (!state) return std::unexpected(state.error());
  const auto page = state->is_null() ? first_page(request, archive.now()) : page_in(*state);
  if (!page) return std::unexpected(page.error());
  Told told = tell(*page, Archive(archive.stream(), std::min(page->now, archive.now())));
  shuffle(told.fragments);
  json answer = {{"Fragments", json::array()}, {"NextToken", nullptr}};
  for (const FragmentInfo& fragment : told.fragments) answer["Fragments"].push_back(shown(fragment));
  if (told.next) answer["NextToken"] = page_token(state_of(*told.next, archive.stream().name));
  return Answer{answer.dump()};
}

}  // namespace kinesight::sim::kvs
