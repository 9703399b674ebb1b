"""deploy/iam/: the policies are those that the program prints, and what the program calls is what they allow."""

import json
import os
import subprocess

import pytest
import requests

from conftest import DEMO_MODEL, ROOT, kinesight

FAKE_AWS = ROOT / "build/release/bin/fake_aws"
POLICIES = {"infer": ("aws",), "provision": ("aws", "--provision"), "kvs": ("kvs",)}
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
