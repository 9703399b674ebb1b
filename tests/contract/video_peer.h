// Kinesis Video Streams under contract: `kinesight sim` in this process, or the peer that the environment
// names.
//   KINESIGHT_CONTRACT_CAMERA   a stream there that has been sending for a minute at least
#pragma once

#include <memory>
#include <string>

#include "aws/services/kinesis_video.h"
#include "contract/peer.h"

namespace kinesight::contract {

inline constexpr aws::Service kVideoService{
    .id = "Kinesis Video", .signing_name = "kinesisvideo", .host_prefix = "kinesisvideo"};
inline constexpr aws::JsonProtocol kVideoProtocol{.service = "Kinesis Video",
                                                  .content_type = "application/json"};

class VideoContractTest : public ContractTest {
 protected:
  VideoContractTest();

  /// A stream that footage comes to.
  static std::string camera();
  /// A new stream, ready, that nothing was ever sent to.
  std::string empty_stream(int retention_hours);

  aws::KinesisVideo video_ = aws::KinesisVideo::make(session(), options()).value();
};

}  // namespace kinesight::contract
