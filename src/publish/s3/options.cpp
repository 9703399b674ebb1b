#include "publish/s3/options.h"

#include "aws/services/s3_names.h"
#include "event/snapshot_key.h"

namespace kinesight::publish {
namespace {

/// That one must be there is a row's own condition, and none of a part that is switched off.
std::optional<std::string> bad_bucket(const S3Options& options) {
  if (options.bucket.empty() || aws::check_bucket(options.bucket)) return std::nullopt;
  return "3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends";
}

/// Pictures are found by their keys: those must be what event::parse_snapshot_key() reads.
std::optional<std::string> bad_prefix(const S3Options& options) {
  if (event::parse_snapshot_key(event::snapshot_key(options.prefix, "camera", 0))) return std::nullopt;
  return "names of letters, digits, underscores, dots and hyphens with slashes between them";
}

}  // namespace

const config::Table& S3Options::table() {
  static const config::Table table =
      config::describe<S3Options>("s3", "Saves pictures of frames with detections to Amazon S3.")
          .option("region", &S3Options::region,
                  "The AWS region of the bucket. Empty: that of the environment or the AWS profile.")
          .option("bucket", &S3Options::bucket, "The bucket.")
          .required()
          .not_empty()
          .env("S3_BUCKET")
          .rule(bad_bucket)
          .option("prefix", &S3Options::prefix, "What the keys of all pictures begin with.")
          .env("S3_PREFIX")
          .rule(bad_prefix)
          .option("jpeg_quality", &S3Options::jpeg_quality, "How good the pictures are, against their size.")
          .range(1, 100)
          .env("S3_JPEG_QUALITY")
          .option("save_snapshots", &S3Options::save_snapshots,
                  "Whether frames with detections are saved; false publishes events without pictures.")
          .option("draw_boxes", &S3Options::draw_boxes, "Whether pictures show boxes with label and score.")
          .option("max_width", &S3Options::max_width,
                  "Wider pictures are made as narrow as this, in pixels; 0 leaves them as they are.")
          .range(0, 16384)
          .option("max_in_flight", &S3Options::max_in_flight,
                  "Pictures uploaded at once; those of one camera follow each other.")
          .range(1, 64)
          .option("endpoint_url", &S3Options::endpoint_url,
                  "Where S3 is, when it is not AWS's. Empty: as the environment and the AWS profile say.");
  return table;
}

}  // namespace kinesight::publish
