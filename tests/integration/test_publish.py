"""What `kinesight infer` sends to AWS, read back with AWS's own clients: Kinesis is kinesis-local here, S3 MinIO,
DynamoDB moto."""

import ast
import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import cv2
import numpy
import pytest
import requests
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from conftest import camera_config, kinesight, wait_until
from peers import records_of

TTL_DAYS = 30
NOWHERE = "http://127.0.0.1:9"  # The discard port: nobody listens.


@dataclass
class Cloud:
    """The peers, and names of its own for what is made in them."""

    kinesis: object
    s3: object
    dynamodb: object
    environment: dict
    name: str

    def config(self, cameras, more=""):
        return ("state_directory: ./state\npublishers:\n  local: {enabled: true}\n"
                f"  kds: {{enabled: true, stream_name: {self.name}, flush_interval_ms: 100}}\n"
                f"  s3: {{enabled: true, bucket: {self.name}, prefix: pictures}}\n"
                f"  ddb: {{enabled: true, table_name: {self.name}, ttl_days: {TTL_DAYS}}}\n{more}cameras:\n{cameras}")

    def records(self):
        return records_of(self.kinesis, self.name)

    def objects(self):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", [])}

    def items(self):
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.name)
        return [item for page in pages for item in page["Items"]]


@pytest.fixture
def cloud(minio, moto, kinesis_local):
    return make_cloud(minio, moto, kinesis_local)


def make_cloud(minio, moto, kinesis_local):
    endpoints = {"AWS_ENDPOINT_URL_KINESIS": kinesis_local.url, "AWS_ENDPOINT_URL_S3": minio.url,
                 "AWS_ENDPOINT_URL_DYNAMODB": moto.url}
    return Cloud(kinesis_local.client("kinesis"), minio.client("s3"), moto.client("dynamodb"),
                 {**os.environ, **endpoints}, f"detections-{uuid.uuid4().hex[:12]}")


@dataclass
class Run:
    """A run of `kinesight infer` that has ended."""

    cloud: Cloud
    config: Path
    log: list

    def kinesight(self, *arguments, **options):
        return kinesight(*arguments, "--config", self.config, env=self.cloud.environment, cwd=self.config.parent,
                         **options)

    def events(self, *arguments):
        """What `kinesight events` prints, the newest first."""
        output = self.kinesight("events", "--json", "--limit", 0, *arguments).stdout
        return [json.loads(line) for line in output.splitlines()]

    def totals(self, sink):
        """What the service counted, by its last words."""
        start = f"{sink} final metrics: "
        line = next(entry["message"] for entry in self.log if entry["message"].startswith(start))
        return ast.literal_eval(line.removeprefix(start))


def infer(cloud, folder, text):
    config = folder / "cameras.yaml"
    config.write_text(text)
    done = kinesight("infer", "--config", config, "--http", "127.0.0.1:0", "--stop-when-done", cwd=folder,
                     env=cloud.environment)
    return Run(cloud, config, [json.loads(line) for line in done.stdout.splitlines()])


@pytest.fixture(scope="module")
def run(minio, moto, kinesis_local, scene_video, tmp_path_factory):
    """Two cameras, watched to the end of their videos; read-only for the tests."""
    cloud, folder = make_cloud(minio, moto, kinesis_local), tmp_path_factory.mktemp("published")
    text = cloud.config(camera_config("hall", scene_video("hallway"), pace="max", loop=False) +
                        camera_config("gate", scene_video("parking"), pace="max", loop=False))
    (folder / "cameras.yaml").write_text(text)
    kinesight("provision", "--config", folder / "cameras.yaml", env=cloud.environment)
    return infer(cloud, folder, text)


def by_id(envelopes):
    return {envelope["event_id"]: envelope for envelope in envelopes}


def test_kinesis_holds_every_envelope_once(run):
    records = list(run.cloud.records())
    envelopes = [json.loads(record["Data"]) for record in records]
    assert envelopes and {envelope["camera_id"] for envelope in envelopes} == {"hall", "gate"}
    for record, envelope in zip(records, envelopes):
        payload = envelope["payload"]
        assert record["PartitionKey"] == envelope["camera_id"]
        assert list(envelope) == ["event_id", "camera_id", "producer", "payload"]
        assert list(payload) == ["ts_ms", "type", "label", "conf", "bbox", "extras"]
        text = f"{envelope['camera_id']}:{payload['type']}:{payload['label']}:{payload['ts_ms'] // 1000}"
        assert envelope["event_id"] == hashlib.sha1(text.encode()).hexdigest()
        assert envelope["producer"] == "kvs-infer/1.0" and payload["type"] == "object"
        assert isinstance(payload["ts_ms"], int) and 0.4 <= payload["conf"] <= 1
        x, y, w, h = payload["bbox"]
        assert 0 <= x and 0 <= y and x + w <= 641 and y + h <= 361 and w > 0 and h > 0
    assert len(by_id(envelopes)) == len(envelopes)
    assert by_id(envelopes) == by_id(run.events("--from", "local"))


