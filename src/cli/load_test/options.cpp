#include "cli/load_test/options.h"

namespace kinesight::cli::load_test {

const config::Table& Options::table() {
  static const config::Table table =
      config::describe<Options>(
          "load-test",
          "Watch simulated cameras with this machine's real pipeline, and say whether it keeps up.")
          .option("cameras", &Options::cameras, "How many. With --find-max: where to begin.")
          .range(1, 1000)
          .option("fps", &Options::fps, "Frames a second that each of them wants looked at.")
          .range(0.1, 120)
          .option("duration", &Options::duration, "For how long, once all cameras run; of each trial.")
          .range(1, 86400)
          .value_name("SECONDS")
          .choice(
              "source", &Options::source, {{"kvs", Source::kvs}, {"file", Source::file}},
              "kvs: over HLS from a stand-in for Kinesis Video Streams that runs beside; file: from files, "
              "without a network.")
          .choice("resolution", &Options::resolution,
                  {{"360p", Resolution::p360},
                   {"720p", Resolution::p720},
                   {"1080p", Resolution::p1080},
                   {"2160p", Resolution::p2160}},
                  "Of the video.")
          .option("model", &Options::model, "What an `object` detector a camera runs, without --config.")
          .value_name("FILE")
          .option(
              "config", &Options::config,
              "A cameras.yaml: its cameras' detectors, regions and gates are taken in turn, their sources "
              "are not.")
          .value_name("FILE")
          .option("publish", &Options::publish,
                  "Also use the publishers of --config: what they send goes where they send it. Without it, "
                  "events go into a store that is thrown away.")
          .option("seed", &Options::seed, "The same seed renders the same scenes.")
          .range(0, 9e15)
          .option("find_max", &Options::find_max,
                  "Search for how many cameras fit: twice as many until they do not, then in between.")
          .option("most", &Options::most, "With --find-max: no more than so many.")
          .range(1, 1000)
          .option("json", &Options::json, "One JSON object.");
  return table;
}

}  // namespace kinesight::cli::load_test
