// Which object store is under contract: the folder always, the others where the environment names them.
//   KINESIGHT_CONTRACT_STORE   s3 or azure_blob, and where it is: KINESIGHT_CONTRACT_URL
//   KINESIGHT_CONTRACT_ACCESS_KEY, _SECRET_KEY   the keys; of Azure the account and its key
//   KINESIGHT_CONTRACT_CONTAINER, _CONTAINER_ABSENT   a container of the tests, and the name of none
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "aws/session.h"
#include "storage/object_store.h"
#include "storage/store_kind.h"
#include "support/temp_folder.h"

namespace kinesight::contract {

/// What a store is reached by.
struct StoreAccess {
  std::string container;
  std::string access_key;
  std::string secret_key;
};

/// A store under contract.
class StoreContract : public testing::Test {
 protected:
  StoreContract();

  /// "directory", "s3" or "azure_blob".
  const std::string& type() const { return type_; }
  /// What the tests are to use.
  const StoreAccess& access() const { return access_; }
  static std::string absent_container();
  /// A store by other access; the error when there is none.
  Result<std::unique_ptr<storage::ObjectStore>> open(const StoreAccess& access);
  storage::ObjectStore& store() { return *store_; }
  net::Transport& transport() { return *transport_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

  /// A key that no test has used: "<stem>/<random>.mp4".
  static std::string key(std::string_view stem = "live/front");
  /// A file of so many bytes that do not repeat.
  std::filesystem::path file(std::uint64_t bytes, unsigned seed = 1);
  /// The object's bytes by its link: their number and SHA-256; -1 with the status where it is refused.
  struct Got {
    int status = 0;
    std::int64_t bytes = -1;
    std::string sha256{};
    std::string type{};
  };
  Got get(const std::string& url);
  Got get_object(const std::string& key);

 private:
  const std::string type_;
  const StoreAccess access_;
  support::TempFolder folder_;
  std::shared_ptr<net::Transport> transport_;
  std::vector<std::unique_ptr<aws::Session>> sessions_;
  std::unique_ptr<storage::ObjectStore> store_;
};

/// SHA-256 of a file, in hex.
std::string sha256_of(const std::filesystem::path& file);

}  // namespace kinesight::contract
