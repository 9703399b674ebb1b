// Clips in a bucket of S3, or of what speaks its protocol.
#pragma once

#include <memory>
#include <string>

#include "aws/services/s3.h"
#include "config/table.h"
#include "storage/object_store.h"

namespace kinesight::storage {

/// What `storage` says for the type s3.
struct S3StoreOptions {
  std::string container;
  std::string region;
  std::string endpoint_url;
  static const config::Table& table();
};

/// Files up to 64 MiB go in one request, longer ones in parts of 16 MiB; what fails is aborted. The parts of
/// a process that was killed stay, unseen, until the bucket's lifecycle rule for incomplete uploads.
std::unique_ptr<ObjectStore> make_s3_store(aws::S3 s3, std::string bucket);

}  // namespace kinesight::storage
