#include "stream/producer/options.h"

namespace kinesight::stream {

const config::Table& ProducerOptions::table() {
  static const config::Table table =
      config::describe<ProducerOptions>("produce", "How records are sent into the stream.")
          .option("batch_records", &ProducerOptions::batch_records,
                  "Records a request at most; the service takes 500.")
          .range(1, 500)
          .option("batch_bytes", &ProducerOptions::batch_bytes,
                  "Bytes of records and keys a request at most; the service takes 10 MiB.")
          .range(1024 * 1024, 10 * 1024 * 1024 - 64 * 1024)
          .option("linger_ms", &ProducerOptions::linger_ms,
                  "How long a record waits at most for a request to fill.")
          .range(0, 60'000)
          .option("buffer_records", &ProducerOptions::buffer_records,
                  "Records that wait at most for each request in flight; when there are so many, no more are "
                  "read.")
          .range(500, 1'000'000)
          .option("in_flight", &ProducerOptions::in_flight,
                  "Requests at once; the records of a key always go through the same one.")
          .range(1, 64)
          .option("strict_order", &ProducerOptions::strict_order,
                  "Never lets a later record of a key arrive before one that had to be sent again, at the "
                  "price of one record a key and request. With aggregate it costs shorter requests instead.")
          .option("aggregate", &ProducerOptions::aggregate,
                  "Packs a request's records of a key into one, as the Kinesis Producer Library does: a "
                  "shard takes 1000 records a second. Consumers must unpack them; kinesight consume does.")
          .choice("protocol", &ProducerOptions::protocol,
                  {{"auto", aws::PutEncoding::by_endpoint},
                   {"cbor", aws::PutEncoding::cbor},
                   {"json", aws::PutEncoding::json}},
                  "How requests are written. cbor: with records as they are, a quarter shorter, as AWS's SDK "
                  "for Java writes them; json: with records in base64; auto: cbor to AWS itself, json where "
                  "kinesis.endpoint_url names a stand-in, which may not understand the other.")
          .choice("broken", &ProducerOptions::broken,
                  {{"by_source", BrokenRecords::by_source},
                   {"refuse", BrokenRecords::refuse},
                   {"send", BrokenRecords::send}},
                  "What becomes of a record that is no JSON object, or whose id nobody can tell. refuse: it "
                  "is left out, counted and reported; send: it is sent as it is, under the key 'default'; "
                  "by_source: those of the simulator are sent, those of files are not.")
          .option("base_backoff_ms", &ProducerOptions::base_backoff_ms,
                  "The wait after a request of which something was not taken; it doubles while nothing is.")
          .range(1, 60'000)
          .option("max_backoff_ms", &ProducerOptions::max_backoff_ms, "The longest such wait.")
          .range(1, 600'000)
          .option(
              "give_up_seconds", &ProducerOptions::give_up_seconds,
              "How long a record is tried before it counts as failed; with a spool for as long as it takes.")
          .range(1, 1e7)
          .option("stop_seconds", &ProducerOptions::stop_seconds,
                  "How long what was read already may take to be sent once the producer is told to stop.")
          .range(0, 3600)
          .option("spool", &ProducerOptions::spool,
                  "A folder of this process alone, in which records that were read lie on disk until Kinesis "
                  "has them: an outage, kill -9 and a power cut lose none. Empty: in memory.")
          .option("spool_mb", &ProducerOptions::spool_mb,
                  "MiB of disk that they may take there; when it is full, no more are read.")
          .range(16, 1e9);
  return table;
}

}  // namespace kinesight::stream
