#include "stream/shards/lineage.h"

#include <string_view>

namespace kinesight::stream {
namespace {

std::set<std::string_view> ids_of(std::span<const aws::Shard> listed) {
  std::set<std::string_view> ids;
  for (const auto& shard : listed) ids.insert(shard.id);
  return ids;
}

bool has_ended(const ShardPositions& positions, const std::string& shard) {
  const auto found = positions.find(shard);
  return found != positions.end() && found->second.has_ended();
}

}  // namespace

ShardPositions first_positions(std::span<const aws::Shard> listed, const Position& start) {
  ShardPositions positions;
  for (const auto& shard : listed) {
    const bool passed = start.kind == Position::Kind::latest && !shard.open();
    positions[shard.id] = passed ? Position::ended() : start;
  }
  return positions;
}

std::vector<Assignment> readable(std::span<const aws::Shard> listed, const ShardPositions& positions,
                                 const std::set<std::string>& being_read) {
  const auto ids = ids_of(listed);
  const auto holds_up = [&](const std::string& parent) {
    if (parent.empty() || has_ended(positions, parent)) return false;
    return ids.contains(parent) || being_read.contains(parent);
  };
  std::vector<Assignment> assignments;
  for (const auto& shard : listed) {
    if (being_read.contains(shard.id) || has_ended(positions, shard.id)) continue;
    if (holds_up(shard.parent) || holds_up(shard.adjacent_parent)) continue;
    const auto known = positions.find(shard.id);
    assignments.push_back({shard.id, known == positions.end() ? Position::trim_horizon() : known->second});
  }
  return assignments;
}

std::vector<std::string> children_of(std::span<const aws::Shard> listed, const std::string& shard) {
  std::vector<std::string> children;
  for (const auto& other : listed) {
    if (other.parent == shard || other.adjacent_parent == shard) children.push_back(other.id);
  }
  return children;
}

std::vector<std::string> trimmed_unread(std::span<const aws::Shard> listed, const ShardPositions& positions,
                                        const std::set<std::string>& being_read) {
  const auto ids = ids_of(listed);
  std::vector<std::string> lost;
  for (const auto& [shard, position] : positions) {
    // Shards are numbered in the order in which they are made: this one is not listed yet.
    if (!ids.empty() && shard > *ids.rbegin()) continue;
    if (!position.has_ended() && !ids.contains(shard) && !being_read.contains(shard)) lost.push_back(shard);
  }
  return lost;
}

std::vector<std::string> forgettable(std::span<const aws::Shard> listed, const ShardPositions& positions) {
  const auto ids = ids_of(listed);
  std::vector<std::string> gone;
  for (const auto& [shard, position] : positions) {
    if (position.has_ended() && !ids.contains(shard)) gone.push_back(shard);
  }
  return gone;
}

}  // namespace kinesight::stream