def test_kinesis_holds_a_cameras_events_in_order(run):
    times = {}
    for record in run.cloud.records():
        times.setdefault(record["PartitionKey"], []).append(json.loads(record["Data"])["payload"]["ts_ms"])
    assert len(times) == 2
    for of_camera in times.values():
        assert of_camera == sorted(of_camera)


def test_aws_kinesis_get_records_shows_the_envelope(run):
    def aws(*arguments):
        command = [sys.executable, "-m", "awscli", "kinesis", *arguments, "--output", "json"]
        done = subprocess.run(command, env=run.cloud.environment, capture_output=True, check=True, timeout=60)
        return json.loads(done.stdout)

    data = []
    for shard in aws("list-shards", "--stream-name", run.cloud.name)["Shards"]:
        iterator = aws("get-shard-iterator", "--stream-name", run.cloud.name, "--shard-id", shard["ShardId"],
                       "--shard-iterator-type", "TRIM_HORIZON")["ShardIterator"]
        records = aws("get-records", "--shard-iterator", iterator)["Records"]
        data += [json.loads(base64.b64decode(record["Data"])) for record in records]
    assert by_id(data) == by_id(run.events("--from", "local"))


def test_s3_holds_one_picture_a_frame_with_events(run):
    events = run.events("--from", "local")
    objects = run.cloud.objects()
    assert set(objects) == {event["payload"]["extras"]["snapshot"] for event in events}
    firsts = {event["event_id"]: event for event in events}
    for event in events:
        extras = event["payload"]["extras"]
        # Of an object that has gone there is nothing to be seen any more: its last event shows the first one's frame.
        shown = firsts[extras["update_of"]] if extras.get("update") == "ended" else event
        ts_ms = shown["payload"]["ts_ms"]
        day = datetime.fromtimestamp(ts_ms / 1000, timezone.utc)
        assert extras["snapshot"] == f"pictures/{event['camera_id']}/{day:%Y/%m/%d}/{ts_ms}.jpg"
    for key in objects:
        answer = run.cloud.s3.get_object(Bucket=run.cloud.name, Key=key)
        assert answer["ContentType"] == "image/jpeg"
        picture = cv2.imdecode(numpy.frombuffer(answer["Body"].read(), numpy.uint8), cv2.IMREAD_COLOR)
        assert picture.shape == (360, 640, 3)


