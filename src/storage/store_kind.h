// A row of the registry of object stores.
#pragma once

#include <memory>
#include <vector>

#include "aws/permission.h"
#include "aws/session.h"
#include "base/result.h"
#include "config/table.h"
#include "storage/object_store.h"

namespace kinesight::storage {

/// An object store: its options (the table's name is what `storage.type` says), and how to make it of them.
/// `session` outlives the store; one that is not AWS's takes the transport, the clock and the retry policy
/// from it. Errors when it cannot be made: invalid, unavailable, denied.
struct StoreKind {
  const config::Table& options;
  Result<std::unique_ptr<ObjectStore>> (*make)(const config::Parsed& options, aws::Session& session);
  /// What the store calls; of a store in AWS.
  std::vector<aws::Permission> (*permissions)(const config::Parsed& options) = nullptr;
};

/// storage: {type: s3, …}
StoreKind s3_store_kind();
/// storage: {type: azure_blob, …}
StoreKind azure_blob_store_kind();
/// storage: {type: directory, …}
StoreKind directory_store_kind();

}  // namespace kinesight::storage
