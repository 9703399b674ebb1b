#include "stream/sources/csv.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kinesight::stream {
namespace {

/// The values of the row that `lines` are, quoted ones in «»; or the error.
std::string row(const std::vector<std::string>& lines) {
  CsvRow row;
  row.begin();
  std::string shown;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto whole = row.feed(lines[i]);
    if (!whole) return "error: " + whole.error().message;
    if (*whole != (i + 1 == lines.size())) return "whole at another line";
  }
  for (const CsvValue& value : row.values())
    shown += (shown.empty() ? "" : "|") + (value.quoted ? "«" + value.text + "»" : value.text);
  return shown;
}

std::string json(const std::string& header, const std::string& values,
                 const std::vector<std::string>& text_columns = {}) {
  CsvRow row;
  row.begin();
  if (!row.feed(header)) return "no header";
  const auto made = CsvHeader::make(row.values(), text_columns);
  if (!made) return "error: " + made.error().message;
  row.begin();
  if (!row.feed(values)) return "no row";
  const auto object = made->as_json(row.values());
  return object ? *object : "error: " + object.error().message;
}

TEST(CsvRow, TakesARowApart) {
  EXPECT_EQ(row({"a,b,c"}), "a|b|c");
  EXPECT_EQ(row({"a,,"}), "a||");
  EXPECT_EQ(row({" a , b\r"}), " a | b") << "RFC 4180: spaces are part of a value";
  EXPECT_EQ(row({R"("a,b","say ""hi""",c)"}), R"(«a,b»|«say "hi"»|c)");
  EXPECT_EQ(row({"\"a\",\"\"\r"}), "«a»|«»");
}

TEST(CsvRow, AQuotedValueMayHaveSeveralLines) {
  EXPECT_EQ(row({"1,\"a\r", "", "b\"\"c\",2\r"}), "1|«a\r\n\nb\"c»|2");
  EXPECT_EQ(row({"\"", "\""}), "«\n»");
}

TEST(CsvRow, RefusesQuotesInOddPlaces) {
  EXPECT_EQ(row({R"(a,b"c)"}), "error: value 2: expected quotes around all of a value that has one in it");
  EXPECT_EQ(row({R"("a" ,b)"}), "error: value 1: expected a comma behind the closing quote, found ' '");
  EXPECT_EQ(row({"\"a", "b\"c"}), "error: value 1: expected a comma behind the closing quote, found 'c'");
  EXPECT_EQ(row({std::string(1000, ',')}), "error: expected at most 1000 values, found more");
}

TEST(CsvHeader, NumbersAreNumbersAndTextsAreTexts) {
  EXPECT_EQ(json("a,b,c,d,e,f", "1,-0.5,1e-3,0,10,2E+6"),
            R"({"a": 1, "b": -0.5, "c": 1e-3, "d": 0, "e": 10, "f": 2E+6})");
  EXPECT_EQ(json("a,b,c,d,e,f,g", "007,+1,.5,1.,nan,1e,-"),
            R"({"a": "007", "b": "+1", "c": ".5", "d": "1.", "e": "nan", "f": "1e", "g": "-"})");
  EXPECT_EQ(json("a,b,c", "\"1\",\"\",\"true\""), R"({"a": "1", "b": "", "c": "true"})");
  EXPECT_EQ(json("a,b,c,d,e", "true,False,,null,TRUE"),
            R"({"a": true, "b": false, "c": null, "d": "null", "e": "TRUE"})");
}

TEST(CsvHeader, AColumnOfTextsHoldsNothingElse) {
  EXPECT_EQ(json("city_id,v", "42,42", {"city_id"}), R"({"city_id": "42", "v": 42})");
  EXPECT_EQ(json("city_id,v", ",", {"city_id"}), R"({"city_id": null, "v": null})");
}

TEST(CsvHeader, EscapesWhatJsonDoesNotTake) {
  EXPECT_EQ(json("\"a\"\"b\"", "\"\\\t\x01\"\"ü\""), R"({"a\"b": "\\\u0009\u0001\"ü"})");
}

TEST(CsvHeader, RefusesHeadersAndRowsThatDoNotFit) {
  EXPECT_EQ(json("a,,c", ""), "error: expected a header with a name for each column, found an empty one");
  EXPECT_EQ(json("a,b,a", ""), "error: expected each column once, found 'a' twice");
  EXPECT_EQ(json("a,b", "1"), "error: expected 2 values, as many as the header has names, found 1");
  EXPECT_EQ(json("a,b", "1,2,3"), "error: expected 2 values, as many as the header has names, found 3");
}

}  // namespace
}  // namespace kinesight::stream
