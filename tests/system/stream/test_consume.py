"""`kinesight consume` over kinesis-local and moto's DynamoDB: killed at any moment, while shards are split and merged, among
broken records and duplicates, it leaves each good record in one window and each broken one among the dead letters."""

import random

import pytest

from conftest import kinesight, wait_until
from stream_feed import LATENESS, Feed, assert_all_came_out, items, seed, window_rows


@pytest.fixture
def stream(kinesis_local, moto, tmp_path):
    """A stream of four shards, its tables, and the configuration for both."""
    name = f"air-{tmp_path.name}"
    kinesis = kinesis_local.client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=4)
    config = tmp_path / "stream.yaml"
    config.write_text(f"""
state_directory: {tmp_path / "state"}
kinesis: {{stream_name: {name}, endpoint_url: "{kinesis_local.url}", start: trim_horizon}}
tables: {{realtime: {name}-realtime, windows: {name}-windows, dead_letters: {name}-dlq, endpoint_url: "{moto.url}"}}
windows: {{lateness_seconds: {LATENESS}}}
consume: {{idle_seconds: 0, batch_records: 100}}
""")
    wait_until(lambda: kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE")
    kinesight("provision", "--of", "stream", "--config", config)
    return name, config


def test_each_good_record_is_in_one_window_whatever_is_killed(kinesis_local, moto, stream, start):
    name, config = stream
    rng = random.Random(seed())
    feed = Feed(kinesis_local.client("kinesis"), name, rng)
    dynamodb = moto.client("dynamodb")

    def begin():
        return start(config.read_text(), job="consume")

    feed.records(300)
    feed.split()
    feed.records(200)
    feed.merge()
    feed.records(200)
    service = begin()
    for kill in range(5):
        # In the middle of its work: some records, and not all.
        goal = rng.randint(1, 80)
        wait_until(lambda: (service.metric('kinesight_stream_records_total{result="counted"}') or 0) >= goal)
        feed.records(rng.randint(150, 250))
        service.process.kill()
        service.end()
        if kill == 2:
            feed.split()
        service = begin()
    feed.tomorrow()
    expected = feed.expected()
    wait_until(lambda: len(window_rows(dynamodb, f"{name}-windows")) >= len(expected), 90)
    wait_until(lambda: len(items(dynamodb, f"{name}-dlq")) >= len(feed.broken))
    assert service.stop() == 0
    assert_all_came_out(feed, dynamodb, name)
