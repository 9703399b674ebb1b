"""What our DynamoDB and S3 publishers write, AWS's own client reads, field by field; and the other way round. DynamoDB is
moto, S3 is MinIO, which checks signatures and digests."""

import json
import os
import subprocess
import time
import uuid
from decimal import Decimal
from pathlib import Path

import boto3
import cv2
import numpy
import pytest
import requests
from boto3.dynamodb.conditions import Key

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("KINESIGHT_BIN_DIR", ROOT / "build/release/bin"))
NOW_MS = int(time.time() * 1000)
DAY_SECONDS = 86_400


class Product:
    """The product's own code against one peer, asked line by line."""

    def __init__(self, program, name, peer):
        environment = {**os.environ, "AWS_ENDPOINT_URL": peer.url, "AWS_REGION": peer.region,
                       "AWS_ACCESS_KEY_ID": peer.access_key, "AWS_SECRET_ACCESS_KEY": peer.secret_key}
        self.process = subprocess.Popen([BIN / program, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment)

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(10) == 0


@pytest.fixture
def named():
    """named(program, peer) -> a Product and the name of its table or bucket, which nobody has used before."""
    products = []

    def start(program, peer):
        name = f"test-{uuid.uuid4().hex[:12]}"
        products.append(Product(program, name, peer))
        return products[-1], name

    yield start
    for product in products:
        product.close()


@pytest.fixture
def events(named, moto):
    """The product and a table that it made, as boto3's resource."""
    product, name = named("drive_events", moto)
    assert "error" not in product.ask(provision={"make": True})
    return product, boto3.resource("dynamodb", endpoint_url=moto.url).Table(name)


def envelope(n, camera_id="camera_1", ts_ms=None, **payload):
    return {"event_id": f"{n:040x}", "camera_id": camera_id, "producer": "kvs-infer/1.0",
            "payload": {"ts_ms": ts_ms or NOW_MS + 1000 * n, "type": "weapon", "label": "knife", "conf": 0.87,
                        "bbox": [100, 200, 50, 75], "extras": {}, **payload}}


def item_of(event, ttl_days=30):
    """The item that the event should be, as boto3's resource reads it: numbers are Decimal, whole or not."""
    exact = json.loads(json.dumps(event), parse_float=Decimal, parse_int=Decimal)
    flat = {key: exact[key] for key in ("event_id", "camera_id", "producer")} | exact["payload"]
    return flat | {"ttl": Decimal(event["payload"]["ts_ms"] // 1000 + ttl_days * DAY_SECONDS)}


def test_provision_makes_the_seeds_table_once(events, moto):
    product, table = events
    assert table.key_schema == [{"AttributeName": "event_id", "KeyType": "HASH"},
                                {"AttributeName": "ts_ms", "KeyType": "RANGE"}]
    types = {a["AttributeName"]: a["AttributeType"] for a in table.attribute_definitions}
    assert types == {"event_id": "S", "ts_ms": "N", "camera_id": "S"}
    [index] = table.global_secondary_indexes
    assert index["IndexName"] == "camera_id-ts_ms-index" and index["Projection"] == {"ProjectionType": "ALL"}
    assert index["KeySchema"] == [{"AttributeName": "camera_id", "KeyType": "HASH"},
                                  {"AttributeName": "ts_ms", "KeyType": "RANGE"}]
    for units in (table.provisioned_throughput, index["ProvisionedThroughput"]):
        assert (units["ReadCapacityUnits"], units["WriteCapacityUnits"]) == (5, 5)
    ttl = moto.client("dynamodb").describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}

    again = product.ask(provision={"make": True})
    assert again["exists"] and again["differences"] == [] and not again["can_make"]


def test_provision_on_demand_and_a_ttl_that_was_forgotten(named, moto):
    product, name = named("drive_events", moto)
    product.ask(provision={"on_demand": True, "make": True})
    dynamodb = moto.client("dynamodb")
    assert dynamodb.describe_table(TableName=name)["Table"]["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    dynamodb.update_time_to_live(TableName=name,
                                 TimeToLiveSpecification={"Enabled": False, "AttributeName": "ttl"})
    assert product.ask(provision={"make": True})["differences"] == ["expected TTL on ttl, found it off"]
    assert product.ask(provision={})["differences"] == []


def test_boto3_reads_every_field_that_we_wrote(events):
    product, table = events
    extras = {"snapshot": "snapshots/camera_1/2026/01/31/1.jpg", "objects": [{"conf": 0.1, "bbox": [1, 2, 3, 4]}],
              "none": None, "sure": True, "empty": "", "text": 'quotes " and \\ and \n', "unicode": "日本 🚗",
              "tiny": 1.5e-120, "huge": -9.8765432109876543e125, "wide": 2**63 + 1, "deep": [[[{}]]]}
    written = [envelope(1, conf=0.30000000000000004, extras=extras), envelope(2, conf=1, bbox=[-1, 0, 1920, 1080])]
    assert product.ask(put=written) == {}
    assert product.ask(deliver=[envelope(3)]) == {"delivered": 1}
    for event in written + [envelope(3)]:
        key = {"event_id": event["event_id"], "ts_ms": event["payload"]["ts_ms"]}
        assert table.get_item(Key=key)["Item"] == item_of(event)


def test_many_events_one_of_them_twice(events):
    product, table = events
    written = [envelope(n) for n in range(60)]
    assert product.ask(put=written + [envelope(7, conf=0.99)]) == {}
    found = table.query(IndexName="camera_id-ts_ms-index", KeyConditionExpression=Key("camera_id").eq("camera_1"))
    assert len(found["Items"]) == 60
    assert found["Items"][7]["conf"] == Decimal("0.99")


def test_we_read_what_boto3_wrote_in_order_and_without_what_has_expired(events):
    product, table = events
    extras = {"ratio": 0.25, "count": 3, "tags": ["a", None]}
    written = [envelope(n, extras=extras) for n in range(30)]
    with table.batch_writer() as batch:
        for event in written + [envelope(99, "camera_2"), envelope(98, "camera_2", label="fork")]:
            batch.put_item(Item=item_of(event))
        batch.put_item(Item=item_of(envelope(100, ts_ms=NOW_MS - 31 * DAY_SECONDS * 1000)))
    table.put_item(Item=item_of(envelope(101, ts_ms=NOW_MS - 1)) | {"ttl": Decimal(NOW_MS // 1000 - 10)})

    everything = product.ask(by_camera={"camera_id": "camera_1", "start_ts_ms": 0})
    assert everything["events"] == written
    some = product.ask(by_camera={"camera_id": "camera_1", "start_ts_ms": NOW_MS + 5000, "limit": 3})
    assert some["events"] == written[5:8]
    merged = product.ask(archive={"cameras": ["camera_1", "camera_2"], "limit": 3, "label": "knife"})
    assert merged["events"] == [envelope(99, "camera_2"), written[29], written[28]]


def test_a_table_that_is_not_there_is_an_error_that_says_so(named, moto):
    product, name = named("drive_events", moto)
    answer = product.ask(deliver=[envelope(1)])
    assert answer["error"] == "not_found" and name in answer["message"]


@pytest.fixture
def pictures(named, minio):
    product, name = named("drive_snapshots", minio)
    made = product.ask(provision={"make": True})
    assert made["exists"] is False and made["can_make"]
    again = product.ask(provision={"make": True})
    assert again["exists"] and again["differences"] == [] and not again["can_make"]
    return product, name


def test_boto3_and_a_presigned_url_open_the_picture_that_we_saved(pictures, minio):
    product, bucket = pictures
    key = product.ask(save={"camera_id": "camera_1", "ts_ms": 1769860800123})["key"]
    assert key == "snapshots/camera_1/2026/01/31/1769860800123.jpg"
    saved = minio.client("s3").get_object(Bucket=bucket, Key=key)
    assert saved["ContentType"] == "image/jpeg"
    assert saved["Metadata"] == {"camera-id": "camera_1", "ts-ms": "1769860800123"}
    jpeg = saved["Body"].read()
    picture = cv2.imdecode(numpy.frombuffer(jpeg, numpy.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (240, 320, 3) and picture.std() > 1, "no box was drawn"

    url = product.ask(url=key)["url"]
    reply = requests.get(url, timeout=10)
    assert reply.status_code == 200 and reply.content == jpeg and reply.headers["Content-Type"] == "image/jpeg"
    assert "X-Amz-Expires=3600" in url
    assert requests.get(url.split("?")[0], timeout=10).status_code == 403
    assert requests.get(url.replace("camera_1", "camera_2"), timeout=10).status_code == 403


def test_a_presigned_url_ends(pictures):
    product, _ = pictures
    key = product.ask(save={"camera_id": "camera_1", "ts_ms": 1769860800123})["key"]
    url = product.ask(url=key, seconds=1)["url"]
    deadline = time.monotonic() + 20
    while (status := requests.get(url, timeout=10).status_code) == 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert status == 403


def test_a_bucket_that_is_not_there_is_an_error_that_says_so(named, minio):
    product, name = named("drive_snapshots", minio)
    answer = product.ask(save={"camera_id": "camera_1", "ts_ms": 1})
    assert answer["error"] == "not_found" and name in answer["message"]
