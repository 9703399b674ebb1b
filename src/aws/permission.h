// What IAM must allow.
#pragma once

#include <string>
#include <vector>

namespace kinesight::aws {

/// What a component calls: a statement of an IAM policy.
struct Permission {
  std::vector<std::string> actions;    ///< "kinesis:PutRecords"
  std::vector<std::string> resources;  ///< ARNs, made of the options.
};

}  // namespace kinesight::aws
