"""The Flink job of deploy/flink beside `kinesight consume`: of the same stream (kinesis-local) the same items in DynamoDB (moto),
digit by digit; of the same file the same rows."""

import hashlib
import json
import os
import random
import subprocess
import time
from pathlib import Path

import pytest
from aws_kinesis_agg.aggregator import RecordAggregator

from conftest import KINESIGHT, ROOT, kinesight, wait_until
from stream_feed import CITIES, WINDOW, Feed, items, seed, stamped

JOB = ROOT / "scripts/flink-job"
JAR = Path(os.environ.get("FLINK_JAR", ROOT / ".deps/flink/kinesight-flink.jar"))
LATENESS = 120
FIELDS = {"city_name": "Broken", "pm25_value": 1.5, "pm10_value": 2, "aqi_value": 3, "aqi_category": "Good", "temperature_c": -1}
BROKEN = [  # What a record may not be, each with the beginning of its reason.
    (b'{"city_id": "x", "timestamp": 17', "expected a JSON object"),
    (b"[1, 2]", "expected a JSON object, found an array"),
    (b'{"city_id": "\xff"}', "expected a JSON object"),
    (json.dumps({**FIELDS, "timestamp": 1}).encode(), "city_id: expected a string of 1 to 256 characters or an integer, found none"),
    (json.dumps({**FIELDS, "city_id": "x", "timestamp": "yesterday"}).encode(), "timestamp: expected an ISO time"),
    (json.dumps({**FIELDS, "city_id": "x", "timestamp": 1, "pm25_value": "n/a"}).encode(),
     "pm25_value: expected a number, found the string 'n/a'"),
    (json.dumps({**FIELDS, "city_id": "x", "timestamp": 1, "city_name": None}).encode(), "city_name: expected a value, found none"),
    (json.dumps({**FIELDS, "city_id": "x", "timestamp": 4e9}).encode(), "field 'timestamp': expected a time at most 600 s"),
    (b'{"city_id": "x", "city_id": "y"}', "expected each member once, found 'city_id' twice"),
    (json.dumps({**FIELDS, "city_id": "x", "timestamp": 1, "message_id": []}).encode(), "message_id: expected a string, found an array"),
]


