"""The control plane of `kinesight sim`, driven by AWS's own clients."""

import json
import os
import signal
import subprocess
import sys
import uuid
from datetime import datetime, timezone

import pytest
import requests
from botocore.exceptions import ClientError

from conftest import KINESIGHT, kinesight, wait_until
from peers import ACCESS_KEY, REGION, SECRET_KEY
from simulator import Simulator


@pytest.fixture(scope="module")
def simulator():
    """Without cameras: streams are made by the tests."""
    running = Simulator("--no-limits")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def video(simulator):
    return simulator.client("kinesisvideo")


def refusal(call, **arguments):
    """Status and code of the error that the call ends with."""
    with pytest.raises(ClientError) as error:
        call(**arguments)
    answer = error.value.response
    assert answer["Error"]["Message"] and answer["ResponseMetadata"]["RequestId"]
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


def new_name(kind="camera"):
    return f"{kind}-{uuid.uuid4().hex[:12]}"


def describe(video, name):
    return video.describe_stream(StreamName=name)["StreamInfo"]


def make(video, name=None, **options):
    """The name of a stream that is ACTIVE."""
    name = name or new_name()
    video.create_stream(StreamName=name, **options)
    wait_until(lambda: describe(video, name)["Status"] == "ACTIVE")
    return name


def test_a_stream_is_made_and_described(video):
    name = new_name()
    arn = video.create_stream(StreamName=name, DataRetentionInHours=24, MediaType="video/h264",
                              Tags={"site": "north"})["StreamARN"]
    info = describe(video, name)
    assert info["Status"] == "CREATING"
    wait_until(lambda: describe(video, name)["Status"] == "ACTIVE")
    info = video.describe_stream(StreamARN=arn)["StreamInfo"]
    assert (info["StreamName"], info["StreamARN"], info["MediaType"], info["DataRetentionInHours"]) == (
        name, arn, "video/h264", 24)
    assert abs((datetime.now(timezone.utc) - info["CreationTime"]).total_seconds()) < 60
    assert video.list_tags_for_stream(StreamName=name)["Tags"] == {"site": "north"}
    assert refusal(video.create_stream, StreamName=name) == (400, "ResourceInUseException")


def test_streams_are_listed_in_pages(video):
    prefix = new_name("pages")
    names = [make(video, f"{prefix}-{n}") for n in range(5)]
    condition = {"ComparisonOperator": "BEGINS_WITH", "ComparisonValue": prefix}
    pages = list(video.get_paginator("list_streams").paginate(StreamNameCondition=condition,
                                                              PaginationConfig={"PageSize": 2}))
    assert [len(page["StreamInfoList"]) for page in pages] == [2, 2, 1]
    assert [info["StreamName"] for page in pages for info in page["StreamInfoList"]] == names


def test_the_data_endpoint_is_the_simulators_own(simulator, video):
    name = make(video)
    for api in ("GET_HLS_STREAMING_SESSION_URL", "GET_CLIP", "LIST_FRAGMENTS", "GET_MEDIA_FOR_FRAGMENT_LIST", "GET_IMAGES"):
        assert video.get_data_endpoint(StreamName=name, APIName=api)["DataEndpoint"] == simulator.url
    assert refusal(video.get_data_endpoint, StreamName=name, APIName="NO_SUCH") == (400, "InvalidArgumentException")


def test_retention_changes_with_the_version_that_was_seen(video):
    name = make(video, DataRetentionInHours=2)
    version = describe(video, name)["Version"]
    change = {"StreamName": name, "CurrentVersion": version, "Operation": "INCREASE_DATA_RETENTION",
              "DataRetentionChangeInHours": 3}
    video.update_data_retention(**change)
    assert describe(video, name)["Status"] == "UPDATING"
    wait_until(lambda: describe(video, name)["Status"] == "ACTIVE")
    assert describe(video, name)["DataRetentionInHours"] == 5
    assert refusal(video.update_data_retention, **change) == (400, "VersionMismatchException")


