#include <algorithm>
#include <cmath>
#include <random>

#include "sim/kvs/archived_operations.h"
#include "sim/kvs/request.h"

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxResults = 1000;

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
    const Page page{{state.at("server"), state.at("start"), state.at("end")},
                    state.at("now"),
                    state.at("limit"),
                    state.at("pass"),
                    state.at("from"),
                    state.at("after")};
    if (1 <= page.limit && page.limit <= kMaxResults) return page;
  } catch (const json::exception&) {
  }
  return invalid_argument("NextToken is not one of ListFragments'.");
}

Read<Page> first_page(const json& request, double now) {
  const auto selector = read_selector(request, "FragmentSelector");
  if (!selector) return std::unexpected(selector.error());
  const auto limit = read_integer(request, "MaxResults", 1, kMaxResults, kMaxResults);
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

bool is_told(const FragmentInfo& one, const Page& page) {
  return page.selector.time_of(one) == page.from && one.number <= page.after;
}

/// What a page is chosen from.
struct Sight {
  std::vector<FragmentInfo> found;
  bool whole = false;  ///< There is nothing behind them.
};

/// At least `count`, and more where a clock that was set back gave so many the same time again that none of
/// the first is new.
Sight look(const Page& page, const Archive& archive, std::size_t count) {
  for (;; count *= 2) {
    auto found = archive.range({page.selector.by_server_time, page.from, page.selector.to}, count);
    const bool whole = found.size() < count;
    if (whole || !is_told(found.back(), page)) return {std::move(found), whole};
  }
}

/// The page's fragments, and what goes on from it.
struct Told {
  std::vector<FragmentInfo> fragments;
  std::optional<Page> next;
};

Told tell(Page page, const Archive& archive) {
  const auto limit = static_cast<std::size_t>(page.limit);
  auto [found, whole] = look(page, archive, 2 * limit + 2);
  if (page.after.empty() && page.pass == 0 && found.size() <= limit) return {std::move(found), {}};
  Told told;
  bool full = false;
  for (const FragmentInfo& one : found) {
    if (is_told(one, page)) continue;
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
