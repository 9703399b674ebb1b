#include "aws/credentials/surroundings.h"

namespace kinesight::aws {

Result<std::shared_ptr<const SharedConfig>> Surroundings::shared_config() const {
  auto loaded = SharedConfig::load(environment);
  if (!loaded) return std::unexpected(loaded.error());
  return std::make_shared<const SharedConfig>(std::move(*loaded));
}

}  // namespace kinesight::aws
