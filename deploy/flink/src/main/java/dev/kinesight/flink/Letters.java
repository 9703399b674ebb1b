package dev.kinesight.flink;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/** Dead letters as kinesight has them; `kinesight dead-letters` lists and sends them. */
final class Letters {
  static final String LATE = "late: every window of its time had ended";
  private static final String BASE64 = "base64:";
  private static final int MOST_MESSAGE_BYTES = 4 * 1024;
  private static final int MOST_DATA_BYTES = 390 * 1024;

  private Letters() {}

  static Letter of(Arrival arrival, String why) {
    Letter letter = new Letter();
    letter.id = arrival.place();
    letter.writtenSeconds = Instant.now().getEpochSecond();
    byte[] data = asText(arrival.data);
    letter.data = beginning(data, MOST_DATA_BYTES);
    letter.message = text(beginning(why.getBytes(StandardCharsets.UTF_8), MOST_MESSAGE_BYTES));
    if (letter.data.length < data.length) {
      letter.message += " (of the record the first " + letter.data.length + " of " + data.length + " bytes are kept)";
    }
    return letter;
  }

  static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static byte[] asText(byte[] data) {
    String begin = new String(data, 0, Math.min(data.length, BASE64.length()), StandardCharsets.ISO_8859_1);
    boolean isMarked = begin.equals(BASE64);
    if (Members.isUtf8(data) && !isMarked) return data;
    return (BASE64 + Base64.getEncoder().encodeToString(data)).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Whole characters of UTF-8. */
  private static byte[] beginning(byte[] text, int mostBytes) {
    if (text.length <= mostBytes) return text;
    int end = mostBytes;
    while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
    return Arrays.copyOf(text, end);
  }
}
