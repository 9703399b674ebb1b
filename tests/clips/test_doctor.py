"""`kinesight clips doctor` against real servers: what is sound is said to be, what is not is found."""

import json
import os
import time
import uuid

import pika
import pytest
import yaml

from conftest import kinesight, wait_until
from peers import ACCESS_KEY, REGION, SECRET_KEY
from rabbitmq import free_ports
from simulator import Simulator


@pytest.fixture(scope="module")
def simulator(scene_video):
    """Its camera has sent video, and may be asked for it."""
    running = Simulator("--stream", f"front={scene_video('hallway')}", "--no-limits")
    try:
        archive = running.client("kinesis-video-archived-media", running.client("kinesisvideo").get_data_endpoint(
            StreamName="front", APIName="LIST_FRAGMENTS")["DataEndpoint"])
        lately = {"FragmentSelectorType": "PRODUCER_TIMESTAMP",
                  "TimestampRange": {"StartTimestamp": time.time() - 60, "EndTimestamp": time.time() + 600}}
        wait_until(lambda: archive.list_fragments(StreamName="front", FragmentSelector=lately)["Fragments"])
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def bucket(minio):
    minio.client("s3").create_bucket(Bucket="doctor-clips")
    return "doctor-clips"


@pytest.fixture
def channel(rabbitmq):
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq.url))
    yield connection.channel()
    connection.close()


@pytest.fixture
def sound(tmp_path, rabbitmq, redis, simulator, minio, bucket):
    """A configuration with which nothing is wrong; its queues are not there yet."""
    names = {kind: f"{kind}-{uuid.uuid4().hex[:8]}" for kind in ("tasks", "dead_letters", "next")}
    return {"state_directory": str(tmp_path / "state"), "rabbitmq": {"url": rabbitmq.url}, "queues": names,
            "redis": {"host": redis.host, "port": redis.port, "password": redis.password},
            "kvs": {"region": REGION, "endpoint_url": simulator.url}, "clip": {"max_bytes": 2**20},
            "storage": {"type": "s3", "container": bucket, "region": REGION, "endpoint_url": minio.url}}


@pytest.fixture
def examine(tmp_path):
    """examine(configuration) -> (exit code, findings by check)."""
    def run(config, **environment):
        path = tmp_path / "clips.yaml"
        path.write_text(yaml.safe_dump(config))
        done = kinesight("clips", "doctor", "--config", path, "--json", check=False, env={**os.environ, **environment})
        *lines, counts = [json.loads(line) for line in done.stdout.splitlines()]
        verdicts = [line["verdict"] for line in lines]
        assert counts == {"ok": verdicts.count("ok"), "warnings": verdicts.count("warning"), "failed": verdicts.count("failed")}
        assert (done.returncode == 0) == (counts["failed"] == 0), done.stderr
        for secret in (SECRET_KEY, config["redis"]["password"], "a-wrong-secret"):
            assert secret not in done.stdout + done.stderr
        assert all(bool(line["advice"]) == (line["verdict"] != "ok") for line in lines)
        return done.returncode, {line["check"]: line for line in lines}

    return run


def test_all_is_well_and_nothing_is_changed(sound, examine, channel, minio, bucket, redis, tmp_path):
    code, found = examine(sound)
    assert code == 0
    assert {check: line["verdict"] for check, line in found.items() if line["verdict"] != "ok"} == {}
    queues = [f"queue {sound['queues'][kind]}" for kind in ("tasks", "dead_letters", "next")]
    assert list(found) == ["configuration", "sandbox", "state directory", "disk", "RabbitMQ", *queues, "acknowledgement time-out",
                           "Redis", "clock", "credentials", "camera streams", "stream front", "storage"]
    assert "1 stream, 1 ACTIVE" in found["camera streams"]["found"]
    for name in sound["queues"].values():
        with pytest.raises(pika.exceptions.ChannelClosedByBroker):
            channel.connection.channel().queue_declare(name, passive=True)
    assert redis.cli("keys", "s2:doctor:*") == ""
    assert "Uploads" not in minio.client("s3").list_multipart_uploads(Bucket=bucket)
    assert not (tmp_path / "state").exists()


def test_it_speaks_to_people(sound, tmp_path):
    path = tmp_path / "clips.yaml"
    path.write_text(yaml.safe_dump(sound | {"queues": sound["queues"], "rabbitmq": {**sound["rabbitmq"], "declare": False}}))
    done = kinesight("clips", "doctor", "--config", path, check=False)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert any(line.startswith("ok       Redis: ") for line in lines)
    assert sum(line.startswith("failed   queue ") and ". To do: create it" in line for line in lines) == 3
    assert lines[-1].endswith(" ok, 0 warnings, 3 failed")


