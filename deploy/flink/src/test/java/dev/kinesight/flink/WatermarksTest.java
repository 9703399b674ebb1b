package dev.kinesight.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class WatermarksTest {
  private final Watermarks marks = new Watermarks(10);

  @Test
  void timeIsThatOfTheSlowestShard() {
    marks.open("a");
    marks.open("b");
    marks.seen("a", 1000);
    assertEquals(Long.MIN_VALUE, marks.watermark());
    marks.seen("b", 100);
    assertEquals(90, marks.watermark());
    marks.seen("b", 2000);
    assertEquals(990, marks.watermark());
  }

  @Test
  void childrenBeginWhereTheLeastOfTheirParentsEnded() {
    for (String shard : new String[] {"a", "b", "child"}) marks.open(shard);
    marks.seen("a", 1000);
    marks.seen("b", 100);
    marks.close("a", List.of("child"));
    marks.close("b", List.of("child"));
    assertEquals(90, marks.watermark());
    marks.seen("child", 200);
    assertEquals(190, marks.watermark());
  }
}
