"""Holds the real servers to the contract that the fake is held to: the same test program, its filter and its URL."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT

PROGRAMS = Path(os.environ.get("KINESIGHT_BIN_DIR", ROOT / "build/release/bin"))


def hold_to_contract(peer, program, service, suite, report):
    """Runs the suite against the peer; fails on a failed test, and where no test ran."""
    run_suite(program, suite, report, peer.name, {
        f"KINESIGHT_CONTRACT_{service}": peer.url, "KINESIGHT_CONTRACT_PEER": peer.name.lower(),
        "KINESIGHT_CONTRACT_ACCESS_KEY": peer.access_key, "KINESIGHT_CONTRACT_SECRET_KEY": peer.secret_key})


def run_suite(program, suite, report, name, named):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KINESIGHT_CONTRACT_")} | named
    ended = subprocess.run([PROGRAMS / program, f"--gtest_filter={suite}.*", f"--gtest_output=json:{report}"], env=environment,
                           capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, f"{suite} against {name}:\n{ended.stdout[-8000:]}{ended.stderr[-2000:]}"
    results = [case["result"] for group in json.loads(report.read_text())["testsuites"] for case in group["testsuite"]]
    assert results.count("COMPLETED") > 0, f"no test of {suite} ran:\n{ended.stdout}"


@pytest.mark.parametrize("server, service, suite", [
    ("minio", "S3", "S3Contract"),
    ("moto", "S3", "S3Contract"),
    ("moto", "DYNAMODB", "DynamoDbContract"),
    ("moto", "STS", "StsContract"),
    ("moto", "KINESIS", "KinesisContract"),
    ("kinesis_local", "KINESIS", "KinesisContract"),
    ("moto", "KINESIS", "KinesisReadingContract"),
    ("kinesis_local", "KINESIS", "KinesisReadingContract"),
])
def test_the_peer_keeps_the_contract(request, tmp_path, server, service, suite):
    hold_to_contract(request.getfixturevalue(server), "test_contract", service, suite, tmp_path / "report.json")


def test_moto_keeps_the_contract_of_kinesis_video(moto, tmp_path):
    hold_to_contract(moto, "test_contract_kinesis_video", "KINESISVIDEO", "KinesisVideoContract", tmp_path / "report.json")


def test_moto_keeps_the_contract_of_the_streams_tables(moto, tmp_path):
    hold_to_contract(moto, "test_stream_tables", "DYNAMODB", "Of/TablesContract", tmp_path / "report.json")


def hold_store_to_contract(peer, store, report):
    run_suite("test_contract_object_store", "ObjectStoreContract", report, peer.name, {
        "KINESIGHT_CONTRACT_STORE": store, "KINESIGHT_CONTRACT_URL": peer.url, "KINESIGHT_CONTRACT_CONTAINER": "contract-clips",
        "KINESIGHT_CONTRACT_CONTAINER_ABSENT": "contract-absent", "KINESIGHT_CONTRACT_ACCESS_KEY": peer.access_key,
        "KINESIGHT_CONTRACT_SECRET_KEY": peer.secret_key})


def test_a_folder_keeps_the_contract_of_object_stores(tmp_path):
    run_suite("test_contract_object_store", "ObjectStoreContract", tmp_path / "report.json", "a folder", {})


def test_minio_keeps_the_contract_of_object_stores(minio, tmp_path):
    client = minio.client("s3")
    client.create_bucket(Bucket="contract-clips")
    hold_store_to_contract(minio, "s3", tmp_path / "report.json")
    # What others read: a clip of one request and one of five parts.
    stored = client.list_objects_v2(Bucket="contract-clips", Prefix="live/front/")["Contents"]
    for size in (5 << 20, 70 << 20):
        key = next(one["Key"] for one in stored if one["Size"] == size)
        found = client.head_object(Bucket="contract-clips", Key=key)
        assert (found["ContentType"], found["Metadata"]["a_b"], found["Metadata"]["ab"]) == ("video/mp4", "1", "2")


def test_azurite_keeps_the_contract_of_object_stores(azurite, tmp_path):
    blob = pytest.importorskip("azure.storage.blob")
    key = {"account_name": azurite.access_key, "account_key": azurite.secret_key}
    container = blob.BlobServiceClient(azurite.url, key).create_container("contract-clips")
    hold_store_to_contract(azurite, "azure_blob", tmp_path / "report.json")
    stored = list(container.list_blobs(name_starts_with="live/front/", include=["metadata"]))
    for size in (5 << 20, 70 << 20):
        found = next(one for one in stored if one.size == size)
        assert found.content_settings.content_type == "video/mp4"
        assert found.content_settings.content_md5, "the whole blob's, by which readers may check it"
        assert (found.metadata["a_b"], found.metadata["ab"]) == ("1", "2")