def test_dynamodb_holds_flat_items_that_expire(run):
    read = TypeDeserializer().deserialize
    expected = by_id(run.events("--from", "local"))
    items = run.cloud.items()
    assert len(items) == len(expected)
    for item in items:
        envelope = expected[item["event_id"]["S"]]
        payload = envelope["payload"]
        assert {name: next(iter(value)) for name, value in item.items()} == {
            "event_id": "S", "ts_ms": "N", "camera_id": "S", "producer": "S", "type": "S", "label": "S", "conf": "N",
            "bbox": "L", "extras": "M", "ttl": "N"}
        flat = {name: read(value) for name, value in item.items()}
        assert flat == json.loads(json.dumps({
            **{name: envelope[name] for name in ("event_id", "camera_id", "producer")}, **payload,
            "ttl": payload["ts_ms"] // 1000 + TTL_DAYS * 86400}), parse_float=Decimal)


def test_the_service_counts_what_arrived(run):
    events, objects = run.events("--from", "local"), run.cloud.objects()
    kds, s3, ddb = run.totals("KDS"), run.totals("S3"), run.totals("DDB")
    assert (kds["published"], kds["failed"], kds["retried"]) == (len(events), 0, 0) and kds["batches_sent"] > 0
    assert s3 == {**s3, "saved": len(objects), "failed": 0, "bytes_uploaded": sum(objects.values())}
    assert (ddb["written"], ddb["failed"]) == (len(events), 0) and ddb["batches_sent"] > 0


def test_the_outbox_is_empty_afterwards(run):
    accounts = [json.loads(line) for line in run.kinesight("outbox", "--json").stdout.splitlines()]
    assert {account["sink"] for account in accounts} == {"kds", "s3", "ddb"}
    for account in accounts:
        assert account["delivered"] == account["accepted"] > 0
        assert (account["waiting"], account["dead"], account["dropped"], account["uncertain"]) == (0, 0, 0, 0)


def test_events_come_back_from_dynamodb(run):
    local = run.events("--from", "local")
    assert by_id(run.events("--from", "ddb")) == by_id(local)
    of_hall = run.events("--from", "ddb", "--camera", "hall")
    times = [event["payload"]["ts_ms"] for event in of_hall]
    assert times == sorted(times, reverse=True)
    assert by_id(of_hall) == by_id(event for event in local if event["camera_id"] == "hall")
    assert "hall" in run.kinesight("events", "--from", "ddb").stdout


def test_a_snapshot_has_a_url_that_opens_it_alone(run):
    event = run.events("--url", "--camera", "hall")[0]
    url = event["snapshot_url"]
    assert event["payload"]["extras"]["snapshot"] in url and "X-Amz-Expires=3600" in url
    assert requests.get(url, timeout=10).content[:3] == b"\xff\xd8\xff"
    assert requests.get(url.replace("pictures/hall", "pictures/gate"), timeout=10).status_code == 403
    assert requests.get(url.split("?")[0], timeout=10).status_code == 403
    assert run.cloud.environment["AWS_SECRET_ACCESS_KEY"] not in url


def missing(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return re.search("404|NotFound|NoSuch", error.value.response["Error"]["Code"])


def provision(cloud, folder, *arguments):
    """The output's lines, less their indents."""
    config = folder / "cameras.yaml"
    config.write_text(cloud.config("  hall: {enabled: false}\n"))
    return kinesight("provision", "--config", config, *arguments, env=cloud.environment).stdout.splitlines()


def test_a_dry_run_provisions_nothing(cloud, tmp_path):
    lines = provision(cloud, tmp_path, "--dry-run")
    assert len(lines) == 3 and all(line.startswith("would create") and cloud.name in line for line in lines)
    assert missing(cloud.kinesis.describe_stream_summary, StreamName=cloud.name)
    assert missing(cloud.s3.head_bucket, Bucket=cloud.name)
    assert missing(cloud.dynamodb.describe_table, TableName=cloud.name)


def shapes(cloud):
    """What is there, less what changes by itself."""
    stream = cloud.kinesis.describe_stream_summary(StreamName=cloud.name)["StreamDescriptionSummary"]
    table = cloud.dynamodb.describe_table(TableName=cloud.name)["Table"]
    ttl = cloud.dynamodb.describe_time_to_live(TableName=cloud.name)["TimeToLiveDescription"]
    cloud.s3.head_bucket(Bucket=cloud.name)
    return stream, table, ttl


def test_provisioning_makes_the_shapes_and_twice_changes_nothing(cloud, tmp_path):
    first = provision(cloud, tmp_path)
    assert len(first) == 3 and all(line.startswith("create") and line.endswith("done") for line in first)
    made = shapes(cloud)
    stream, table, ttl = made
    assert (stream["StreamStatus"], stream["OpenShardCount"]) == ("ACTIVE", 2)
    assert {a["AttributeName"]: a["AttributeType"] for a in table["AttributeDefinitions"]} == {
        "event_id": "S", "ts_ms": "N", "camera_id": "S"}
    assert key_names(table) == ["event_id HASH", "ts_ms RANGE"]
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    (index,) = table["GlobalSecondaryIndexes"]
    assert (index["IndexName"], key_names(index)) == ("camera_id-ts_ms-index", ["camera_id HASH", "ts_ms RANGE"])
    assert index["Projection"] == {"ProjectionType": "ALL"}
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}

    again = provision(cloud, tmp_path)
    assert len(again) == 3 and all(line.startswith("exists") for line in again)
    assert shapes(cloud) == made


def key_names(table):
    return [f"{key['AttributeName']} {key['KeyType']}" for key in table["KeySchema"]]


def test_provisioning_on_demand(cloud, tmp_path):
    provision(cloud, tmp_path, "--on-demand")
    stream, table, _ = shapes(cloud)
    assert stream["StreamModeDetails"]["StreamMode"] == "ON_DEMAND"
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_an_outage_loses_nothing(cloud, scene_video, tmp_path):
    provision(cloud, tmp_path)
    reached = dict(cloud.environment)
    cloud.environment.update((name, NOWHERE) for name in reached if name.startswith("AWS_ENDPOINT_URL_"))
    video = scene_video("hallway")
    away = infer(cloud, tmp_path, cloud.config(camera_config("hall", video, pace="max", loop=False)))
    waiting = [json.loads(line) for line in away.kinesight("outbox", "--json").stdout.splitlines()]
    assert len(waiting) == 3 and all(account["waiting"] == account["accepted"] > 0 for account in waiting)

    cloud.environment.update(reached)
    back = infer(cloud, tmp_path, cloud.config(camera_config("gate", video, pace="max", loop=False)))
    expected = by_id(back.events("--from", "local"))
    assert {event["camera_id"] for event in expected.values()} == {"hall", "gate"}
    assert by_id(json.loads(record["Data"]) for record in cloud.records()) == expected
    assert {item["event_id"]["S"] for item in cloud.items()} == set(expected)
    assert set(cloud.objects()) == {event["payload"]["extras"]["snapshot"] for event in expected.values()}


def test_an_outage_shows_in_health_and_the_service_stays_up(cloud, start, scene_video, tmp_path):
    endpoints = {name: NOWHERE for name in cloud.environment if name.startswith("AWS_ENDPOINT_URL_")}
    service = start(cloud.config(camera_config("hall", scene_video("hallway"))), environment=endpoints)
    wait_until(lambda: all(sink in service.get("/healthz").text for sink in ("kds", "s3", "ddb")))
    health = service.get("/healthz")
    assert (health.status_code, health.json()["status"]) == (200, "degraded")
    before = service.camera("hall")["frames"]
    wait_until(lambda: service.camera("hall")["frames"] > before + 5)
    assert service.metric('publisher_failures_total{sink="local"}') == 0
    assert service.stop() == 0
