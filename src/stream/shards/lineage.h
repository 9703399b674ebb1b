// Which shards may be read now. A stream's order is that of its shards' lineage: a key's records move from a
// shard to its child when it is split or merged, so a child waits until its parents have been read to their
// ends. Pure: what is listed and what is read go in, what to read comes out.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "aws/services/kinesis_reading.h"
#include "stream/shards/position.h"

namespace kinesight::stream {

/// How far each shard has been read and is done with (its effects are durable), by the shard's id.
using ShardPositions = std::map<std::string, Position>;

/// A shard to read, and from where.
struct Assignment {
  std::string shard;
  Position from;

  bool operator==(const Assignment&) const = default;
};

/// The positions of a stream that has never been read, where reading is to start at `start` (latest,
/// trim_horizon or at_timestamp). With latest the closed shards have ended: nothing of theirs is yet to come.
/// Make all of them durable before the first record: a shard that has no position is one that came later,
/// and is read from its beginning.
ShardPositions first_positions(std::span<const aws::Shard> listed, const Position& start);

/// The shards of `listed` (all that the service lists) that may be read now, in its order: they have not
/// ended, are not being read, and their parents have ended. A parent that is neither listed nor being read
/// has been trimmed, and nobody waits for it.
std::vector<Assignment> readable(std::span<const aws::Shard> listed, const ShardPositions& positions,
                                 const std::set<std::string>& being_read);

/// The shards that go on where `shard` ended, in the order of `listed`.
std::vector<std::string> children_of(std::span<const aws::Shard> listed, const std::string& shard);

/// The shards that have not ended, are listed no longer and are not being read: they were trimmed before they
/// were read to their ends, and what was left in them is lost. Count them, and let them have ended. One that
/// is newer than all of `listed` is not listed yet: a closed shard names its children before the list does.
std::vector<std::string> trimmed_unread(std::span<const aws::Shard> listed, const ShardPositions& positions,
                                        const std::set<std::string>& being_read);

/// The positions that nobody needs any more: of shards that have ended and are listed no longer.
std::vector<std::string> forgettable(std::span<const aws::Shard> listed, const ShardPositions& positions);

}  // namespace kinesight::stream
