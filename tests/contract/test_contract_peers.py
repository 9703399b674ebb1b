"""Holds the real servers to the contract that the fake is held to: the same test program, its filter and its URL."""

import json
import os
import subprocess

import pytest

from conftest import ROOT

PROGRAMS = ROOT / "build/release/bin"


def hold_to_contract(peer, program, service, suite, report):
    """Runs the suite against the peer; fails on a failed test, and where no test ran."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KINESIGHT_CONTRACT_")}
    environment |= {f"KINESIGHT_CONTRACT_{service}": peer.url, "KINESIGHT_CONTRACT_PEER": peer.name.lower(),
                    "KINESIGHT_CONTRACT_ACCESS_KEY": peer.access_key, "KINESIGHT_CONTRACT_SECRET_KEY": peer.secret_key}
    ended = subprocess.run([PROGRAMS / program, f"--gtest_filter={suite}.*", f"--gtest_output=json:{report}"], env=environment,
                           capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, f"{suite} against {peer.name}:\n{ended.stdout[-8000:]}{ended.stderr[-2000:]}"
    results = [case["result"] for group in json.loads(report.read_text())["testsuites"] for case in group["testsuite"]]
    assert results.count("COMPLETED") > 0, f"no test of {suite} ran:\n{ended.stdout}"


@pytest.mark.parametrize("server, service, suite", [
    ("minio", "S3", "S3Contract"),
    ("moto", "S3", "S3Contract"),
    ("moto", "DYNAMODB", "DynamoDbContract"),
    ("moto", "STS", "StsContract"),
    ("moto", "KINESIS", "KinesisContract"),
    ("kinesis_local", "KINESIS", "KinesisContract"),
])
def test_the_peer_keeps_the_contract(request, tmp_path, server, service, suite):
    hold_to_contract(request.getfixturevalue(server), "test_contract", service, suite, tmp_path / "report.json")


def test_moto_keeps_the_contract_of_kinesis_video(moto, tmp_path):
    hold_to_contract(moto, "test_contract_kinesis_video", "KINESISVIDEO", "KinesisVideoContract", tmp_path / "report.json")
