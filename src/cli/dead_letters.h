// What `kinesight dead-letters` is asked, and its parts that ask RabbitMQ and the table of a stream.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/job.h"
#include "cli/subcommand.h"

namespace kinesight::cli {

/// What list, retry and drop take, each of them a part.
struct DeadLetterOptions {
  Job of = Job::infer;
  std::string config;
  std::string directory;
  std::string sink;
  std::vector<std::string> id;
  bool all = false;
  bool local = false;
  long limit = 100;
  bool json = false;
  bool payload = false;
};

/// What is done with chosen letters.
enum class LetterTreatment { retry, drop };

/// Shows those of the clip service, in RabbitMQ; the exit code.
int list_letters_of_clips(const DeadLetterOptions& options, Context& context);
/// Those that the options choose, put back or deleted; the exit code.
int treat_letters_of_clips(const DeadLetterOptions& options, LetterTreatment treatment, Context& context);

/// The same of a stream's, in DynamoDB or on this machine; the exit code.
int list_letters_of_stream(const DeadLetterOptions& options, Context& context);
/// Those that the options choose, put back into the stream or deleted; the exit code.
int treat_letters_of_stream(const DeadLetterOptions& options, LetterTreatment treatment, Context& context);

}  // namespace kinesight::cli
