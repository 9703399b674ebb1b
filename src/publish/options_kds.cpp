#include "publish/options_kds.h"

namespace kinesight::publish {

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
          .option("batch_size", &KdsOptions::batch_size, "Events a request at most; the service takes 500.")
          .range(1, 500)
          .env("KDS_BATCH_SIZE")
          .option("max_retries", &KdsOptions::max_retries, "Further tries for what the service did not take.")
          .range(0, 100)
          .option("base_backoff_ms", &KdsOptions::base_backoff_ms,
                  "The wait before the first of them; each further one is twice as long, with jitter.")
          .range(1, 60'000);
  return table;
}

}  // namespace kinesight::publish
