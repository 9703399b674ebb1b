package dev.kinesight.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class JobOptionsTest {
  @Test
  void managedFlinkSaysThemAsProperties() throws IOException {
    JobOptions options = JobOptions.ofManaged(new ObjectMapper().readTree("""
        [{"PropertyGroupId": "other", "PropertyMap": {"config": "no"}},
         {"PropertyGroupId": "kinesight", "PropertyMap": {"config": "s3://bucket/stream.yaml", "output": "none"}}]"""));
    assertEquals("s3://bucket/stream.yaml", options.text("config"));
    assertEquals("none", options.output());
  }

  @Test
  void whatIsNoOptionIsRefused() {
    var wrong = assertThrows(IllegalArgumentException.class, () -> JobOptions.of(new String[] {"--confg", "x"}));
    assertTrue(wrong.getMessage().contains("found 'confg'"), wrong.getMessage());
    assertThrows(IllegalArgumentException.class, () -> JobOptions.of(new String[] {"--config"}));
    assertThrows(IllegalArgumentException.class, () -> JobOptions.of(new String[] {"--checkpoint-seconds", "0"}).checkpointMs());
  }
}
