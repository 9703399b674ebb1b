// How Azure Storage's requests and links are signed with an account's key. Sources:
// learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key and
// learn.microsoft.com/rest/api/storageservices/create-service-sas.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"
#include "storage/azure/account.h"

namespace kinesight::storage::azure {

/// The version of the Blob service that all requests and links name (x-ms-version, sv).
inline constexpr std::string_view kApiVersion = "2021-12-02";

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::int64_t unix_seconds);

/// What is signed of a request: its verb, its standard headers, its x-ms- headers, account, path and query.
/// Error: invalid (its URL).
Result<std::string> string_to_sign(const net::Request& request, const Account& account);

/// Adds x-ms-date, x-ms-version and Authorization. Error: invalid (its URL).
Result<> sign(net::Request& request, const Account& account, std::int64_t unix_seconds);

/// A service SAS: the right to read one blob until a time, for whoever has the URL.
struct ReadLink {
  std::string_view container;
  std::string_view blob;  ///< As it is, not percent-encoded.
  std::int64_t expires_seconds = 0;
  bool https_only = true;
};

/// What is signed of a link: the 16 fields of versions from 2020-12-06 on.
std::string string_to_sign(const ReadLink& link, const Account& account);

/// The query of the link's URL, signed; without the question mark.
std::string sas_query(const ReadLink& link, const Account& account);

}  // namespace kinesight::storage::azure
