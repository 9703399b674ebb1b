"""`kinesight iam-policy --of clips`: MinIO, which evaluates policies as AWS does, lets its bearer do what the store does,
and nothing more."""

import json
import os
import re
import subprocess
import time

import boto3
import pytest
import requests
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import KINESIGHT, ROOT, kinesight, wait_until
from peers import REGION, answers
from rabbitmq import free_ports
from simulator import Simulator


def refused(call, **arguments):
    """The code by which the call is refused."""
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"]


@pytest.fixture(scope="module")
def keys(minio, tmp_path_factory):
    """Keys that are allowed what the printed policy says; two buckets are there."""
    for name in ("iam-clips", "iam-others"):
        minio.client("s3").create_bucket(Bucket=name)
        minio.client("s3").put_object(Bucket=name, Key="live/old.mp4", Body=b"old")
    config = tmp_path_factory.mktemp("iam") / "clips.yaml"
    config.write_text(yaml.safe_dump({"rabbitmq": {"url": "amqp://h"}, "storage": {"type": "s3", "container": "iam-clips"}}))
    policy = json.loads(kinesight("iam-policy", "--of", "clips", "--config", config).stdout)
    # MinIO knows no Kinesis Video Streams.
    policy["Statement"] = [one for one in policy["Statement"] if one["Sid"].startswith("KinesightS3")]
    return minio.client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/clips", RoleSessionName="clips",
                                           Policy=json.dumps(policy))["Credentials"]


@pytest.fixture
def store(minio, keys):
    return boto3.client("s3", endpoint_url=minio.url, region_name=REGION, aws_access_key_id=keys["AccessKeyId"],
                        aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"],
                        config=Config(signature_version="s3v4"))


def test_what_the_store_does_is_allowed(store):
    clip = {"Bucket": "iam-clips", "Key": "live/front/2026-02-26T14-30-00Z.mp4"}
    assert refused(store.head_object, **clip) == "404", "with less, what is missing would be denied"
    store.put_object(**clip, Body=b"clip", Metadata={"frames": "600"})
    assert store.head_object(**clip)["Metadata"] == {"frames": "600"}
    upload = store.create_multipart_upload(**clip)["UploadId"]
    store.abort_multipart_upload(**clip, UploadId=upload)
    link = store.generate_presigned_url("get_object", Params=clip)
    assert requests.get(link, timeout=10).content == b"clip"


def test_nothing_more_is_allowed(store):
    denied = "AccessDenied"
    assert refused(store.delete_object, Bucket="iam-clips", Key="live/old.mp4") == denied
    assert refused(store.put_object, Bucket="iam-others", Key="live/front/a.mp4", Body=b"") == denied
    assert refused(store.get_object, Bucket="iam-others", Key="live/old.mp4") == denied
    assert refused(store.create_bucket, Bucket="iam-new") == denied


def test_what_is_called_of_kinesis_video_is_what_is_allowed(rabbitmq, scene_video, tmp_path):
    """The service discovers cameras, tells where one is watched, and makes a clip: between them all of its calls."""
    log, config = tmp_path / "sim.log", tmp_path / "clips.yaml"
    queues = {kind: f"iam-{kind}-{os.getpid()}" for kind in ("tasks", "dead_letters", "next")}
    with log.open("w") as errors:
        simulator = Simulator("--stream", f"front={scene_video('hallway')}", "--footage-seconds", 60, "--no-limits",
                              stderr=errors, env={**os.environ, "LOG_LEVEL": "DEBUG"})
    config.write_text(yaml.safe_dump({
        "state_directory": str(tmp_path / "state"), "rabbitmq": {"url": rabbitmq.url}, "queues": queues,
        "kvs": {"region": REGION, "endpoint_url": simulator.url}, "storage": {"type": "directory", "path": str(tmp_path / "kept")}}))
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    service = subprocess.Popen([KINESIGHT, "clips", "--config", config, "--http", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(url + "/health"))
        assert requests.get(url + "/cameras", timeout=30).ok
        assert requests.get(url + "/cameras/front/hls", timeout=30).ok
        span = {"start_time": time.time() - 40, "end_time": time.time() - 30}
        assert requests.post(url + "/trigger/clip", json={"camera_id": "front", "stream_name": "front", **span}, timeout=60).ok
        wait_until(lambda: list((tmp_path / "kept").rglob("*.mp4")), 60)
    finally:
        service.terminate()
        service.wait(60)
        simulator.stop()
    called = {name[0].upper() + name[1:] for name in re.findall(r"POST /(\w+)", log.read_text())}
    printed = json.loads(kinesight("iam-policy", "--of", "clips", "--config", config).stdout)
    rights = {action.split(":")[1] for one in printed["Statement"] for action in one["Action"]}
    assert called == rights


def test_the_seed_s_rights_are_among_them():
    printed = json.loads(kinesight("iam-policy", "--of", "clips", "--config", ROOT / "config/clips.yaml").stdout)
    actions = {action for one in printed["Statement"] for action in one["Action"]}
    assert actions >= {"kinesisvideo:GetDataEndpoint", "kinesisvideo:GetClip", "kinesisvideo:GetHLSStreamingSessionURL",
                       "kinesisvideo:ListStreams", "kinesisvideo:DescribeStream", "s3:PutObject"}
