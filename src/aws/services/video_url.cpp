#include "aws/services/video_url.h"

#include <utility>

#include "aws/of_aws.h"
#include "net/url.h"

namespace kinesight::aws {

CallResult<std::string> checked_video_url(std::string url, bool overridden, std::string_view action) {
  const auto parsed = net::parse_url(url);
  if (parsed && (overridden || is_of_aws(*parsed))) return url;
  CallError error;
  error.error = {parsed ? ErrorKind::denied : ErrorKind::corrupt,
                 fmt::format("Kinesis Video {}: expected an https URL below amazonaws.com in the answer, "
                             "found {}; is the service behind a proxy that rewrites answers?",
                             action, parsed ? parsed->origin() : "no URL")};
  return std::unexpected(std::move(error));
}

}  // namespace kinesight::aws
