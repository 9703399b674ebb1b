package dev.kinesight.flink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.dynamodb.sink.DynamoDbSink;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequestType;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Rows and letters as items of the tables that `kinesight provision --of stream` makes. Writing one again replaces
 * it, so that at least once is enough.
 */
final class Items {
  private static final String WINDOW_START = "window_start";
  private static final String ERROR_ID = "error_id";

  private Items() {}

  static DynamoDbSink<Row> windows(StreamConfig config) {
    return sink(config, config.windowsTable, List.of(config.key, WINDOW_START), new OfRow(config));
  }

  static DynamoDbSink<Letter> letters(StreamConfig config) {
    return sink(config, config.lettersTable, List.of(ERROR_ID), new OfLetter());
  }

  /** The keys keep two writes of one item out of a request, which DynamoDB would refuse as a whole. */
  private static <T> DynamoDbSink<T> sink(
      StreamConfig config, String table, List<String> keys, ElementConverter<T, DynamoDbWriteRequest> items) {
    return DynamoDbSink.<T>builder()
        .setDynamoDbProperties(AwsProperties.of(config.tablesRegion, config.tablesEndpoint))
        .setTableName(table)
        .setOverwriteByPartitionKeys(keys)
        .setElementConverter(items)
        .setFailOnError(true)
        .build();
  }

  private record OfRow(StreamConfig config) implements ElementConverter<Row, DynamoDbWriteRequest> {
    private static final long serialVersionUID = 1;

    @Override
    public DynamoDbWriteRequest apply(Row row, SinkWriter.Context context) {
      Map<String, AttributeValue> item = new HashMap<>();
      item.put(config.key, text(row.key));
      item.put(WINDOW_START, text(Times.bound(row.startMs)));
      item.put("window_end", text(Times.bound(row.startMs + config.windowMs)));
      for (int i = 0; i < row.values.length; ++i) {
        if (!Double.isNaN(row.values[i])) item.put(config.aggregates.get(i).name(), number(row.values[i]));
      }
      return put(item);
    }
  }

  private static final class OfLetter implements ElementConverter<Letter, DynamoDbWriteRequest> {
    private static final long serialVersionUID = 1;

    @Override
    public DynamoDbWriteRequest apply(Letter letter, SinkWriter.Context context) {
      return put(Map.of(ERROR_ID, text(letter.id),
          "error_timestamp", text(Long.toString(letter.writtenSeconds)),
          "error_message", text(letter.message),
          "record_data", text(Letters.text(letter.data))));
    }
  }

  private static DynamoDbWriteRequest put(Map<String, AttributeValue> item) {
    return DynamoDbWriteRequest.builder().setItem(item).setType(DynamoDbWriteRequestType.PUT).build();
  }

  private static AttributeValue text(String text) {
    return AttributeValue.builder().s(text).build();
  }

  /** What the type N cannot hold is a text, as kinesight has it. */
  private static AttributeValue number(double number) {
    if (Double.isInfinite(number)) return AttributeValue.builder().nul(true).build();
    String digits = Numbers.inRow(number);
    return Numbers.fitsDynamo(number) ? AttributeValue.builder().n(digits).build() : text(digits);
  }
}
