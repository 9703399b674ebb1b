"""The job of bench_publish as boto3 does it: PutRecords of 500 events of 500 bytes, one after the other.

publish_peer.py URL STREAM EVENTS: prints one JSON object."""

import json
import resource
import sys
import time

import boto3
from botocore.config import Config

BLOCK, EVENT_BYTES, CAMERAS = 500, 500, 64


def event(number):
    head = f'{{"event_id":"{number}","padding":"'
    return head + "x" * (EVENT_BYTES - 2 - len(head)) + '"}'


def main():
    url, stream, events = sys.argv[1], sys.argv[2], int(sys.argv[3])
    kinesis = boto3.client("kinesis", endpoint_url=url, region_name="us-east-1", aws_access_key_id="AKIDBENCHMARK",
                           aws_secret_access_key="secret", config=Config(retries={"mode": "standard"}))
    used = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    begin, cpu = time.monotonic(), used()
    for first in range(0, events, BLOCK):
        records = [{"PartitionKey": f"camera-{number % CAMERAS}", "Data": event(number).encode()}
                   for number in range(first, first + BLOCK)]
        if kinesis.put_records(StreamName=stream, Records=records)["FailedRecordCount"]:
            sys.exit("publish_peer: records failed")
    print(json.dumps({"cpu_seconds": used() - cpu, "seconds": time.monotonic() - begin, "events": events}))


if __name__ == "__main__":
    main()
