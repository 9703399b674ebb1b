// A storage account of Azure: who asks, and where.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace kinesight::storage::azure {

/// An account and its Blob endpoint.
struct Account {
  std::string name;
  Secret key;            ///< Its bytes, decoded. Signs everything: whoever has it owns the account.
  std::string endpoint;  ///< "https://name.blob.core.windows.net", or with a path for what is not Azure's
                         ///< ("http://127.0.0.1:10000/devstoreaccount1"); no slash at the end.
};

/// What a configuration says, each part perhaps empty.
struct AccountText {
  std::string name;
  std::string key;  ///< In base64.
  std::string
      connection_string;  ///< "AccountName=…;AccountKey=…;EndpointSuffix=…", instead of the two above.
  std::string endpoint;   ///< Instead of Azure's own, or the connection string's.
};

/// Error: invalid. Never shows a key, a connection string or a part of one.
Result<Account> make_account(const AccountText& text);

}  // namespace kinesight::storage::azure