def test_queues_that_differ(sound, examine, channel):
    tasks, dead, following = sound["queues"].values()
    channel.queue_declare(tasks, durable=True, arguments={"x-max-length": 5})
    channel.queue_declare(dead, durable=True)
    channel.queue_declare(following, durable=True, arguments={"x-max-priority": 10})
    channel.basic_publish("", dead, b"{}")
    code, found = examine(sound)
    assert code == 0
    assert found[f"queue {tasks}"]["verdict"] == "warning" and "x-max-length = '5'" in found[f"queue {tasks}"]["found"]
    assert found[f"queue {dead}"]["found"] == "1 message, 0 consumers"
    assert found[f"queue {following}"]["verdict"] == "ok" and "x-max-priority" in found[f"queue {following}"]["found"]


def test_a_broker_with_other_users(sound, examine, rabbitmq):
    sound["rabbitmq"]["url"] = rabbitmq.url.replace("guest:guest", "guest:a-wrong-secret")
    code, found = examine(sound)
    assert code == 1
    assert found["RabbitMQ"]["verdict"] == "failed" and "ACCESS_REFUSED" in found["RabbitMQ"]["found"]
    assert found["storage"]["verdict"] == "ok", "the other checks go on"


def test_nobody_is_at_home(sound, examine):
    broker, cache, video, store = free_ports(4)
    sound["rabbitmq"]["url"] = f"amqp://guest:a-wrong-secret@127.0.0.1:{broker}/"
    sound["redis"]["port"] = cache
    sound["kvs"]["endpoint_url"] = f"http://127.0.0.1:{video}"
    sound["storage"]["endpoint_url"] = f"http://127.0.0.1:{store}"
    code, found = examine(sound, AWS_MAX_ATTEMPTS="1")
    assert code == 1
    failed = [check for check, line in found.items() if line["verdict"] == "failed"]
    assert failed == ["RabbitMQ", "clock", "camera streams", "storage"]
    assert found["Redis"]["verdict"] == "warning"


def test_wrong_keys_and_a_bucket_that_is_not_there(sound, examine):
    sound["storage"]["container"] = "no-such-bucket"
    code, found = examine(sound)
    assert code == 1 and found["storage"]["verdict"] == "failed" and found["camera streams"]["verdict"] == "ok"
    code, found = examine(sound, AWS_SECRET_ACCESS_KEY="a-wrong-secret", AWS_ACCESS_KEY_ID=ACCESS_KEY)
    assert code == 1
    assert found["camera streams"]["verdict"] == "failed" and "InvalidSignature" in found["camera streams"]["found"]


def test_no_keys_are_said_once_of_kinesis_video(sound, examine, tmp_path):
    sound["storage"] = {"type": "directory", "path": str(tmp_path / "clips")}
    code, found = examine(sound, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert code == 1
    assert [check for check, line in found.items() if line["verdict"] == "failed"] == ["credentials"]
    assert "camera streams" not in found and found["storage"]["verdict"] == "ok"


def test_streams_that_keep_nothing_or_are_none(sound, examine, tmp_path):
    empty = Simulator("--no-limits")
    try:
        sound["kvs"]["endpoint_url"] = empty.url
        code, found = examine(sound)
        assert code == 0 and found["camera streams"]["verdict"] == "warning"
        assert "0 streams, 0 ACTIVE" in found["camera streams"]["found"]
        video = empty.client("kinesisvideo")
        video.create_stream(StreamName="forgetful", DataRetentionInHours=0)
        wait_until(lambda: video.describe_stream(StreamName="forgetful")["StreamInfo"]["Status"] == "ACTIVE")
        code, found = examine(sound)
        assert code == 0 and "keep nothing" in found["camera streams"]["found"]
        video.create_stream(StreamName="silent", DataRetentionInHours=2)
        wait_until(lambda: video.describe_stream(StreamName="silent")["StreamInfo"]["Status"] == "ACTIVE")
        code, found = examine(sound)
        assert code == 0 and "no video of the last 10 minutes" in found["stream silent"]["found"]
    finally:
        empty.stop()


def test_a_configuration_that_cannot_be_used(sound, examine):
    sound["rabbitmq"]["heartbeat_secods"] = 5
    code, found = examine(sound)
    assert code == 1
    assert list(found) == ["configuration"] and "heartbeat_secods" in found["configuration"]["found"]
