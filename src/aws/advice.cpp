#include "aws/advice.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace kinesight::aws {
namespace {

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

/// The permission that an action needs: named like the action, but for these.
std::string_view permission_for(std::string_view action) {
  constexpr std::pair<std::string_view, std::string_view> kOthers[] = {
      {"HeadObject", "GetObject"},     {"HeadBucket", "ListBucket"},
      {"ListObjectsV2", "ListBucket"}, {"CreateMultipartUpload", "PutObject"},
      {"UploadPart", "PutObject"},     {"CompleteMultipartUpload", "PutObject"}};
  for (const auto& [known, permission] : kOthers)
    if (action == known) return permission;
  return action;
}

std::string on_denied(std::string_view code, const CallContext& context) {
  const std::string& source = context.credentials_source;
  if (is_one_of(code, {"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId",
                       "InvalidToken"}))
    return fmt::format("AWS does not know these credentials: check those from {}", source);
  if (is_one_of(code, {"SignatureDoesNotMatch", "InvalidSignatureException"}))
    return fmt::format("check that the secret access key from {} belongs to its access key id", source);
  if (is_expired(code)) return fmt::format("renew the credentials from {}", source);
  if (is_clock_skew(code)) return "set this machine's clock";
  if (code == "InvalidIdentityToken") return "check the web identity's token and the role's trust policy";
  if (code == "AuthorizationHeaderMalformed")
    return fmt::format("check the region: requests were signed for {}", context.region);
  return fmt::format("allow {}:{} to the owner of the credentials from {}", context.permission,
                     permission_for(context.action), source);
}

std::string on_not_found(std::string_view code, const CallContext& context) {
  if (code == "NoSuchKey") return {};
  const bool provisioned = is_one_of(context.permission, {"kinesis", "s3", "dynamodb"});
  return fmt::format("check its name and the region {}{}", context.region,
                     provisioned ? ", or create it with `kinesight provision`" : "");
}

}  // namespace

std::string advice_for(const CallError& error, const CallContext& context) {
  if (error.error.kind == ErrorKind::denied) return on_denied(error.code, context);
  if (error.error.kind == ErrorKind::not_found) return on_not_found(error.code, context);
  if (error.status >= 300 && error.status < 400)
    return fmt::format("check the region and the endpoint: it is elsewhere than in {}", context.region);
  return {};
}

}  // namespace kinesight::aws
