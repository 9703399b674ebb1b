"""The product asks Kinesis Video Streams as botocore asks: 600 generated requests, by method, path and body.
KINESIGHT_SEED replays a run."""

import json
import os
import random
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pytest

botocore_session = pytest.importorskip("botocore.session")
from botocore.config import Config  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("KINESIGHT_BIN_DIR", ROOT / "build/release/bin"))
REQUESTS = 600
APIS = ["GET_HLS_STREAMING_SESSION_URL", "LIST_FRAGMENTS", "GET_CLIP", "GET_MEDIA"]
ARN = "arn:aws:kinesisvideo:us-east-1:123456789012:stream/door/1700000000000"


def milliseconds(draw):
    """A time in Unix milliseconds; whole seconds often."""
    whole = draw.randint(1_500_000_000, 1_900_000_000) * 1000
    return whole if draw.random() < 0.3 else whole + draw.randint(0, 999)


def asked(draw):
    operation = draw.choice(["GetDataEndpoint", "GetHLSStreamingSessionURL", "ListFragments", "GetClip", "GetMediaForFragmentList"])
    stream = draw.choice([ARN, "door", "".join(draw.choices("abcXYZ019_.-", k=draw.randint(1, 256)))])
    line = {"operation": operation, "stream": stream}
    if operation == "GetDataEndpoint":
        return line | {"api": draw.choice(APIS)}
    if operation == "GetMediaForFragmentList":
        numbers = [str(draw.randint(0, 10**47)) for _ in range(draw.choice([1, 2, 200, 1000]))]
        return line | {"numbers": numbers}
    mode = draw.choice(["LIVE", "LIVE_REPLAY", "ON_DEMAND"])
    begin = milliseconds(draw)
    open_end = operation == "GetHLSStreamingSessionURL" and mode == "LIVE_REPLAY" and draw.random() < 0.5
    line |= {"server_time": draw.random() < 0.5, "begin": begin / 1000,
             "end": None if open_end else (begin + draw.randint(1, 86_400_000)) / 1000}
    if operation == "GetClip":
        return line
    if operation == "ListFragments":
        return line | {"limit": draw.choice([1, 7, 999, 1000, 5000]), "token": "".join(draw.choices("abcXYZ019+/", k=40)) + "=="}
    if mode == "LIVE":
        line |= {"begin": None, "end": None}
    return line | {"mode": mode, "expires": draw.randint(300, 43_200), "fragments": draw.randint(1, 5000)}


def moment(seconds):
    # By whole milliseconds: what a float of seconds holds beyond them is no part of the time.
    total = round(seconds * 1000)
    return datetime.fromtimestamp(total // 1000, timezone.utc).replace(microsecond=total % 1000 * 1000)


def selector(line):
    selector = {"FragmentSelectorType": "SERVER_TIMESTAMP" if line["server_time"] else "PRODUCER_TIMESTAMP"}
    if line["begin"] is not None:
        selector["TimestampRange"] = {"StartTimestamp": moment(line["begin"])}
        if line["end"] is not None:
            selector["TimestampRange"]["EndTimestamp"] = moment(line["end"])
    return selector


def parameters(line):
    """The calls, one after the other, as boto3 takes them."""
    stream = {"StreamARN" if line["stream"].startswith("arn:") else "StreamName": line["stream"]}
    if line["operation"] == "GetDataEndpoint":
        return [stream | {"APIName": line["api"]}]
    if line["operation"] == "GetMediaForFragmentList":
        return [stream | {"Fragments": line["numbers"]}]
    if line["operation"] == "GetClip":
        return [stream | {"ClipFragmentSelector": selector(line)}]
    if line["operation"] == "ListFragments":
        first = stream | {"FragmentSelector": selector(line), "MaxResults": min(1000, line["limit"])}
        return [first, first | {"NextToken": line["token"]}]
    return [stream | {"PlaybackMode": line["mode"], "HLSFragmentSelector": selector(line), "ContainerFormat": "FRAGMENTED_MP4",
                      "DiscontinuityMode": "ON_DISCONTINUITY", "DisplayFragmentTimestamp": "ALWAYS",
                      "Expires": line["expires"], "MaxMediaPlaylistFragmentResults": line["fragments"]}]


@pytest.fixture(scope="module")
def clients():
    session = botocore_session.Session()
    made_with = {"region_name": "us-east-1", "endpoint_url": "http://127.0.0.1:1", "aws_access_key_id": "AKIDEXAMPLE",
                 "aws_secret_access_key": "secret", "config": Config(retries={"max_attempts": 0})}
    return {name: session.create_client(name, **made_with) for name in ("kinesisvideo", "kinesis-video-archived-media")}


def botocore_asks(client, operation, given):
    """What botocore would send; nothing is sent."""
    model = client.meta.service_model.operation_model(operation)
    request = client._serializer.serialize_to_request(given, model)
    return request["method"], request["url_path"], json.loads(request["body"])


def test_the_product_asks_as_botocore_asks(clients, record_property):
    seed = int(os.environ.get("KINESIGHT_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed: KINESIGHT_SEED={seed}")
    record_property("seed", seed)
    draw = random.Random(seed)
    lines = [asked(draw) for _ in range(REQUESTS)]
    done = subprocess.run([BIN / "ask_kinesis_video"], input="".join(json.dumps(line) + "\n" for line in lines),
                          capture_output=True, text=True, timeout=60, check=True)
    answers = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert len(answers) == REQUESTS
    for line, ours in zip(lines, answers):
        client = clients["kinesisvideo" if line["operation"] == "GetDataEndpoint" else "kinesis-video-archived-media"]
        expected = [botocore_asks(client, line["operation"], given) for given in parameters(line)]
        assert len(ours) == len(expected), (line, ours)
        for request, (method, path, body) in zip(ours, expected):
            sent = json.loads(request["body"])
            assert (request["method"], request["path"], request["content_type"]) == (method, path, "application/json")
            assert sent == body, json.dumps(line)
