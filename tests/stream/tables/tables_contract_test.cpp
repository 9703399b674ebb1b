// What the consumer relies on in its tables, wherever they are: DynamoDB (the fake in this process, or the
// peer that contract/peer.h names) and SQLite.
#include <map>

#include "contract/peer.h"
#include "publish/ddb/attribute.h"
#include "stream/tables/dead_letter.h"
#include "stream/tables/dynamo_letters.h"
#include "stream/tables/dynamo_tables.h"
#include "stream/tables/local_letters.h"
#include "stream/tables/local_tables.h"
#include "stream/tables/provision.h"
#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::stream {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kNow = 1'700'000'000;
constexpr std::int64_t kDay = 86'400;

Measurement measurement(const std::string& key, std::int64_t timestamp, const std::string& pm25 = "12.5",
                        std::int64_t expires = kNow + kDay) {
  return {key, timestamp, expires, {{"pm25_value", {{"N", pm25}}}, {"city_name", {{"S", "Zürich"}}}}};
}

std::vector<std::int64_t> timestamps(const Result<std::vector<Measurement>>& found) {
  EXPECT_TRUE(found) << found.error().message;
  std::vector<std::int64_t> times;
  if (found) std::ranges::transform(*found, std::back_inserter(times), &Measurement::timestamp);
  return times;
}

class TablesContract : public contract::ContractTest, public testing::WithParamInterface<const char*> {
 protected:
  TablesContract() : ContractTest("DYNAMODB") {
    if (local()) {
      tables_ = LocalTables::open(folder_.path(), columns_, telemetry_, clock_).value();
    } else {
      provision();
      tables_ = std::make_unique<DynamoTables>(dynamodb_, options_, columns_, telemetry_, clock_);
    }
  }

  static bool local() { return GetParam() == std::string_view("sqlite"); }

  /// A window's row as it is kept, without what it has no value of.
  json window_row(const std::string& key, const std::string& start) {
    if (local()) {
      json row = json::parse(
          local_value("SELECT row FROM windows WHERE key = ?1 AND window_start = ?2", key, start));
      return std::erase_if(row.get_ref<json::object_t&>(),
                           [](const auto& one) { return one.second.is_null(); }),
             row;
    }
    return only_item(options_.windows, "#a = :a AND #b = :b", {{"#a", "city_id"}, {"#b", "window_start"}},
                     {{":a", {{"S", key}}}, {":b", {{"S", start}}}});
  }
  json letter(const std::string& id) {
    if (local()) {
      return json::parse(local_value(
          "SELECT json_object('error_id', error_id, 'error_timestamp', CAST(error_timestamp AS TEXT), "
          "'error_message', error_message, 'record_data', record_data) FROM dead_letters WHERE "
          "error_id = ?1 AND ?2 = ''",
          id, ""));
    }
    return only_item(options_.dead_letters, "#a = :a", {{"#a", "error_id"}}, {{":a", {{"S", id}}}});
  }

  std::unique_ptr<DeadLetterTable> dead_letters() {
    if (local()) return LocalLetters::open(folder_.path(), storage::Database::Mode::read_write).value();
    return std::make_unique<DynamoLetters>(dynamodb_, options_.dead_letters);
  }
  /// All that a table has, page by page, by id.
  static std::map<std::string, DeadLetter> all_of(DeadLetterTable& table, int* pages = nullptr) {
    std::map<std::string, DeadLetter> all;
    std::optional<std::string> next;
    do {
      auto page = table.page(next, {});
      EXPECT_TRUE(page) << page.error().message;
      if (!page) break;
      for (DeadLetter& one : page->letters) {
        const std::string id = one.error_id;
        EXPECT_TRUE(all.emplace(id, std::move(one)).second) << id << " on two pages";
      }
      next = page->next;
      if (pages != nullptr) ++*pages;
    } while (next);
    return all;
  }

  const TableColumns columns_{
      .key = "city_id",
      .aggregates = {{"avg_pm25", Function::avg, 0, {}}, {"max_aqi", Function::max, 1, {}}}};
  support::FakeClock clock_{double{kNow}};
  support::TelemetryFixture telemetry_;
  std::unique_ptr<Tables> tables_;

 private:
  void provision() {
    auto resources = inspect_tables(dynamodb_, options_, columns_.key, {}, clock_, {});
    ASSERT_TRUE(resources) << resources.error().message;
    for (const auto& table : *resources) ASSERT_TRUE(table.make({}));
  }
  json only_item(const std::string& table, const std::string& condition, json names, json values) {
    const auto page = dynamodb_.query({.table = table,
                                       .index = "",
                                       .key_condition = condition,
                                       .filter = "",
                                       .names = std::move(names),
                                       .values = std::move(values),
                                       .page_items = {}},
                                      {}, {});
    EXPECT_TRUE(contract::succeeds(page));
    if (!page || page->items.size() != 1) return "not one item";
    json plain;
    for (const auto& [name, value] : page->items[0].items()) plain[name] = *publish::from_attribute(value);
    return plain;
  }
  std::string local_value(const std::string& sql, const std::string& first, const std::string& second) {
    auto database =
        storage::Database::open(folder_.path() / "tables.db", storage::Database::Mode::read_only).value();
    auto statement = database.prepare(sql).value();
    return *statement.bind(1, first).bind(2, second).step() ? statement.text(0) : "null";
  }

