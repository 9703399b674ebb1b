// What a clip is, kept beside the object as its metadata: a task that comes again finds there what the
// message says. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "clips/next_message.h"
#include "clips/task.h"
#include "storage/object_store.h"

namespace kinesight::clips {

/// The metadata of `clip`, at most 2 KiB as S3 takes it: gaps beyond that are summed up in the last one.
std::map<std::string, std::string> clip_metadata(const Task& task, const StoredClip& clip);

/// What an object with that metadata is; nothing when the metadata is not that of a clip of the task's time
/// and stream (somebody else's object, or the clip of another task that begins at the same moment).
/// `address`, `url` are left empty.
std::optional<StoredClip> clip_of(const storage::ObjectStatus& object, const Task& task);

}  // namespace kinesight::clips
