"""The footage of an event, from the recording of its Kinesis video stream, over `kinesight sim`."""

import cv2
import pytest

from conftest import DEMO_MODEL, LOCAL, camera_config, events_of, wait_until
from peers import ACCESS_KEY, SECRET_KEY
from simulator import Simulator

ACCOUNT = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture(scope="module")
def simulator(scene_video):
    running = Simulator("--stream", f"hall={scene_video('hallway')}")
    yield running
    running.stop()


@pytest.fixture
def service(start, simulator, scene_video):
    running = start(LOCAL + f"""
  hall:
    fps_target: 5
    kvs: {{stream_name: hall, region: us-east-1, endpoint_url: '{simulator.url}', footage_before_seconds: 4, footage_after_seconds: 3}}
    detectors: [{{type: object, params: {{model_path: {DEMO_MODEL}, conf_threshold: 0.4}}}}]
""" + camera_config("file", scene_video("hallway")), environment=ACCOUNT)
    wait_until(lambda: running.camera("hall")["events"] > 0 and running.camera("file")["events"] > 0, seconds=60)
    return running


def fragments(simulator, clip):
    """(begin, end) of each fragment that a GetClip request asks for, by the producer's time, in order."""
    endpoint = simulator.client("kinesisvideo").get_data_endpoint(StreamName="hall", APIName="LIST_FRAGMENTS")["DataEndpoint"]
    listed = simulator.client("kinesis-video-archived-media", endpoint).list_fragments(
        StreamName="hall", FragmentSelector={"FragmentSelectorType": "PRODUCER_TIMESTAMP",
                                             "TimestampRange": clip["ClipFragmentSelector"]["TimestampRange"]})["Fragments"]
    begins = sorted((one["ProducerTimestamp"].timestamp(), one["FragmentLengthInMilliseconds"] / 1000) for one in listed)
    return [(begin, begin + length) for begin, length in begins]


def seconds_of(path):
    video = cv2.VideoCapture(str(path))
    count = 0
    while video.read()[0]:
        count += 1
    return count / video.get(cv2.CAP_PROP_FPS)


def test_the_footage_of_an_event_plays_and_holds_its_time(service, simulator, tmp_path):
    event = next(one for one in reversed(events_of(tmp_path)) if one["camera_id"] == "hall")
    kvs, at = event["payload"]["extras"]["kvs"], event["payload"]["ts_ms"] / 1000
    path = f"/api/events/{event['event_id']}/footage.mp4"
    early = service.get(path)
    assert early.status_code in (200, 503), "not all of it is recorded, or already"
    if early.status_code == 503:
        assert int(early.headers["Retry-After"]) <= 10 and "recorded" in early.json()["error"]
    wait_until(lambda: service.get(path).status_code == 200, seconds=60)

    answer = service.get(path)
    assert (answer.headers["Content-Type"], answer.headers["Accept-Ranges"]) == ("video/mp4", "bytes")
    clip = kvs["clip"]
    endpoint = simulator.client("kinesisvideo").get_data_endpoint(StreamName="hall", APIName="GET_CLIP")["DataEndpoint"]
    archive = simulator.client("kinesis-video-archived-media", endpoint)
    assert archive.get_clip(**clip)["Payload"].read() == answer.content, "what the event carries is a request of GetClip"
    listed = fragments(simulator, clip)
    assert listed[0][0] <= at - 4 and at + 3 <= listed[-1][1] + 0.001
    video = tmp_path / "footage.mp4"
    video.write_bytes(answer.content)
    assert seconds_of(video) == pytest.approx(sum(end - begin for begin, end in listed), abs=0.5)

    part = service.get(path, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, answer.content[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(answer.content)}"
    assert service.get(path, headers={"Range": f"bytes={len(answer.content)}-"}).status_code == 416
    longer = f"{path}?before_seconds=0&after_seconds=1"
    video.write_bytes(service.get(longer).content)
    assert 1 <= seconds_of(video) < sum(end - begin for begin, end in listed)
    for wrong in ("before_seconds=61", "after_seconds=-1", "seconds=5"):
        assert service.get(f"{path}?{wrong}").status_code == 400


def test_who_has_no_footage_says_why(service, simulator, tmp_path):
    file_event = next(one for one in events_of(tmp_path) if one["camera_id"] == "file")
    refused = service.get(f"/api/events/{file_event['event_id']}/footage.mp4")
    assert refused.status_code == 404 and "no Kinesis video stream" in refused.json()["error"]
    assert service.get("/api/events/none/footage.mp4").status_code == 404
