"""`kinesight consume --multilang` under the KCL's MultiLangDaemon: two of them share a stream whose shards are split and merged, one is
killed in the middle with its processes, and the tables are those of a consumer that was never disturbed."""

import json
import random
import uuid

import pytest

from conftest import kinesight, wait_until
from kcl import leader
from stream_feed import LATENESS, Feed, assert_all_came_out, items, seed, window_rows


@pytest.fixture
def stream(kinesis_local, moto, tmp_path):
    """A stream of two shards, and configurations of it with tables of their own: config("embedded")."""
    name = f"kcl-{uuid.uuid4().hex[:8]}"
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


# Who shares the shards out is replaced after two minutes, whatever failoverTimeMillis says: the KCL's DynamoDBLockBasedLeaderDecider.
@pytest.mark.timeout(900)
@pytest.mark.parametrize("victim_leads", [False, pytest.param(True, marks=pytest.mark.long)])
def test_the_tables_are_those_of_the_embedded_windows_though_a_daemon_is_killed(kinesis_local, moto, stream, daemon, start,
                                                                                victim_leads):
    name, config = stream
    rng = random.Random(seed())
    feed = Feed(kinesis_local.client("kinesis"), name, rng)
    dynamodb = moto.client("dynamodb")
    kcl, embedded = f"{name}-kcl", f"{name}-embedded"
    path = config("kcl")

    feed.records(300)
    first = daemon("first", name, path)
    # It waits up to 30 s before it looks for leases, and longer on a busy machine.
    wait_until(lambda: len(items(dynamodb, f"{kcl}-realtime")) >= 20, 240)
    second = daemon("second", name, path)
    feed.split()
    feed.records(300)
    wait_until(lambda: second.said("Reading shard"), 60)  # It has one of its own.
    feed.merge()
    feed.records(300)
    wanted = len(feed.rows) - rng.randint(50, 200)
    wait_until(lambda: len(items(dynamodb, f"{kcl}-realtime")) >= wanted, 60)
    victim, survivor = sorted([first, second], key=lambda one: (one.name == leader(dynamodb, f"kcl-{name}")) != victim_leads)
    victim.kill()
    feed.records(300)
    feed.tomorrow()
    expected = feed.expected()
    wait_until(lambda: len(window_rows(dynamodb, f"{kcl}-windows")) >= len(expected), 240)
    wait_until(lambda: len(items(dynamodb, f"{kcl}-dlq")) >= len(feed.broken))
    assert_all_came_out(feed, dynamodb, kcl)
    lines = [f'kinesight_stream_shards{{shard="{shard["ShardId"]}"}} 1\n' for shard in feed.open_shards()]
    # The KCL may give shards to the dead once more, before it takes notice of that. Metrics are written every 15 s.
    wait_until(lambda: all(line in survivor.shown_metrics() for line in lines), 240)
    assert survivor.process.poll() is None
    survivor.stop()
    assert list(survivor.metrics.iterdir()) == []

    service = start(config("embedded").read_text(), job="consume")
    wait_until(lambda: len(window_rows(dynamodb, f"{embedded}-windows")) >= len(expected), 60)
    assert service.stop() == 0

    def rows(table):
        return {(item["city_id"]["S"], item["window_start"]["S"]): item for item in items(dynamodb, table)}

    ours, theirs = rows(f"{kcl}-windows"), rows(f"{embedded}-windows")
    assert ours == theirs


@pytest.mark.parametrize(("arguments", "why"), [
    (["--multilang", "--local"], "--multilang: expected none of --local"),
    (["--multilang", "--simulate"], "--multilang: expected none of --local, --simulate"),
    (["--multilang", "--http", "127.0.0.1:0"], "and --http with it"),
    (["--metrics-directory", "metrics"], "--metrics-directory: expected --multilang with it"),
])
def test_what_a_shard_of_many_machines_cannot_have_is_refused(arguments, why):
    run = kinesight("consume", *arguments, check=False)
    assert run.returncode == 2 and why in run.stderr


def test_a_takeover_cannot_rebuild_windows_of_processing_time(tmp_path):
    config = tmp_path / "stream.yaml"
    config.write_text("windows: {time: processing}\n")
    run = kinesight("consume", "--multilang", "--config", config, check=False)
    assert run.returncode == 1 and "windows.time: expected event with --multilang" in run.stderr
    assert run.stdout == "", "standard output is the daemon's"


def test_a_line_that_is_no_message_ends_it_with_a_reason():
    run = kinesight("consume", "--multilang", check=False, input="Hello, daemon\n")
    assert run.returncode == 1 and run.stdout == ""
    said = [json.loads(line) for line in run.stderr.splitlines()]
    assert "expected a message of the KCL's MultiLangDaemon, found no JSON" in said[-1]["message"]
