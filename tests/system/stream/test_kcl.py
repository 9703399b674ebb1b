"""`kinesight consume --multilang` under the KCL's MultiLangDaemon: two of them share a stream whose shards are split and merged, one is
killed in the middle with its processes, and the tables are those of a consumer that was never disturbed."""

import random

import pytest

from conftest import kinesight, wait_until
from stream_feed import LATENESS, Feed, assert_all_came_out, items, seed, window_rows


@pytest.fixture
def stream(kinesis_local, moto, tmp_path):
    """A stream of two shards, and configurations of it with tables of their own: config("embedded")."""
    name = f"kcl-{tmp_path.name}"
    kinesis = kinesis_local.client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=2)

    def config(whose):
        path = tmp_path / f"{whose}.yaml"
        tables = ", ".join(f"{table}: {name}-{whose}-{end}" for table, end in
                           (("realtime", "realtime"), ("windows", "windows"), ("dead_letters", "dlq"), ("shards", "shards")))
        path.write_text(f"""
state_directory: {tmp_path / whose}
kinesis: {{stream_name: {name}, endpoint_url: "{kinesis_local.url}", start: trim_horizon}}
tables: {{{tables}, endpoint_url: "{moto.url}"}}
windows: {{lateness_seconds: {LATENESS}}}
consume: {{idle_seconds: 0}}
""")
        kinesight("provision", "--of", "stream", "--config", path)
        return path

    wait_until(lambda: kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE")
    return name, config


def test_the_tables_are_those_of_the_embedded_windows_though_a_daemon_is_killed(kinesis_local, moto, stream, daemon, start):
    name, config = stream
    rng = random.Random(seed())
    feed = Feed(kinesis_local.client("kinesis"), name, rng)
    dynamodb = moto.client("dynamodb")
    kcl, embedded = f"{name}-kcl", f"{name}-embedded"
    path = config("kcl")

    feed.records(300)
    first = daemon("first", name, path)
    wait_until(lambda: len(items(dynamodb, f"{kcl}-realtime")) >= 20, 60)
    second = daemon("second", name, path)
    feed.split()
    feed.records(300)
    wait_until(lambda: second.said("Reading shard"), 60)  # It has one of its own.
    feed.merge()
    feed.records(300)
    wanted = len(feed.rows) - rng.randint(50, 200)
    wait_until(lambda: len(items(dynamodb, f"{kcl}-realtime")) >= wanted, 60)
    victim, survivor = rng.sample([first, second], 2)
    victim.kill()
    feed.records(300)
    feed.tomorrow()
    expected = feed.expected()
    wait_until(lambda: len(window_rows(dynamodb, f"{kcl}-windows")) >= len(expected), 90)
    wait_until(lambda: len(items(dynamodb, f"{kcl}-dlq")) >= len(feed.broken))
    assert_all_came_out(feed, dynamodb, kcl)
    assert survivor.process.poll() is None
    survivor.stop()

    service = start(config("embedded").read_text(), job="consume")
    wait_until(lambda: len(window_rows(dynamodb, f"{embedded}-windows")) >= len(expected), 60)
    assert service.stop() == 0

    def rows(table):
        return {(item["city_id"]["S"], item["window_start"]["S"]): item for item in items(dynamodb, table)}

    ours, theirs = rows(f"{kcl}-windows"), rows(f"{embedded}-windows")
    assert ours == theirs
