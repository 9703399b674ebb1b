#include "aws/error.h"

#include <algorithm>
#include <span>

namespace kinesight::aws {
namespace {

bool among(std::string_view code, std::span<const std::string_view> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

constexpr std::string_view kThrottling[] = {"Throttling",
                                            "ThrottlingException",
                                            "ThrottledException",
                                            "RequestThrottledException",
                                            "RequestThrottled",
                                            "TooManyRequestsException",
                                            "ProvisionedThroughputExceededException",
                                            "TransactionInProgressException",
                                            "RequestLimitExceeded",
                                            "BandwidthLimitExceeded",
                                            "LimitExceededException",
                                            "ClientLimitExceededException",
                                            "KMSThrottlingException",
                                            "SlowDown",
                                            "PriorRequestNotComplete",
                                            "EC2ThrottledException"};

constexpr std::string_view kTransient[] = {"RequestTimeout",
                                           "RequestTimeoutException",
                                           "IDPCommunicationError",
                                           "InternalError",
                                           "InternalFailure",
                                           "InternalServerError",
                                           "InternalServiceErrorException",
                                           "InternalFailureException",
                                           "ServiceUnavailable",
                                           "ServiceUnavailableException",
                                           "OperationAborted",
                                           "ConditionalRequestConflict"};

constexpr std::string_view kExpired[] = {"ExpiredToken", "ExpiredTokenException", "RequestExpired",
                                         "TokenRefreshRequired"};

// The last three say that the signature is wrong, of which a wrong time is one cause.
constexpr std::string_view kClockSkew[] = {"RequestTimeTooSkewed",  "RequestExpired",
                                           "RequestInTheFuture",    "InvalidSignatureException",
                                           "SignatureDoesNotMatch", "AuthFailure"};

constexpr std::string_view kDenied[] = {"AccessDenied",
                                        "AccessDeniedException",
                                        "AllAccessDisabled",
                                        "AuthorizationHeaderMalformed",
                                        "IncompleteSignature",
                                        "IncompleteSignatureException",
                                        "InvalidAccessKeyId",
                                        "InvalidClientTokenId",
                                        "InvalidIdentityToken",
                                        "InvalidToken",
                                        "MissingAuthenticationToken",
                                        "MissingAuthenticationTokenException",
                                        "NotAuthorizedException",
                                        "OptInRequired",
                                        "UnauthorizedOperation",
                                        "UnrecognizedClientException",
                                        "KMSAccessDeniedException"};

constexpr std::string_view kNotFound[] = {"ResourceNotFoundException", "NoSuchBucket", "NoSuchKey",
                                          "NotFound", "KMSNotFoundException"};

// What arrived is not what was signed.
constexpr std::string_view kDamaged[] = {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch",
                                         "XAmzContentChecksumMismatch"};

}  // namespace

bool is_throttling(std::string_view code) { return among(code, kThrottling); }
bool is_expired(std::string_view code) { return among(code, kExpired); }
bool may_be_expired(std::string_view code) { return is_expired(code) || code == "NotAuthorizedException"; }
bool is_clock_skew(std::string_view code) { return among(code, kClockSkew); }

bool is_transient(int status, std::string_view code) {
  return status == 500 || status == 502 || status == 503 || status == 504 || among(code, kTransient);
}

ErrorKind kind_of(int status, std::string_view code) {
  if (among(code, kDamaged)) return ErrorKind::corrupt;
  if (is_throttling(code) || status == 429) return ErrorKind::throttled;
  if (is_transient(status, code) || status >= 500 || status == 408) return ErrorKind::unavailable;
  if (among(code, kDenied) || is_expired(code) || is_clock_skew(code)) return ErrorKind::denied;
  if (among(code, kNotFound) || status == 404) return ErrorKind::not_found;
  if (status == 401 || status == 403) return ErrorKind::denied;
  return ErrorKind::invalid;
}

}  // namespace kinesight::aws
