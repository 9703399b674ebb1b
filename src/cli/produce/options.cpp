#include "cli/produce/options.h"

namespace kinesight::cli {
namespace {

using Described = config::Describe<ProduceOptions>;

Described& add_input(Described& table) {
  return table
      .option("files", &ProduceOptions::files,
              "Files of records, read one after the other; - is standard input. A record a line (NDJSON), or "
              "CSV with a header.")
      .operand()
      .value_name("FILE")
      .choice("mode", &ProduceOptions::mode,
              {{"files", ProduceMode::files},
               {"development", ProduceMode::development},
               {"production", ProduceMode::production},
               {"burst", ProduceMode::burst}},
              "files: those that are named; the others simulate the air of cities, with duplicates, late and "
              "broken records: 10 records a second, 500, or 500 with bursts of 5000.")
      .option("seed", &ProduceOptions::seed, "With --mode: what chance goes by.")
      .range(0, 1e15)
      .choice("format", &ProduceOptions::format,
              {{"by_name", stream::FileFormat::by_name},
               {"ndjson", stream::FileFormat::ndjson},
               {"csv", stream::FileFormat::csv}},
              "What is in the files; by_name: CSV where the name ends in .csv.")
      .option("rate", &ProduceOptions::rate, "Records a second; of a simulation: outside bursts.")
      .range(0.001, 1e6)
      .option("count", &ProduceOptions::count, "End after so many records.")
      .range(1, 1e15)
      .option("duration", &ProduceOptions::duration, "End after so long.")
      .range(0.001, 1e9)
      .value_name("SECONDS")
      .choice(
          "broken", &ProduceOptions::broken,
          {{"configured", BrokenChoice::configured},
           {"refuse", BrokenChoice::refuse},
           {"send", BrokenChoice::send}},
          "What becomes of records that are no JSON objects. refuse: they are left out and reported; send: "
          "they are sent as they are; configured: as produce.broken says, which refuses those of files "
          "and sends those of a simulation.");
}

Described& add_output(Described& table) {
  return table
      .option("strict_order", &ProduceOptions::strict_order,
              "Never let a later record of a key arrive before one that had to be sent again.")
      .option("aggregate", &ProduceOptions::aggregate,
              "Pack records of a key into one, as the Kinesis Producer Library does.")
      .option("stream", &ProduceOptions::stream,
              "The Kinesis data stream, when it is not what --config says.")
      .value_name("NAME")
      .option("region", &ProduceOptions::region, "Its AWS region, when it is not what --config says.")
      .option("endpoint_url", &ProduceOptions::endpoint_url, "Where Kinesis is, when it is not AWS's.")
      .value_name("URL")
      .choice("output", &ProduceOptions::output,
              {{"kinesis", ProduceOutput::kinesis}, {"-", ProduceOutput::lines}},
              "- writes the records, stamped, to standard output instead, one a line.")
      .rule([](const ProduceOptions& options) -> std::optional<std::string> {
        if (options.output == ProduceOutput::kinesis) return std::nullopt;
        if (options.aggregate) return "kinesis with --aggregate";
        if (!options.spool.empty()) return "kinesis with --spool";
        return std::nullopt;
      })
      .option("spool", &ProduceOptions::spool,
              "Keep what was read in this folder, on disk, until Kinesis has it; first send what an earlier "
              "run left there. With it alone, without files or --mode, only that is sent.")
      .value_name("DIR")
      .option("spool_mb", &ProduceOptions::spool_mb,
              "MiB of disk that it may take, when it is not what --config says. When it is full, no more is "
              "read.")
      .range(16, 1e9)
      .value_name("MIB")
      .option("http", &ProduceOptions::http, "Serve health and metrics there.")
      .value_name("HOST:PORT")
      .option("json", &ProduceOptions::json,
              "The summary as a JSON object. It goes to standard output, with --output - to standard error.");
}

}  // namespace

const config::Table& ProduceOptions::table() {
  static const config::Table table = [] {
    auto described = config::describe<ProduceOptions>(
        "produce",
        "Send records from files, standard input or a simulation into a Kinesis data stream, each stamped "
        "with the time and an id.");
    described
        .option("config", &ProduceOptions::config,
                "The stream, the records' fields and how they are sent: a stream.yaml. Without it: the "
                "air-quality feed.")
        .value_name("FILE");
    return config::Table(add_output(add_input(described)));
  }();
  return table;
}

}  // namespace kinesight::cli
