// Clips in a container of Azure Blob storage.
#pragma once

#include <memory>
#include <string>

#include "config/table.h"
#include "storage/azure/blob_client.h"
#include "storage/object_store.h"

namespace kinesight::storage {

/// What `storage` says for the type azure_blob.
struct AzureBlobStoreOptions {
  std::string container;
  std::string account_name;
  std::string account_key;
  std::string connection_string;
  std::string endpoint_url;
  static const config::Table& table();
};

/// Files up to 64 MiB go in one request, longer ones in blocks of 16 MiB, each with its MD5. Blocks that
/// never became a blob stay, unseen, for a week; those of another upload are never taken for ours.
std::unique_ptr<ObjectStore> make_azure_blob_store(azure::BlobClient client, std::string container);

}  // namespace kinesight::storage
