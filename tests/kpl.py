"""KPL aggregated records, taken apart by AWS's own Python implementation (aws-kinesis-agg)."""

import base64

from aws_kinesis_agg.deaggregator import iter_deaggregate_records


def unpack(key, data):
    """Whether the record was aggregated, and its [(key, data)]."""
    record = {"SequenceNumber": "1", "PartitionKey": key, "ApproximateArrivalTimestamp": 0, "Data": data}
    found = [r["kinesis"] for r in iter_deaggregate_records(record, data_format="Boto3")]
    if not found or "aggregated" not in found[0]:
        return False, [(r["partitionKey"], r["data"]) for r in found]
    return True, [(r["partitionKey"], base64.b64decode(r["data"])) for r in found]