  const TablesOptions options_{.realtime = unique("realtime"),
                               .windows = unique("windows"),
                               .dead_letters = unique("letters"),
                               .shards = unique("shards"),
                               .region = {},
                               .endpoint_url = {}};
  support::TempFolder folder_;
  aws::DynamoDb dynamodb_ = aws::DynamoDb::make(session(), options()).value();
};

TEST_P(TablesContract, GivesTheNewestOfAKeyFirst) {
  std::vector<Measurement> all;
  for (int i = 0; i < 60; ++i) all.push_back(measurement("DEL", kNow - i * 7 % 60));
  all.push_back(measurement("BER", kNow + 5));
  ASSERT_TRUE(tables_->put_measurements(all, {}));
  EXPECT_THAT(timestamps(tables_->latest("DEL", 3, kNow, {})), ElementsAre(kNow, kNow - 1, kNow - 2));
  EXPECT_THAT(timestamps(tables_->latest("DEL", 1000, kNow, {})), SizeIs(60));
  EXPECT_THAT(timestamps(tables_->latest("BER", 10, kNow, {})), ElementsAre(kNow + 5));
  EXPECT_THAT(timestamps(tables_->latest("LIM", 10, kNow, {})), IsEmpty());
}

TEST_P(TablesContract, KeepsWhatItIsGiven) {
  const auto one = measurement("DEL", kNow, "-0.00001");
  ASSERT_TRUE(tables_->put_measurements(std::vector{one}, {}));
  const auto found = tables_->latest("DEL", 1, kNow, {});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_THAT(*found, SizeIs(1));
  EXPECT_EQ(found->front().key, "DEL");
  EXPECT_EQ(found->front().expires, kNow + kDay);
  EXPECT_EQ(publish::from_attribute(found->front().fields.at("pm25_value")).value(), -0.00001);
  EXPECT_EQ(found->front().fields.at("city_name"), one.fields.at("city_name"));
  EXPECT_EQ(found->front().fields.size(), 2U);
}

TEST_P(TablesContract, OfTheSameKeyAndTimeTheLastStays) {
  const std::vector all{measurement("DEL", kNow, "1"), measurement("DEL", kNow - 1, "2"),
                        measurement("DEL", kNow, "3")};
  const auto values = [&] {
    std::vector<std::string> numbers;
    const auto found = tables_->latest("DEL", 10, kNow, {});
    for (const auto& one : found.value()) numbers.push_back(one.fields.at("pm25_value").at("N"));
    return numbers;
  };
  ASSERT_TRUE(tables_->put_measurements(all, {}));
  EXPECT_THAT(values(), ElementsAre("3", "2"));
  ASSERT_TRUE(tables_->put_measurements(std::span(all).first(1), {}));
  EXPECT_THAT(values(), ElementsAre("1", "2"));
}

TEST_P(TablesContract, WhatHasExpiredIsNotThere) {
  std::vector<Measurement> all;
  for (int i = 0; i < 40; ++i) all.push_back(measurement("DEL", kNow + i, "1", kNow + i % 3 - 1));
  all.push_back(measurement("DEL", kNow - 1, "1", 0));
  all.push_back(measurement("DEL", kNow - 2));
  ASSERT_TRUE(tables_->put_measurements(all, {}));
  EXPECT_THAT(timestamps(tables_->latest("DEL", 2, kNow, {})), ElementsAre(kNow + 38, kNow + 35))
      << "whose end is now has expired";
  EXPECT_THAT(timestamps(tables_->latest("DEL", 5, kNow + 2, {})), ElementsAre(kNow - 1, kNow - 2))
      << "what never expires stays, and pages without a hit are no end";
}

TEST_P(TablesContract, WindowsAreReplacedByTheirStart) {
  WindowResult result{"DEL", kNow * 1000 - 200'000, kNow * 1000 + 100'000, 3, {21.5, 180}};
  ASSERT_TRUE(tables_->put_windows(std::vector{result}, {}));
  EXPECT_EQ(window_row("DEL", "2023-11-14T22:10:00Z"), json::parse(R"({
    "city_id": "DEL", "window_start": "2023-11-14T22:10:00Z", "window_end": "2023-11-14T22:15:00Z",
    "avg_pm25": 21.5, "max_aqi": 180})"));
  result.values = {1.0 / 3, std::nullopt};
  ASSERT_TRUE(tables_->put_windows(std::vector{result}, {}));
  EXPECT_EQ(window_row("DEL", "2023-11-14T22:10:00Z"), json::parse(R"({
    "city_id": "DEL", "window_start": "2023-11-14T22:10:00Z", "window_end": "2023-11-14T22:15:00Z",
    "avg_pm25": 0.3333333333333333})"))
      << "a number reads back as the same, one without a value is not there";
}