class Job:
    """The job in a process of its own."""

    def __init__(self, folder, *arguments):
        assert JAR.exists(), f"{JAR} is not there; scripts/setup flink builds it"
        self.log = folder / f"flink-{time.monotonic_ns()}.txt"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen([JOB, *map(str, arguments)], stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def check(self):
        """It runs, as it ought to."""
        assert self.process.poll() is None, self.log.read_text()[-4000:]
        return True

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def begin(tmp_path):
    """begin(*arguments) -> Job; all are gone at the end of the test."""
    jobs = []

    def run(*arguments):
        jobs.append(Job(tmp_path, *arguments))
        return jobs[-1]

    yield run
    for job in jobs:
        job.kill()


def config_text(folder, stream, tables, kinesis_local, moto):
    return f"""
state_directory: {folder}
kinesis: {{stream_name: {stream}, endpoint_url: "{kinesis_local.url}", start: trim_horizon}}
tables: {{realtime: {tables}-realtime, windows: {tables}-windows, dead_letters: {tables}-dlq, endpoint_url: "{moto.url}"}}
windows:
  lateness_seconds: {LATENESS}
  aggregates:
    - {{name: avg_pm25, function: avg, field: pm25_value}}
    - {{name: max_pm25, function: max, field: pm25_value}}
    - {{name: avg_aqi, function: avg, field: aqi_value}}
    - {{name: max_aqi, function: max, field: aqi_value}}
    - {{name: record_count, function: count}}
    - {{name: sum_pm25, function: sum, field: pm25_value}}
    - {{name: first_aqi, function: first, field: aqi_value}}
    - {{name: last_aqi, function: last, field: aqi_value}}
    - {{name: min_humidity, function: min, field: humidity}}
consume: {{idle_seconds: 0}}
"""


@pytest.fixture
def both(kinesis_local, moto, tmp_path):
    """A stream of four shards, and for each of the two a configuration and tables of its own."""
    stream = f"air-{tmp_path.name}"
    kinesis = kinesis_local.client("kinesis")
    kinesis.create_stream(StreamName=stream, ShardCount=4)
    configs = []
    for name in ("embedded", "flink"):
        config = tmp_path / f"{name}.yaml"
        config.write_text(config_text(tmp_path / name, stream, f"{stream}-{name}", kinesis_local, moto))
        configs.append(config)
    wait_until(lambda: kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE")
    for config in configs:
        kinesight("provision", "--of", "stream", "--config", config)
    return stream, configs


HASHES = 2**128
SLOW = ["slow-1", "slow-2", "slow-3", "slow-4"]  # Cities whose records alone are in the last quarter of the stream.


def hash_of(key):
    """Where in the stream a key is: cities evenly in the first three quarters, the slow ones in the last."""
    if key in SLOW:
        return HASHES * 3 // 4 + HASHES * SLOW.index(key) // 16
    if key in CITIES:
        return HASHES * 3 * CITIES.index(key) // 4 // len(CITIES)
    return int.from_bytes(hashlib.md5(key.encode()).digest())  # As Kinesis does.


class UnevenFeed(Feed):
    """In the last of the shards time is hours behind that of all others."""

    def measurement(self, city, at):
        record = super().measurement(city, at)
        record["pm25_value"] = self.random.uniform(0, 500)  # All digits that a number has.
        if self.random.random() < 0.3:
            record["humidity"] = self.random.randrange(100)
        return record

    def put(self, entries):
        for begin in range(0, len(entries), 100):
            answer = self.kinesis.put_records(StreamName=self.stream, Records=[
                {"PartitionKey": key, "ExplicitHashKey": str(hash_of(key)), "Data": data} for key, data in entries[begin:begin + 100]])
            assert answer["FailedRecordCount"] == 0

    def slow(self, count, hours):
        """Records of a time that has passed everywhere else."""
        at, entries = self.now - hours * 3600, []
        for _ in range(count):
            at += self.random.randint(1, 30)
            city = self.random.choice(SLOW)
            record = self.rows[city, at] = self.measurement(city, at)
            self.windows[city, at // WINDOW * WINDOW].append(record)
            entries.append((city, stamped(record)))
        self.put(entries)

    def split_slow(self):
        shard = self.open_shards()[-1]
        self.kinesis.split_shard(StreamName=self.stream, ShardToSplit=shard["ShardId"], NewStartingHashKey=str(HASHES // 8 * 7))
        self.wait_until_active()

    def merge_others(self):
        first, second = self.open_shards()[:2]
        self.kinesis.merge_shards(StreamName=self.stream, ShardToMerge=first["ShardId"], AdjacentShardToMerge=second["ShardId"])
        self.wait_until_active()


def aggregated(records):
    """A KPL record of these (key, data), as AWS's own code packs them."""
    packer = RecordAggregator()
    for key, data in records:
        assert packer.add_user_record(key, data) is None
    return packer.clear_and_get().get_contents()


def put_broken(feed):
    feed.put([(CITIES[0], data) for data, _ in BROKEN])
    # The second of a pack, too: its place in it is a part of its id. A pack's keys belong where it is.
    packed = next(f"packed-{n}" for n in range(1000) if hash_of(f"packed-{n}") < HASHES // 4)
    key, _, data = aggregated([(packed, stamped({**FIELDS, "city_id": packed, "timestamp": feed.now})), (packed, '{"in a pack": 1}')])
    feed.put([(key, data)])


def letters(dynamodb, table):
    """(id, reason, data); of what is no JSON each parser has its own words."""
    return {one["error_id"]["S"]: (one["error_message"]["S"].split("no JSON")[0], one["record_data"]["S"])
            for one in items(dynamodb, table)}


def newest(checkpoints):
    """The newest checkpoint that is whole; None for none."""
    return max((at.parent for at in checkpoints.glob("*/chk-*/_metadata")), key=lambda at: int(at.name.split("-")[1]), default=None)


def rows(dynamodb, table):
    """Item by item, numbers as the text that they are."""
    return {(one["city_id"]["S"], one["window_start"]["S"]): one for one in items(dynamodb, table)}


def test_flink_and_consume_leave_the_same_items(kinesis_local, moto, both, start, begin, tmp_path):
    stream, (embedded, flink) = both
    feed = UnevenFeed(kinesis_local.client("kinesis"), stream, random.Random(seed()))
    dynamodb = moto.client("dynamodb")
    feed.records(300)
    put_broken(feed)
    feed.slow(100, 8)
    feed.split_slow()
    feed.records(200)
    feed.slow(100, 6)
    checkpoints = tmp_path / "checkpoints"
    begun = begin("--config", flink, "--checkpoints", checkpoints.as_uri(), "--checkpoint-seconds", 1)
    wait_until(lambda: begun.check() and items(dynamodb, f"{stream}-flink-dlq"), 60)
    feed.merge_others()  # While it reads.
    feed.records(200)
    feed.slow(100, 4)
    wait_until(lambda: begun.check() and rows(dynamodb, f"{stream}-flink-windows"), 60)
    kept = newest(checkpoints)
    wait_until(lambda: begun.check() and newest(checkpoints) not in (kept, None))
    begun.kill()

    # A record of a window whose row was written before: it is late, also for who begins again.
    service = start(embedded.read_text(), job="consume")
    ended = next(key for key in rows(dynamodb, f"{stream}-flink-windows") if key[0] in SLOW)
    wait_until(lambda: ended in rows(dynamodb, f"{stream}-embedded-windows"), 60)
    late = stamped(feed.measurement(ended[0], ended[1]))
    feed.put([(ended[0], late)])
    wait_until(lambda: late in {data for _, data in letters(dynamodb, f"{stream}-embedded-dlq").values()})
    job = begin("--config", flink, "--from", newest(checkpoints).as_uri(), "--checkpoints", checkpoints.as_uri())
    feed.records(200)
    feed.tomorrow()
    expected = feed.expected()
    wait_until(lambda: len(rows(dynamodb, f"{stream}-embedded-windows")) > len(expected), 60)
    wait_until(lambda: job.check() and len(rows(dynamodb, f"{stream}-flink-windows")) > len(expected), 60)
    dead = len(feed.broken) + len(BROKEN) + 2  # The one in the pack, and the late one.
    wait_until(lambda: len(letters(dynamodb, f"{stream}-embedded-dlq")) == dead)
    wait_until(lambda: job.check() and len(letters(dynamodb, f"{stream}-flink-dlq")) >= dead)
    assert service.stop() == 0

    by_consume, by_flink = rows(dynamodb, f"{stream}-embedded-windows"), rows(dynamodb, f"{stream}-flink-windows")
    assert by_flink == by_consume
    assert sum(int(row["record_count"]["N"]) for row in by_flink.values()) == len(feed.rows) + 1  # And the one in the pack.
    assert letters(dynamodb, f"{stream}-flink-dlq") == letters(dynamodb, f"{stream}-embedded-dlq")
    said = [one["error_message"]["S"] for one in items(dynamodb, f"{stream}-flink-dlq")]
    assert [reason for _, reason in BROKEN if not any(one.startswith(reason) for one in said)] == []


@pytest.mark.parametrize("stream_yaml", [[], ["--config", ROOT / "config/stream.yaml"]], ids=["by itself", "config/stream.yaml"])
def test_a_file_comes_to_the_rows_of_kinesight_windows(tmp_path, stream_yaml):
    feed = tmp_path / "feed.ndjson"
    config = tmp_path / "feed.yaml"
    config.write_text(json.dumps({"simulator": {"pace": "max", "start": "2026-01-31T12:00:00Z"}}))
    command = [KINESIGHT, "produce", "--config", config, "--mode", "production", "--count", "20000", "--output", "-"]
    feed.write_bytes(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
    by_kinesight = kinesight("windows", "--input", feed, "--json").stdout.splitlines()
    command = [JOB, *stream_yaml, "--input", feed, "--output", "print"]
    by_flink = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100)
    assert sorted(by_flink.stdout.splitlines()) == sorted(by_kinesight)
    assert "counted=" in by_flink.stderr


@pytest.mark.parametrize(("config", "said"), [
    ('windows: {slide_seconds: 60}', "windows.slide_seconds: expected 0"),
    ('windows: {time: processing}', "windows.time: expected what the Flink job can do: event; found processing"),
    ('windows: {aggregates: [{name: p95, function: quantile, field: a, quantile: 0.95}]}', "function: expected what the Flink job can do"),
    ('kinesis: {start: checkpoint}', "kinesis.start: expected what the Flink job can do"),
    ('kinesis: {stream_name: "${KINESIGHT_NOT_THERE}"}', "the environment variable KINESIGHT_NOT_THERE"),
])
def test_what_it_cannot_do_is_said_at_the_start(tmp_path, config, said):
    file = tmp_path / "stream.yaml"
    file.write_text(config)
    done = subprocess.run([JOB, "--config", file], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and said in done.stderr
