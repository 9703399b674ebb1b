"""`kinesight sim` against AWS's own service model, as botocore has it: the shapes of all answers, the errors that each
operation declares, and what of a request is refused."""

import json
import re
import time

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import kinesight, wait_until
from simulator import Simulator

STREAM = "front"
CONTROL, MEDIA = "kinesisvideo", "kinesis-video-archived-media"
# Errors of all operations (AWS, "Common Error Types"); ValidationException is what GetImages' WidthPixels documents.
COMMON = {("AccessDeniedException", 403), ("InternalFailure", 500), ("ServiceUnavailableException", 503),
          ("SerializationException", 400), ("ValidationException", 400)}
# What is taken although the model forbids it, on purpose: short sessions, for tests. And what is not looked at.
LENIENT = {"GetHLSStreamingSessionURL.Expires", "CreateStream.DeviceName", "CreateStream.StreamStorageConfiguration",
           "ListTagsForStream.NextToken", "GetImages.FormatConfig"}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory):
    movie = tmp_path_factory.mktemp("shapes") / "front.mp4"
    kinesight("sim", "render", "--scene", "hallway", "--seconds", 6, "--width", 160, "--height", 90, "--fps", 5,
              "--output", movie)
    running = Simulator("--stream", f"{STREAM}={movie}", "--footage-seconds", 600, "--no-limits")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def clients(simulator):
    """Clients that send what they are told, and check every answer as it came over the wire."""
    config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
    made = {name: simulator.client(name, config=config) for name in (CONTROL, MEDIA)}
    for name, client in made.items():
        client.meta.events.register(f"before-parse.{name}.*", check_answer)
    return made


def check_answer(operation_model, response_dict, **_):
    headers, status = response_dict["headers"], response_dict["status_code"]
    if status >= 300:
        declared = {(shape.name, shape.metadata["error"]["httpStatusCode"]) for shape in operation_model.error_shapes}
        assert (headers["x-amzn-ErrorType"], status) in declared | COMMON, operation_model.name
        return
    shape = operation_model.output_shape
    if operation_model.has_streaming_output:
        assert headers["Content-Type"].startswith("video/")
        return
    check(shape, response_dict["body"], operation_model.name)


def check(shape, value, where):
    """`value`, raw JSON, is of `shape`."""
    if isinstance(value, (bytes, str)) and shape.type_name == "structure":
        value = json.loads(value)
    kinds = {"structure": dict, "map": dict, "list": list, "string": str, "integer": int, "long": int, "timestamp": (int, float)}
    assert isinstance(value, kinds[shape.type_name]) and not isinstance(value, bool), (where, value)
    if shape.type_name == "structure":
        assert set(value) <= set(shape.members), where
        assert set(shape.required_members) <= set(value), where
        for name, one in value.items():
            if one is not None:
                check(shape.members[name], one, f"{where}.{name}")
    elif shape.type_name == "list":
        for one in value:
            check(shape.member, one, where)
    elif shape.type_name == "map":
        for name, one in value.items():
            check(shape.key, name, where)
            check(shape.value, one, where)
    else:
        assert fits(shape, value), (where, value)


def fits(shape, value):
    size = len(value) if isinstance(value, str) else value
    limits = shape.metadata
    pattern = limits.get("pattern", r".*")
    return (limits.get("min", size) <= size <= limits.get("max", size)
            and ("enum" not in limits or value in limits["enum"])
            and (r"\p" in pattern or not isinstance(value, str) or re.fullmatch(pattern, value, re.DOTALL)))


def ranged(kind="SERVER_TIMESTAMP"):
    now = time.time()
    return {"FragmentSelectorType": kind, "TimestampRange": {"StartTimestamp": now - 60, "EndTimestamp": now - 30}}


