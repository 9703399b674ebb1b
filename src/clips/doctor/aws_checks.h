// Whether AWS, or what stands in for it, will do: the clock, the keys, the streams and the store.
#pragma once

#include <string>

#include "aws/session.h"
#include "clips/clips_file.h"
#include "clips/doctor/finding.h"
#include "clips/streams/camera_streams.h"
#include "storage/object_store.h"

namespace kinesight::clips::doctor {

/// Where Kinesis Video Streams is. Error: invalid (no region, a bad endpoint).
Result<aws::Endpoint> video_endpoint(const aws::Session& session, const KvsOptions& kvs);

/// Our clock against the Date of an unsigned answer of the endpoint: AWS refuses what is signed more than
/// five minutes off.
Finding check_clock(aws::Session& session, const std::string& endpoint_url, std::stop_token stop);

/// Whether there are keys, and whose AWS says they are. `ask`: false where nobody could say.
Finding check_credentials(aws::Session& session, const std::string& region, bool ask, std::stop_token stop);

/// ListStreams, and then GetDataEndpoint with ListFragments of one active stream.
Findings check_streams(CameraStreams& streams, Clock& clock, std::stop_token stop);

/// Whether clips can be stored. `type` is what storage.type says.
Finding check_store(const std::string& type, storage::ObjectStore& store, std::stop_token stop);

}  // namespace kinesight::clips::doctor