TEST_P(TablesContract, DeadLettersAreReplacedByTheirId) {
  const std::vector<DeadLetter> letters{
      {"a", kNow, "first", "{}"}, {"b", kNow, "other", ""}, {"a", kNow + 1, "second", "{\"x\": 1}"}};
  ASSERT_TRUE(tables_->put_dead_letters(letters, {}));
  ASSERT_TRUE(tables_->put_dead_letters(std::span(letters).subspan(1, 1), {}));
  EXPECT_EQ(letter("a"), json({{"error_id", "a"},
                               {"error_timestamp", "1700000001"},
                               {"error_message", "second"},
                               {"record_data", "{\"x\": 1}"}}));
  EXPECT_EQ(letter("b").at("record_data"), "");
}

TEST_P(TablesContract, LongDeadLettersAreCutAndSaySo) {
  std::string data;
  while (data.size() < 1024 * 1024) data += "xü";
  ASSERT_TRUE(
      tables_->put_dead_letters(std::vector<DeadLetter>{{"a", kNow, std::string(10'000, 'm'), data}}, {}));
  const json kept = letter("a");
  const std::string record = kept.at("record_data");
  EXPECT_GT(record.size(), kMaxLetterDataBytes - 4);
  EXPECT_TRUE(data.starts_with(record));
  EXPECT_THAT(kept.at("error_message").get<std::string>(),
              HasSubstr(fmt::format("first {} of {} bytes", record.size(), data.size())));
}

TEST_P(TablesContract, DeadLettersAreReadPageByPageAndFoundByTheirId) {
  std::vector<DeadLetter> letters;
  for (int i = 0; i < 6; ++i)
    letters.push_back({fmt::format("shard/{}/0", i), kNow + i, "broken", std::string(300 * 1024, 'x')});
  letters.push_back({"\"%'", kNow, "", ""});
  ASSERT_TRUE(tables_->put_dead_letters(letters, {}));
  const auto table = dead_letters();
  int pages = 0;
  const auto all = all_of(*table, &pages);
  EXPECT_THAT(all, SizeIs(7));
  EXPECT_GE(pages, 2) << "1.8 MB are no single page";
  const auto found = table->find("shard/4/0", {});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->error_timestamp, kNow + 4);
  EXPECT_EQ((*found)->error_message, "broken");
  EXPECT_EQ((*found)->record_data, letters[4].record_data);
  EXPECT_EQ(all.at("shard/4/0").record_data, letters[4].record_data);
  EXPECT_TRUE(*table->find("\"%'", {}));
  EXPECT_FALSE(*table->find("shard/4", {}));
  EXPECT_FALSE(*table->find("", {}));
}

TEST_P(TablesContract, DeadLettersThatAreDroppedAreGoneAndNoOthers) {
  std::vector<DeadLetter> letters;
  for (int i = 0; i < 30; ++i) letters.push_back({fmt::format("{:02}", i), kNow, "broken", "{}"});
  ASSERT_TRUE(tables_->put_dead_letters(letters, {}));
  const auto table = dead_letters();
  std::vector<std::string> gone;
  for (int i = 1; i < 30; ++i) gone.push_back(fmt::format("{:02}", i));
  gone.push_back("absent");
  const auto dropped = table->drop(gone, {});
  ASSERT_TRUE(dropped) << dropped.error().message;
  const auto left = all_of(*table);
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left.begin()->first, "00");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(table->drop(std::vector<std::string>{"00"}, stop.get_token()).error().kind, ErrorKind::cancelled);
  EXPECT_TRUE(*table->find("00", {}));
}

TEST_P(TablesContract, ALetterThatWasCutIsKnown) {
  const std::string just(kMaxLetterDataBytes, 'x');
  ASSERT_TRUE(tables_->put_dead_letters(
      std::vector<DeadLetter>{{"cut", kNow, "broken", just + "x"}, {"whole", kNow, "broken", just}}, {}));
  const auto table = dead_letters();
  EXPECT_TRUE(is_cut(table->find("cut", {}).value().value()));
  EXPECT_FALSE(is_cut(table->find("whole", {}).value().value()));
}

TEST_P(TablesContract, NothingIsWrittenOnceStopped) {
  std::stop_source stop;
  stop.request_stop();
  const auto put = tables_->put_measurements(std::vector{measurement("DEL", kNow)}, stop.get_token());
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::cancelled);
  EXPECT_THAT(timestamps(tables_->latest("DEL", 1, kNow, {})), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Of, TablesContract, testing::Values("dynamodb", "sqlite"),
                         [](const auto& of) { return of.param; });

}  // namespace
}  // namespace kinesight::stream