def requests_of(clients):
    """(service, operation, a request that is answered) of each operation that the simulator has."""
    control, media = clients[CONTROL], clients[MEDIA]
    stream = {"StreamName": STREAM}
    fragments = media.list_fragments(**stream, FragmentSelector=ranged())["Fragments"]
    made = f"made-{time.time_ns()}"
    for name in (made, f"{made}-gone"):
        control.create_stream(StreamName=name)
        wait_until(lambda: control.describe_stream(StreamName=name)["StreamInfo"]["Status"] == "ACTIVE")
    info = control.describe_stream(StreamName=made)["StreamInfo"]
    doomed = control.describe_stream(StreamName=f"{made}-gone")["StreamInfo"]
    change = {"StreamName": made, "CurrentVersion": info["Version"], "Operation": "INCREASE_DATA_RETENTION",
              "DataRetentionChangeInHours": 2}
    images = ranged()["TimestampRange"] | {"ImageSelectorType": "SERVER_TIMESTAMP", "Format": "JPEG",
                                          "FormatConfig": {"JPEGQuality": "50"}, "WidthPixels": 80, "HeightPixels": 45,
                                          "SamplingInterval": 3000, "MaxResults": 3}
    return [
        (CONTROL, "CreateStream", {"StreamName": f"{made}-too", "MediaType": "video/h264,audio/aac", "Tags": {"a": "b"},
                                   "DataRetentionInHours": 3, "KmsKeyId": "alias/mine"}),
        (CONTROL, "ListStreams", {"MaxResults": 1, "StreamNameCondition": {"ComparisonOperator": "BEGINS_WITH",
                                                                           "ComparisonValue": "made"}}),
        (CONTROL, "DescribeStream", stream),
        (CONTROL, "GetDataEndpoint", stream | {"APIName": "GET_CLIP"}),
        (CONTROL, "TagStream", {"StreamName": made, "Tags": {"site": "north", "größe": "é" * 256}}),
        (CONTROL, "ListTagsForStream", {"StreamName": made}),
        (CONTROL, "UntagStream", {"StreamName": made, "TagKeyList": ["site"]}),
        (CONTROL, "UpdateDataRetention", change),
        (CONTROL, "DeleteStream", {"StreamARN": doomed["StreamARN"], "CurrentVersion": doomed["Version"]}),
        (MEDIA, "GetHLSStreamingSessionURL", stream | {
            "PlaybackMode": "ON_DEMAND", "HLSFragmentSelector": ranged(), "ContainerFormat": "FRAGMENTED_MP4",
            "DiscontinuityMode": "ALWAYS", "DisplayFragmentTimestamp": "ALWAYS", "Expires": 300,
            "MaxMediaPlaylistFragmentResults": 7}),
        (MEDIA, "ListFragments", stream | {"FragmentSelector": ranged(), "MaxResults": 3}),
        (MEDIA, "GetMediaForFragmentList", stream | {"Fragments": [fragments[0]["FragmentNumber"]]}),
        (MEDIA, "GetClip", stream | {"ClipFragmentSelector": ranged("PRODUCER_TIMESTAMP")}),
        (MEDIA, "GetImages", stream | images),
    ]


def call(clients, service, operation, request):
    """The HTTP status. The answer is checked on its way."""
    client = clients[service]
    try:
        answer = client._make_api_call(operation, request)
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"]
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def spoilt(shape, request, where):
    """(member, a copy of the request in which that member is not as the model wants it)."""
    for name, member in shape.members.items():
        at = f"{where}.{name}"
        if name in shape.required_members and name in request:
            yield at, {key: one for key, one in request.items() if key != name}
        for bad in bad_values(member):
            yield at, request | {name: bad}
        if member.type_name == "structure" and name in request:
            for inner, changed in spoilt(member, request[name], at):
                yield inner, request | {name: changed}


def bad_values(shape):
    limits = shape.metadata
    if shape.type_name == "string":
        if "enum" in limits:
            yield "NO_SUCH"
        elif not fits(shape, "no such thing!"):
            yield "no such thing!"
        if "max" in limits:
            yield "x" * (limits["max"] + 1)
    elif shape.type_name in ("integer", "long"):
        yield from (limits[end] + step for end, step in (("min", -1), ("max", 1)) if end in limits)
    elif shape.type_name == "list":
        yield from ([], ["1"] * (limits["max"] + 1))
    elif shape.type_name == "map":
        yield {}
        yield {"x" * 129: "y"}


def test_answers_have_the_models_shapes(clients):
    for service, operation, request in requests_of(clients):
        assert call(clients, service, operation, request) == 200, operation
    assert clients[CONTROL].list_tags_for_stream(StreamName=STREAM)["Tags"] == {}


def test_every_refusal_is_declared_for_its_operation(simulator, clients):
    for service, operation, request in requests_of(clients):
        for fault, status in (("throttled", {400}), ("denied", {401, 403}), ("api_5xx", {503})):
            simulator.fault(name=fault, count=1)
            assert call(clients, service, operation, request) in status, (operation, fault)
        for key in ("StreamName", "StreamARN"):
            if key in request and operation != "CreateStream":
                gone = {"StreamName": "nobody", "StreamARN": request.get(key, "").replace("made-", "lost-")}[key]
                assert call(clients, service, operation, request | {key: gone}) == 404, operation


def test_what_the_model_forbids_is_refused(clients):
    taken = set()
    for service, operation, request in requests_of(clients):
        shape = clients[service].meta.service_model.operation_model(operation).input_shape
        for member, changed in spoilt(shape, request, operation):
            # The name or the ARN is enough; where both are there, the name counts.
            both = member.endswith(".StreamARN") and "StreamName" in changed
            if both:
                changed = {key: one for key, one in changed.items() if key != "StreamName"}
            if call(clients, service, operation, changed) < 400:
                taken.add(member)
    assert taken <= LENIENT, taken - LENIENT
