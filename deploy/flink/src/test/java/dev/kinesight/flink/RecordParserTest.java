package dev.kinesight.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordParserTest {
  private static Arrival read(String json) throws IOException {
    var config = new StreamConfig(new ObjectMapper().readTree("{\"realtime\": {\"fields\": []}}"));
    Arrival arrival = new Arrival();
    arrival.data = json.getBytes(StandardCharsets.UTF_8);
    arrival.arrivedMs = Long.MAX_VALUE;
    new RecordParser(config).read(arrival);
    return arrival;
  }

  private static Arrival withTime(String time) throws IOException {
    return read("{\"city_id\": \"x\", \"timestamp\": " + time + "}");
  }

  @ParameterizedTest
  @CsvSource({
      "1769860800, 1769860800000", "1769860800.25, 1769860800250", "0.001, 1", "1769860800123, 1769860800123",
      "'\"2026-01-31T12:00:00Z\"', 1769860800000", "'\"2026-01-31 12:00\"', 1769860800000", "'\"2026-01-31\"', 1769817600000",
      "'\"2026-01-31T13:00:00.2509+01:00\"', 1769860800250", "'\"2026-01-31T11:00:00-01\"', 1769860800000"})
  void timesAreThoseThatKinesightReads(String time, long ms) throws IOException {
    Arrival arrival = withTime(time);
    assertNull(arrival.problem);
    assertEquals(ms, arrival.reading.timeMs);
  }

  @ParameterizedTest
  @CsvSource({"-1", "true", "[]", "'\"2026-02-30\"'", "'\"1769860800\"'", "'\"2026-01-31T24:00\"'", "'\"2026-01-31T12:00+1\"'", "1e15"})
  void whatIsNoTimeIsRefused(String time) throws IOException {
    assertTrue(withTime(time).problem.startsWith("timestamp: expected an ISO time"), withTime(time).problem);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{\"city_id\": 1, \"a\": 18446744073709551616} | expected a JSON object, found what is no JSON",
      "{\"city_id\": 1, \"a\": NaN}                  | expected a JSON object, found what is no JSON",
      "{\"city_id\": 1, \"a\": 1e999}                | expected a JSON object, found what is no JSON",
      "{\"city_id\": 1} {}                           | expected a JSON object, found",
      "{\"city_id\": 1, \"a\": {}, \"a\": 2}         | expected each member once, found 'a' twice",
      "\"text\"                                      | expected a JSON object, found the string 'text'",
      "{\"city_id\": \"\", \"timestamp\": 1}         | city_id: expected a string of 1 to 256 characters or an integer, found the string ''",
      "{\"city_id\": 1.5, \"timestamp\": 1}          | city_id: expected a string of 1 to 256 characters or an integer, found the number 1.5",
      "{\"city_id\": 1, \"timestamp\": 1, \"is_duplicate\": 2} | is_duplicate: expected true or false, found the number 2"})
  void whatIsNoRecordIsRefused(String json, String problem) throws IOException {
    assertTrue(read(json).problem.startsWith(problem), read(json).problem);
  }

  @Test
  void keysAndIdsAreThoseOfKinesight() throws IOException {
    Reading reading = read("{\"city_id\": 18446744073709551615, \"timestamp\": 1, \"message_id\": \"00000000000000ff\"}").reading;
    assertEquals("18446744073709551615", reading.key);
    assertEquals(255, reading.messageId);
    // Whatever else is an id stands for the first 64 bits of its SHA-256.
    reading = read("{\"city_id\": \"x\", \"timestamp\": 1, \"message_id\": \"abc\"}").reading;
    assertEquals(0xba7816bf8f01cfeaL, reading.messageId);
  }
}