def test_a_deleted_stream_is_gone_after_a_while(video):
    name = make(video)
    video.delete_stream(StreamARN=describe(video, name)["StreamARN"])
    assert describe(video, name)["Status"] == "DELETING"

    def gone():
        try:
            return not describe(video, name)
        except video.exceptions.ResourceNotFoundException as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"] == 404

    wait_until(gone)


def test_what_is_not_there_is_not_found(video):
    missing = (404, "ResourceNotFoundException")
    assert refusal(video.describe_stream, StreamName="nobody") == missing
    assert refusal(video.get_data_endpoint, StreamName="nobody", APIName="GET_CLIP") == missing
    assert refusal(video.delete_stream, StreamARN="arn:aws:kinesisvideo:us-east-1:000000000000:stream/nobody/1") == missing


def test_keys_are_checked(simulator):
    def denied(**options):
        return refusal(simulator.client("kinesisvideo", **options).list_streams)

    assert denied(aws_access_key_id="somebody") == (403, "UnrecognizedClientException")
    assert denied(aws_secret_access_key="another") == (403, "InvalidSignatureException")
    assert denied(region_name="eu-west-1") == (403, "InvalidSignatureException")
    unsigned = requests.post(simulator.url + "/listStreams", json={}, timeout=5)
    assert (unsigned.status_code, unsigned.headers["x-amzn-ErrorType"]) == (403, "MissingAuthenticationTokenException")


def test_without_keys_any_is_taken():
    process = subprocess.Popen([KINESIGHT, "sim", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().split("listens: ", 1)[1].strip()
        assert requests.post(url + "/listStreams", json={}, timeout=5).json() == {"StreamInfoList": []}
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "any key is accepted" in log
    finally:
        process.kill()
        process.wait()


def test_calls_are_limited_as_aws_limits_them():
    simulator = Simulator()
    try:
        video = simulator.client("kinesisvideo")
        name = new_name()
        video.create_stream(StreamName=name)
        refused = [limited(video, name) for _ in range(30)]
        assert any(refused) and not all(refused)
        wait_until(lambda: not limited(video, name))
    finally:
        simulator.stop()


def limited(video, name):
    try:
        describe(video, name)
    except video.exceptions.ClientLimitExceededException:
        return True
    return False


def test_faults_are_raised_and_taken_back(simulator, video):
    name = make(video)
    simulator.fault(name="throttled", stream=name)
    assert refusal(video.describe_stream, StreamName=name) == (400, "ClientLimitExceededException")
    other = make(video)
    assert describe(video, other)["StreamName"] == other
    simulator.clear_faults()
    simulator.fault(name="denied", stream=name, count=1)
    assert refusal(video.describe_stream, StreamName=name) == (401, "NotAuthorizedException")
    simulator.fault(name="api_5xx", value=500, stream=name, count=1)
    assert refusal(video.describe_stream, StreamName=name)[0] == 500
    assert describe(video, name)["StreamName"] == name
    assert requests.get(f"{simulator.url}/_sim/faults", timeout=5).json() == []


def test_the_aws_command_line_lists_streams(simulator, video):
    name = make(video, new_name("listed"))
    condition = f"ComparisonOperator=BEGINS_WITH,ComparisonValue={name}"
    command = [sys.executable, "-m", "awscli", "kinesisvideo", "list-streams", "--endpoint-url", simulator.url,
               "--region", REGION, "--stream-name-condition", condition, "--output", "json"]
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60)
    assert [info["StreamName"] for info in json.loads(done.stdout)["StreamInfoList"]] == [name]


@pytest.mark.parametrize("arguments, said", [
    (("--stream", "camera"), "--stream: expected NAME=FILE"),
    (("--stream", "camera=/no/such/file.mp4"), "/no/such/file.mp4"),
    (("--fault", "stal=3"), "did you mean 'stall'?"),
    (("--key", "a-secret-without-its-id"), "--key: expected ID=SECRET"),
    (("--listen", "nowhere"), "--listen: expected HOST:PORT"),
])
def test_wrong_arguments_are_said_and_secrets_are_not(arguments, said):
    done = kinesight("sim", *arguments, check=False)
    assert done.returncode != 0
    assert said in done.stderr and "a-secret" not in done.stderr
    assert done.stdout == ""
