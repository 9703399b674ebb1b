package dev.kinesight.flink;

import java.util.Properties;
import org.apache.flink.connector.aws.config.AWSConfigConstants;

/** Where AWS is, for the connectors. Credentials come from where the AWS SDKs look for them. */
final class AwsProperties {
  private AwsProperties() {}

  static Properties of(String region, String endpoint) {
    Properties properties = new Properties();
    properties.setProperty(AWSConfigConstants.AWS_REGION, region.isEmpty() ? ofEnvironment() : region);
    if (!endpoint.isEmpty()) properties.setProperty(AWSConfigConstants.AWS_ENDPOINT, endpoint);
    return properties;
  }

  private static String ofEnvironment() {
    for (String name : new String[] {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
      String region = System.getenv(name);
      if (region != null && !region.isEmpty()) return region;
    }
    throw new IllegalArgumentException(
        "expected a region in stream.yaml (kinesis.region, tables.region) or in AWS_REGION; found none");
  }
}
