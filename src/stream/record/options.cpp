#include "stream/record/options.h"

namespace kinesight::stream {

const config::Table& RecordOptions::table() {
  static const config::Table table =
      config::describe<RecordOptions>("record", "Which fields of a record the stream goes by.")
          .option("key", &RecordOptions::key,
                  "The field that windows are kept by, and the partition key in Kinesis.")
          .not_empty()
          .option("time", &RecordOptions::time,
                  "The field with the time of the measurement: ISO 8601 (UTC where no zone is given), Unix "
                  "seconds or Unix milliseconds.")
          .not_empty()
          .option(
              "id", &RecordOptions::id,
              "The fields that make a record the one it is: its message_id is made of them, in this order.")
          .not_empty();
  return table;
}

}  // namespace kinesight::stream
