"""The job of `kinesight produce` as seed 004's Python does it: stamp, then PutRecords of 500, one after the other.

stream_peer.py URL STREAM FILE"""

import hashlib
import itertools
import json
import sys
from datetime import UTC, datetime

import boto3
from botocore.config import Config


def entry(line):
    record = json.loads(line)
    name = f"{record.get('city_id')}_{record.get('timestamp')}"
    stamped = {**record, "ingestion_timestamp": datetime.now(UTC).replace(tzinfo=None).isoformat(),
               "message_id": hashlib.sha256(name.encode()).hexdigest()[:16]}
    return {"Data": json.dumps(stamped), "PartitionKey": record.get("city_id", "default")}


def main():
    url, stream, path = sys.argv[1:]
    kinesis = boto3.client("kinesis", endpoint_url=url, config=Config(retries={"mode": "standard"}))
    with open(path) as lines:
        while batch := [entry(line) for line in itertools.islice(lines, 500)]:
            if kinesis.put_records(StreamName=stream, Records=batch)["FailedRecordCount"]:
                sys.exit("stream_peer: records failed")


if __name__ == "__main__":
    main()
