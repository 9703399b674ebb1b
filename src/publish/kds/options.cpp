#include "publish/kds/options.h"

#include <algorithm>

namespace kinesight::publish {
namespace {

/// docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html: StreamName. AWS refuses each request
/// for another name, as if its records were at fault.
bool is_stream_name(const std::string& name) {
  constexpr std::size_t longest = 128;
  constexpr std::string_view others = "_.-";
  return !name.empty() && name.size() <= longest && std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.contains(c);
  });
}

}  // namespace

const config::Table& KdsOptions::table() {
  static const config::Table table =
      config::describe<KdsOptions>("kds", "Sends events to an Amazon Kinesis data stream.")
          .option("region", &KdsOptions::region,
                  "The AWS region of the stream. Empty: that of the environment or the AWS profile.")
          .env("KDS_REGION")
          .option("stream_name", &KdsOptions::stream_name, "The stream.")
          .required()
          .not_empty()
          .env("KDS_STREAM_NAME")
          .rule([](const KdsOptions& options) -> std::optional<std::string> {
            // That there must be one is the row's own condition, and none of a publisher that is switched
            // off.
            if (options.stream_name.empty() || is_stream_name(options.stream_name)) return std::nullopt;
            return "1 to 128 letters, digits, underscores, dots and hyphens";
          })
          .option("batch_size", &KdsOptions::batch_size, "Events a request at most; the service takes 500.")
          .range(1, 500)
          .env("KDS_BATCH_SIZE")
          .option("max_retries", &KdsOptions::max_retries, "Further tries for what the service did not take.")
          .range(0, 100)
          .option("base_backoff_ms", &KdsOptions::base_backoff_ms,
                  "The wait before the first of them; each further one is twice as long, with jitter.")
          .range(1, 60'000)
          .option("flush_interval_ms", &KdsOptions::flush_interval_ms,
                  "How long an event waits at most for a batch to fill.")
          .range(0, 60'000)
          .option("max_in_flight", &KdsOptions::max_in_flight,
                  "Requests at once; those of one camera always follow each other.")
          .range(1, 64)
          .option("aggregate", &KdsOptions::aggregate,
                  "Packs a camera's events into one record a request, as the Kinesis Producer Library does: "
                  "fewer records, and a camera's events always arrive in order. Consumers must unpack them.")
          .option("strict_order", &KdsOptions::strict_order,
                  "Never lets a later event of a camera arrive before one that had to be sent again, at the "
                  "price of one event a camera and request. With aggregate, that holds anyway, at no price.")
          .option(
              "endpoint_url", &KdsOptions::endpoint_url,
              "Where Kinesis is, when it is not AWS's. Empty: as the environment and the AWS profile say.");
  return table;
}

}  // namespace kinesight::publish
