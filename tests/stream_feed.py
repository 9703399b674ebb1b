"""A feed of measurements for tests of what reads a stream: sent, resharded, and what is to come out of it by another way than the
program's."""

import hashlib
import json
import os
import random
import time
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from conftest import wait_until

WINDOW = 300
LATENESS = 120
CITIES = [f"city-{number}" for number in range(8)]


def seed():
    chosen = int(os.environ.get("KINESIGHT_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"seed: KINESIGHT_TEST_SEED={chosen}")
    return chosen


def stamped(record):
    """As seed 004's producer sends it."""
    name = f"{record.get('city_id')}_{record.get('timestamp')}"
    return json.dumps({**record, "ingestion_timestamp": datetime.now(UTC).replace(tzinfo=None).isoformat(),
                       "message_id": hashlib.sha256(name.encode()).hexdigest()[:16]})


class Feed:
    """Sends records, reshards, and keeps what is to come out."""

    def __init__(self, kinesis, stream, rng):
        self.kinesis, self.stream, self.random = kinesis, stream, rng
        self.now = int(time.time()) - 3 * 24 * 3600
        self.windows = defaultdict(list)
        self.rows, self.broken = {}, set()

    def measurement(self, city, at):
        pm25 = self.random.randrange(0, 800) / 8
        return {"city_id": city, "city_name": city.title(), "timestamp": at, "pm25_value": pm25, "pm10_value": pm25 * 2,
                "aqi_value": self.random.randrange(20, 300), "aqi_category": "Moderate", "temperature_c": 20.5}

    def records(self, count):
        entries = []
        for _ in range(count):
            self.now += self.random.randint(1, 4)
            city = self.random.choice(CITIES)
            if self.random.random() < 0.04:
                broken = self.random.choice(['{"city_id": "%s", "n": %d}', "no json of %s: %d"]) % (city, len(self.broken))
                self.broken.add(broken)
                entries.append((city, broken))
                continue
            at = self.now - self.random.randint(0, LATENESS // 2)
            if (city, at) in self.rows:
                continue
            record = self.rows[city, at] = self.measurement(city, at)
            self.windows[city, at // WINDOW * WINDOW].append(record)
            entries += [(city, stamped(record))] * (2 if self.random.random() < 0.1 else 1)
            if self.random.random() < 0.05:
                entries.append((city, stamped({**record, "is_duplicate": True})))
        self.put(entries)

    def put(self, entries):
        """As they come: each city's records stay in order."""
        for begin in range(0, len(entries), 100):
            records = [{"PartitionKey": key, "Data": data} for key, data in entries[begin:begin + 100]]
            answer = self.kinesis.put_records(StreamName=self.stream, Records=records)
            assert answer["FailedRecordCount"] == 0

    def open_shards(self):
        shards = self.kinesis.list_shards(StreamName=self.stream)["Shards"]
        return sorted((one for one in shards if "EndingSequenceNumber" not in one["SequenceNumberRange"]),
                      key=lambda one: int(one["HashKeyRange"]["StartingHashKey"]))

    def wait_until_active(self):
        wait_until(lambda: self.kinesis.describe_stream_summary(StreamName=self.stream)["StreamDescriptionSummary"][
            "StreamStatus"] == "ACTIVE")

    def split(self):
        shard = self.random.choice(self.open_shards())
        first, last = (int(shard["HashKeyRange"][name]) for name in ("StartingHashKey", "EndingHashKey"))
        self.kinesis.split_shard(StreamName=self.stream, ShardToSplit=shard["ShardId"],
                                 NewStartingHashKey=str((first + last) // 2))
        self.wait_until_active()

    def merge(self):
        shards = self.open_shards()
        at = self.random.randrange(len(shards) - 1)
        self.kinesis.merge_shards(StreamName=self.stream, ShardToMerge=shards[at]["ShardId"],
                                  AdjacentShardToMerge=shards[at + 1]["ShardId"])
        self.wait_until_active()

    def tomorrow(self):
        """A record of the next day in each open shard: windows end by what comes after them."""
        left = {shard["ShardId"] for shard in self.open_shards()}
        for number in range(1000):
            if not left:
                return
            record = stamped(self.measurement(f"tomorrow-{number}", self.now + 24 * 3600))
            left.discard(self.kinesis.put_record(StreamName=self.stream, PartitionKey=f"tomorrow-{number}",
                                                 Data=record)["ShardId"])
        pytest.fail("a shard has no key")

    def expected(self):
        """By another way than the program's: seed 004's formula over each window's list."""
        return {key: {"avg_pm25": sum(one["pm25_value"] for one in records) / len(records),
                      "max_pm25": max(one["pm25_value"] for one in records),
                      "avg_aqi": sum(one["aqi_value"] for one in records) / len(records),
                      "max_aqi": max(one["aqi_value"] for one in records), "record_count": len(records)}
                for key, records in self.windows.items()}


def items(dynamodb, table):
    found = []
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        found += page["Items"]
    return found


def window_rows(dynamodb, table):
    rows = {}
    for item in items(dynamodb, table):
        start = int(datetime.fromisoformat(item["window_start"]["S"]).timestamp())
        end = int(datetime.fromisoformat(item["window_end"]["S"]).timestamp())
        assert end - start == WINDOW and start % WINDOW == 0
        rows[item["city_id"]["S"], start] = {name: float(item[name]["N"]) for name in
                                             ("avg_pm25", "max_pm25", "avg_aqi", "max_aqi", "record_count")}
    return rows


def assert_all_came_out(feed, dynamodb, name):
    """Each good record in one window and a row of the newest, each broken one a dead letter: in the tables called `name`-…"""
    expected = feed.expected()
    found = window_rows(dynamodb, f"{name}-windows")
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        assert found[key] == pytest.approx(row, rel=1e-12), key
    letters = items(dynamodb, f"{name}-dlq")
    assert sorted(one["record_data"]["S"] for one in letters) == sorted(feed.broken)
    assert all(one["error_message"]["S"] and int(one["error_timestamp"]["S"]) for one in letters)
    rows = {(one["city_id"]["S"], int(one["timestamp"]["N"])): one for one in items(dynamodb, f"{name}-realtime")}
    for (city, at), record in feed.rows.items():
        row = rows[city, at]
        assert {field: float(row[field]["N"]) for field in ("pm25_value", "pm10_value", "aqi_value", "temperature_c")} == {
            field: record[field] for field in ("pm25_value", "pm10_value", "aqi_value", "temperature_c")}
        assert (row["city_name"]["S"], row["aqi_category"]["S"]) == (record["city_name"], record["aqi_category"])
        assert int(row["ttl"]["N"]) > time.time() + 23 * 3600
