"""deploy/iam/: the policies are those that the program prints, and what the program calls is what they allow."""

import json
import os
import re
import subprocess

import pytest
import requests

from conftest import DEMO_MODEL, ROOT, kinesight, wait_until
from peers import ACCESS_KEY, SECRET_KEY
from simulator import Simulator

FAKE_AWS = ROOT / "build/release/bin/fake_aws"
POLICIES = {"infer": ("aws",), "provision": ("aws", "--provision"), "kvs": ("kvs",), "stream": ("stream", "--of", "stream"),
            "stream-provision": ("stream", "--of", "stream", "--provision")}
# What the fake calls an operation, and what IAM calls the right to it.
RIGHTS = {"s3:HeadBucket": "s3:ListBucket", "s3:HeadObject": "s3:GetObject"}


def policy(name):
    return json.loads((ROOT / f"deploy/iam/{name}.json").read_text())


def allowed(name):
    return {action for statement in policy(name)["Statement"] for action in statement["Action"]}


@pytest.mark.parametrize("name", POLICIES)
def test_the_files_are_what_the_program_prints(name):
    config, *more = POLICIES[name]
    printed = kinesight("iam-policy", "--config", ROOT / f"config/{config}.yaml", *more).stdout
    assert json.loads(printed) == policy(name), "stale; run: make docs"


@pytest.fixture
def fake():
    process = subprocess.Popen([FAKE_AWS, "--port", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield json.loads(process.stdout.readline())["url"]
    process.stdin.close()
    process.wait(10)


def test_what_is_called_is_what_is_allowed(fake, scene_video, tmp_path):
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_ENDPOINT_URL": fake,
                   "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
    config = tmp_path / "cameras.yaml"
    config.write_text(f"""state_directory: {tmp_path}/state
publishers:
  kds: {{region: us-east-1, stream_name: detection-events}}
  s3: {{region: us-east-1, bucket: detection-snapshots}}
  ddb: {{region: us-east-1, table_name: events-table}}
cameras:
  hall:
    source: {{type: file, path: {scene_video("hallway")}, pace: max}}
    detectors: [{{type: object, params: {{model_path: {DEMO_MODEL}, conf_threshold: 0.4}}}}]
""")

    def called():
        actions = requests.get(f"{fake}/_fake/ledger?entries=0", timeout=10).json()["actions"]
        return {RIGHTS.get(action, action) for action in actions}

    for _ in ("makes what is absent", "looks at what is there"):
        kinesight("provision", "--config", config, env=environment)
    provisioning = called()
    assert provisioning == allowed("provision")
    kinesight("infer", "--config", config, "--http", "127.0.0.1:0", "--stop-when-done", env=environment)
    listed = kinesight("events", "--from", "ddb", "--config", config, "--url", "--json", env=environment).stdout.splitlines()
    assert requests.get(json.loads(listed[0])["snapshot_url"], timeout=10).content[:3] == b"\xff\xd8\xff"
    assert called() - provisioning == allowed("infer")


def test_what_a_stream_calls_is_what_is_allowed(fake, tmp_path):
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_ENDPOINT_URL": fake, "AWS_REGION": "us-east-1",
                   "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
    config = tmp_path / "stream.yaml"
    config.write_text(f"state_directory: {tmp_path}/state\nkinesis: {{start: trim_horizon}}\n")

    def called():
        return set(requests.get(f"{fake}/_fake/ledger?entries=0", timeout=10).json()["actions"])

    for _ in ("makes what is absent", "looks at what is there"):
        kinesight("provision", "--of", "stream", "--config", config, env=environment)
    provisioning = called()
    assert provisioning == allowed("stream-provision")
    kinesight("produce", "--config", config, "--mode", "development", "--count", 50, "--rate", 1000, env=environment)
    kinesight("consume", "--config", config, "--http", "127.0.0.1:0", "--duration", 3, env=environment)
    assert kinesight("latest", "DEL", "--config", config, "--json", env=environment).stdout

    def letters(verb, *more):
        return kinesight("dead-letters", verb, "--of", "stream", "--config", config, *more, env=environment).stdout

    broken = tmp_path / "broken.ndjson"
    broken.write_text('{"city_id": "DEL"}\n{"city_id": "BER"}\n')
    kinesight("produce", broken, "--config", config, env=environment)
    kinesight("consume", "--config", config, "--http", "127.0.0.1:0", "--duration", 3, env=environment)
    assert len(letters("list", "--json").splitlines()) >= 2
    first = json.loads(letters("list", "--json", "--payload", "--limit", "1"))
    assert first["payload"]
    assert letters("retry", "--id", first["id"]) == "1 dead letter put back into air-quality-stream\n"
    letters("drop", "--all")
    assert letters("list", "--json") == ""
    # Of the KCL's daemon, of which no more is needed here than that it gives a shard to the process.
    begin = json.dumps({"action": "initialize", "shardId": "shardId-000000000000", "sequenceNumber": "TRIM_HORIZON"}) + "\n"
    answered = kinesight("consume", "--multilang", "--config", config, env=environment, input=begin).stdout
    assert json.loads(answered) == {"action": "status", "responseFor": "initialize"}
    assert called() - provisioning == allowed("stream")


def test_what_a_kinesis_video_camera_calls_is_what_is_allowed(scene_video, start, tmp_path):
    """One camera that raises events and one that sends nothing: between them they make every call."""
    video = scene_video("hallway")
    log = tmp_path / "sim.log"
    with log.open("w") as errors:
        simulator = Simulator("--stream", f"hall={video}", "--stream", f"yard={video}", "--fault", "yard:offline",
                              "--footage-seconds", 0, stderr=errors, env={**os.environ, "LOG_LEVEL": "DEBUG"})
    camera = "kvs: {stream_name: %s, region: us-east-1}, detectors: [{type: object, params: {model_path: %s}}]"
    service = start(f"""state_directory: {tmp_path}/state
publishers: {{local: {{enabled: true}}}}
cameras:
  hall: {{{camera % ("hall", DEMO_MODEL)}}}
  yard: {{{camera % ("yard", DEMO_MODEL)}}}
""", environment={"AWS_ENDPOINT_URL_KINESIS_VIDEO": simulator.url, "AWS_ACCESS_KEY_ID": ACCESS_KEY,
                  "AWS_SECRET_ACCESS_KEY": SECRET_KEY})
    try:
        wait_until(lambda: service.camera("hall")["events"] > 0 and service.camera("yard")["error"], 60)
        event = wait_until(lambda: service.get("/api/events?camera=hall&order=oldest&limit=1").json()["events"])[0]
        footage = f"/api/events/{event['event_id']}/footage.mp4"
        wait_until(lambda: service.get(footage).status_code == 200, 60)
    finally:
        assert service.stop() == 0
        simulator.stop()
    called = set(re.findall(r"POST /(\w+)", log.read_text()))
    rights = {right.split(":")[1] for right in allowed("kvs")}
    assert {name[0].upper() + name[1:] for name in called} == rights
