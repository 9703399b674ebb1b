#include "stream/multilang/metrics_file.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string>

#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"
#include "telemetry/catalog.h"

namespace kinesight::stream::multilang {
namespace {

using testing::HasSubstr;

TEST(MetricsFile, ALabelIsAddedToEachSeries) {
  EXPECT_EQ(with_label("# HELP a_b Text {x} y\na_b 1\na_b{c=\"d e\"} 2\na_b_bucket{le=\"+Inf\"} 3\n", "shard",
                       "s-1"),
            "# HELP a_b Text {x} y\na_b{shard=\"s-1\"} 1\na_b{shard=\"s-1\",c=\"d e\"} 2\n"
            "a_b_bucket{shard=\"s-1\",le=\"+Inf\"} 3\n");
  EXPECT_EQ(with_label("", "shard", "s"), "");
  EXPECT_EQ(with_label("a 1", "shard", "s"), "a{shard=\"s\"} 1");
}

TEST(MetricsFile, IsThereFromTheStartAndGoneWithItsShard) {
  support::TempFolder folder;
  support::TelemetryFixture telemetry;
  telemetry.metrics.set(telemetry::kStreamOpenKeys, {}, 5);
  const auto path = folder.path() / "new" / "kinesight-shardId-000000000001.prom";
  {
    const auto file =
        MetricsFile::open(folder.path() / "new", "shardId-000000000001", Clock::system(), telemetry);
    ASSERT_TRUE(file) << file.error().message;
    std::ifstream read(path);
    const std::string text(std::istreambuf_iterator<char>(read), {});
    EXPECT_THAT(text, HasSubstr("kinesight_stream_open_keys{shard=\"shardId-000000000001\"} 5\n"));
    EXPECT_EQ(std::ranges::distance(std::filesystem::directory_iterator(path.parent_path())), 1);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace kinesight::stream::multilang
