#include "clips/streams/permissions.h"

#include <fmt/format.h>

namespace kinesight::clips {

std::vector<aws::Permission> streams_permissions(const std::string& region) {
  // ListStreams is no call on a stream: IAM wants "*" for it.
  return {
      {.actions = {"kinesisvideo:ListStreams"}, .resources = {"*"}},
      {.actions = {"kinesisvideo:DescribeStream", "kinesisvideo:GetDataEndpoint",
                   "kinesisvideo:ListFragments", "kinesisvideo:GetClip",
                   "kinesisvideo:GetHLSStreamingSessionURL"},
       .resources = {fmt::format("arn:aws:kinesisvideo:{}:*:stream/*/*", region.empty() ? "*" : region)}}};
}

}  // namespace kinesight::clips
