#include <algorithm>

#include "sim/kvs/playlists.h"

namespace kinesight::sim::kvs {
namespace {

constexpr std::size_t kStep = 64;  // Fragments that a replay looks at in one go.
// After a range's end: when a fragment that began in it would have come at the latest.
constexpr double kGrace = 5;

Listing list_live(const Session& session, const Archive& archive) {
  Listing listing;
  listing.fragments = archive.newest(session.request.max_fragments + 1);
  if (listing.fragments.size() > session.request.max_fragments) {
    listing.before = listing.fragments.front();
    listing.fragments.erase(listing.fragments.begin());
  }
  if (!listing.fragments.empty())
    listing.sequence = listing.fragments.front().ordinal - session.first_ordinal;
  return listing;
}

Listing list_on_demand(const Session& session, const Archive& archive) {
  Listing listing;
  listing.fragments = archive.range(session.request.selector, session.request.max_fragments);
  if (!listing.fragments.empty())
    listing.sequence = std::max<std::int64_t>(0, listing.fragments.front().ordinal - session.first_ordinal);
  listing.ended = true;
  return listing;
}

void add(ReplayPosition& replay, FragmentInfo fragment, std::size_t limit) {
  replay.listed.push_back(std::move(fragment));
  if (replay.listed.size() <= limit) return;
  replay.left = std::move(replay.listed.front());
  replay.listed.pop_front();
  ++replay.sequence;
}

/// AWS adds a fragment "as the duration of the next fragment elapses", and no sooner than it has it. Whether
/// there may be more to add.
bool advance(Session& session, const Archive& archive) {
  ReplayPosition& replay = session.replay;
  const std::vector<FragmentInfo> next = archive.following(replay.listed.back().index, kStep);
  for (const FragmentInfo& fragment : next) {
    if (session.request.selector.time_of(fragment) > session.request.selector.to) {
      replay.ended = true;
      return false;
    }
    const double due = std::max(replay.due + fragment.duration, fragment.available_time);
    if (due > archive.now()) return false;
    replay.due = due;
    add(replay, fragment, session.request.max_fragments);
  }
  if (next.empty() && archive.now() > session.request.selector.to + archive.timeline().longest() + kGrace)
    replay.ended = true;
  return !next.empty();
}

Listing list_replay(Session& session, const Archive& archive) {
  std::lock_guard lock(session.mutex);
  ReplayPosition& replay = session.replay;
  while (!replay.ended && !replay.listed.empty() && advance(session, archive)) {
  }
  return {{replay.listed.begin(), replay.listed.end()}, replay.left, replay.sequence, replay.ended};
}

}  // namespace

void begin_replay(Session& session, const Archive& archive) {
  std::lock_guard lock(session.mutex);
  for (FragmentInfo& fragment : archive.range(session.request.selector, session.request.max_fragments))
    session.replay.listed.push_back(std::move(fragment));
  session.replay.due = archive.now();
}

Listing list_fragments_of(Session& session, const Archive& archive) {
  switch (session.request.mode) {
    case PlaybackMode::live:
      return list_live(session, archive);
    case PlaybackMode::on_demand:
      return list_on_demand(session, archive);
    case PlaybackMode::live_replay:
      return list_replay(session, archive);
  }
  return {};
}

}  // namespace kinesight::sim::kvs
