"""What `kinesight produce` sends, read back from kinesis-local with boto3; and from a fake of Kinesis that throttles."""

import json
import os
import random
import signal
import subprocess
import uuid
from collections import Counter
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path

import pytest

import kpl
import seed004
from conftest import KINESIGHT, ROOT, kinesight, wait_until
from peers import Peer, records_of

BIN = Path(os.environ.get("KINESIGHT_BIN_DIR", ROOT / "build/release/bin"))
FAKE_KEY, FAKE_SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
COUNT = 3000


class Stream:
    """A Kinesis data stream of three shards."""

    def __init__(self, peer, name):
        self.peer, self.name, self.kinesis = peer, name, peer.client("kinesis")
        self.environment = {**os.environ, "AWS_ENDPOINT_URL_KINESIS": peer.url, "AWS_ACCESS_KEY_ID": peer.access_key,
                            "AWS_SECRET_ACCESS_KEY": peer.secret_key}

    def produce(self, *arguments, code=0, **options):
        """Runs it to its end; its summary."""
        done = kinesight("produce", *arguments, "--stream", self.name, "--json", env=self.environment, check=False, **options)
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def start(self, *arguments, **options):
        return subprocess.Popen([KINESIGHT, "produce", *map(str, arguments), "--stream", self.name, "--json"],
                                env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def found(self):
        """[(key, data)] of each shard in turn."""
        return [(record["PartitionKey"], record["Data"]) for record in records_of(self.kinesis, self.name)]


@pytest.fixture
def stream(kinesis_local):
    made = Stream(kinesis_local, f"air-{uuid.uuid4().hex[:12]}")
    made.kinesis.create_stream(StreamName=made.name, ShardCount=3)
    made.kinesis.get_waiter("stream_exists").wait(StreamName=made.name, WaiterConfig={"Delay": 1})
    return made


@pytest.fixture
def faulty(tmp_path):
    """faulty(*faults) -> a stream of a fake that deals them."""
    processes = []

    def begin(*faults):
        file = tmp_path / "faults.json"
        file.write_text(json.dumps(faults))
        process = subprocess.Popen([BIN / "fake_aws", "--port", "0", "--seed", "7", "--faults", file, "--keep", "data",
                                    "--stream", "air:3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        url = json.loads(process.stdout.readline())["url"]
        return Stream(Peer("fake", url, tmp_path / "log", FAKE_KEY, FAKE_SECRET), "air")

    yield begin
    for process in processes:
        process.stdin.close()
        assert process.wait(10) == 0


@pytest.fixture(params=["cbor", "json"])
def protocol(request, tmp_path):
    """In either form: the configuration that says so, with short pauses."""
    path = tmp_path / f"{request.param}.yaml"
    path.write_text(f"produce: {{protocol: {request.param}, base_backoff_ms: 1, max_backoff_ms: 5}}\n")
    return path


def some_records(count=COUNT, cities=20):
    rng = random.Random(4)
    names = [f"city-{i}" for i in range(cities - 2)] + ["München", "北京"]
    for number in range(count):
        record = {"city_id": rng.choice(names), "timestamp": f"2026-01-31T12:{number // 60 % 60:02}:{number % 60:02}",
                  "pm25_value": round(rng.uniform(0, 500), 1), "number": number}
        if rng.random() < 0.05:
            del record["city_id"]
        if rng.random() < 0.05:
            record["is_duplicate"] = True
        yield record


def write(path, records):
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def by_number(found):
    """The records by their number, each of which was found once."""
    records = [json.loads(data) for _, data in found]
    times = Counter(record["number"] for record in records)
    assert set(times.values()) == {1}
    return {record["number"]: record for record in records}


def unpacked(found):
    return [record for key, data in found for record in kpl.unpack(key, data)[1]]


def in_order(found):
    """Whether each city's records have growing numbers."""
    last, ordered = {}, True
    for key, data in found:
        number = json.loads(data)["number"]
        ordered &= last.get(key, -1) < number
        last[key] = number
    return ordered


def test_each_record_arrives_once_as_seed_004s_python_would_have_sent_it(stream, tmp_path, protocol):
    records = list(some_records())
    began = datetime.now(timezone.utc).replace(tzinfo=None)
    summary = stream.produce(write(tmp_path / "a.ndjson", records[:2000]), write(tmp_path / "b.ndjson", records[2000:]),
                             "--config", protocol)
    ended = datetime.now(timezone.utc).replace(tzinfo=None)
    assert summary["read"] == summary["sent"] == COUNT
    assert summary["refused"] == summary["given_up"] == summary["unsent"] == summary["uncertain"] == 0
    found = stream.found()
    arrived = by_number(found)
    for record in records:
        stamped = arrived[record["number"]]
        ingested = stamped.pop("ingestion_timestamp")
        assert began <= datetime.fromisoformat(ingested) <= ended
        assert stamped == {**record, "message_id": seed004.message_id(record)}
    for key, data in found:
        assert key == seed004.partition_key(json.loads(data))
    assert summary["bytes"] == sum(len(key.encode()) + len(data) for key, data in found)


def test_standard_input_as_csv(stream):
    text = "city_id,timestamp,pm25_value,city_name\nBKK,2026-01-31T12:00:00,21.5,\"Bangkok, Thailand\"\nDEL,2026-01-31T12:00:05,,Delhi\nx\n"
    done = subprocess.run([KINESIGHT, "produce", "-", "--format", "csv", "--stream", stream.name], input=text, text=True,
                          env=stream.environment, capture_output=True, timeout=60)
    assert done.returncode == 1 and "standard input:4: " in done.stderr, done.stderr
    arrived = {key: json.loads(data) for key, data in stream.found()}
    assert set(arrived) == {"BKK", "DEL"}
    assert (arrived["BKK"]["pm25_value"], arrived["BKK"]["city_name"]) == (21.5, "Bangkok, Thailand")
    assert arrived["BKK"]["message_id"] == seed004.message_id({"city_id": "BKK", "timestamp": "2026-01-31T12:00:00"})


def test_a_simulation_arrives_with_what_it_broke(stream, tmp_path):
    config = tmp_path / "stream.yaml"
    config.write_text("simulator: {pace: max, broken: 0.1, duplicates: 0.1}\n")
    summary = stream.produce("--mode", "development", "--seed", 11, "--count", 1000, "--config", config)
    assert summary["sent"] == summary["read"] == sum(summary["simulated"].values()) == 1000
    found, whole, broken = stream.found(), [], 0
    for key, data in found:
        try:
            record = json.loads(data)
            whole.append(record)
            assert key == seed004.partition_key(record)
            assert record["message_id"] == seed004.message_id(record)
        except (json.JSONDecodeError, UnicodeDecodeError):
            broken += 1
            assert key == "default"
    assert len(found) == 1000 and broken == summary["broken"] > 10
    assert sum(record.get("is_duplicate", False) for record in whole) == summary["simulated"]["flagged_duplicate"] > 10
    told_apart = [record["message_id"] for record in whole if "city_id" in record and record["timestamp"] != "yesterday"]
    twice = len(told_apart) - len(set(told_apart))
    assert twice == summary["simulated"]["flagged_duplicate"] + summary["simulated"]["silent_duplicate"]


def test_packed_records_are_those_that_aws_unpacks(stream, tmp_path, protocol):
    records = list(some_records())
    summary = stream.produce(write(tmp_path / "a.ndjson", records), "--aggregate", "--config", protocol)
    packed = stream.found()
    assert summary["sent"] == COUNT and len(packed) < COUNT / 5
    found = unpacked(packed)
    arrived = by_number(found)
    assert all(arrived[record["number"]]["message_id"] == seed004.message_id(record) for record in records)
    assert len(arrived) == COUNT
    assert in_order(found), "a key's records share a shard, and a record at a time"


def test_a_stream_that_is_not_there(kinesis_local, tmp_path, protocol):
    absent = Stream(kinesis_local, "no-such-stream")
    done = kinesight("produce", write(tmp_path / "a.ndjson", some_records(10)), "--stream", absent.name, "--config", protocol,
                     env=absent.environment, check=False)
    assert done.returncode == 1
    assert "no-such-stream" in done.stderr and "kinesight provision --of stream" in done.stderr
    assert "10 read and not sent" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["--aggregate"]])
def test_order_holds_through_throttles_where_it_is_asked_for(faulty, tmp_path, protocol, arguments):
    stream = faulty({"kind": "partial", "service": "kinesis", "action": "PutRecords", "share": 0.3,
                     "code": "ProvisionedThroughputExceededException", "count": 30},
                    {"kind": "reset_before", "service": "kinesis", "action": "PutRecords", "probability": 0.2, "count": 5})
    summary = stream.produce(write(tmp_path / "a.ndjson", some_records()), "--strict-order", *arguments, "--config", protocol)
    assert summary["sent"] == COUNT and summary["throttled"] > 10 and summary["retried"] > 10
    found = unpacked(stream.found())
    assert len(by_number(found)) == COUNT
    assert in_order(found)


def test_without_strict_order_the_same_throttles_do_change_it(faulty, tmp_path, protocol):
    stream = faulty({"kind": "partial", "service": "kinesis", "action": "PutRecords", "share": 0.3,
                     "code": "ProvisionedThroughputExceededException", "count": 30})
    summary = stream.produce(write(tmp_path / "a.ndjson", some_records()), "--config", protocol)
    assert summary["sent"] == COUNT
    found = stream.found()
    assert len(by_number(found)) == COUNT
    assert not in_order(found)


def test_a_stand_in_that_speaks_json_alone_takes_what_is_sent_unasked(moto, tmp_path):
    stream = Stream(moto, f"air-{uuid.uuid4().hex[:12]}")
    stream.kinesis.create_stream(StreamName=stream.name, ShardCount=1)
    assert stream.produce(write(tmp_path / "a.ndjson", some_records(600)))["sent"] == 600
    assert len(by_number(stream.found())) == 600


def test_sigterm_in_the_middle_sends_what_was_read(stream):
    process = stream.start("--mode", "production", "--rate", 1000, "--seed", 3)
    wait_until(lambda: len(list(islice(records_of(stream.kinesis, stream.name), 500))) == 500)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    summary = json.loads(out)
    assert summary["sent"] == summary["read"] == len(stream.found())
    assert summary["unsent"] == summary["uncertain"] == 0


def test_sigterm_says_what_was_not_sent(faulty, tmp_path):
    stream = faulty({"kind": "throttle", "service": "kinesis", "action": "PutRecords", "skip": 3})
    config = tmp_path / "stream.yaml"
    config.write_text("produce: {stop_seconds: 0.5}\n")
    process = stream.start("--mode", "production", "--rate", 2000, "--config", config)
    wait_until(lambda: len(stream.found()) > 0)
    assert "to be tried again: " in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    summary = json.loads(out)
    assert summary["sent"] == len(stream.found()) > 0
    assert summary["unsent"] == summary["read"] - summary["sent"] > 0
    assert f"stopped with {summary['unsent']} records that were read and not sent" in err


def test_a_pipe_of_two(stream):
    command = (f"'{KINESIGHT}' produce --mode development --rate 200 --count 50 --broken refuse --output - | "
               f"'{KINESIGHT}' produce - --stream {stream.name} --json")
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], env=stream.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["sent"] == len(stream.found()) > 30
