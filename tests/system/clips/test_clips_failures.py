"""Tasks of which no clip can come: each is a dead letter that says why, but for a camera that is not active."""

import json

import pytest

import clips_service
from clips_service import moment, seconds_of
from conftest import wait_until

START = seconds_of("2026-02-26T14:30:00Z")


def faulty(camera):
    """What is wrong, the task, and the reason, the step and a part of the error."""
    good = camera.task(START, 4, 9)
    wrong = [
        ("no length", {"end_time": good["start_time"]}, "invalid", "range", "after start_time"),
        ("end before start", {"end_time": moment(START - 1)}, "invalid", "range", "after start_time"),
        ("the future", {"start_time": "2100-01-01T00:00:00Z", "end_time": "2100-01-01T00:01:00Z"}, "invalid", "range", "passed"),
        ("a week", {"end_time": moment(START + 7 * 86400)}, "invalid", "range", "at most"),
        ("before the first frame", {"start_time": moment(START - 7200), "end_time": moment(START - 7140)}, "not_found", "clip",
         "no media"),
        ("no such stream", {"stream_arn": "", "stream_name": "Nowhere"}, "not_found", "status", "Nowhere"),
        ("no stream", {"stream_arn": "", "stream_name": ""}, "invalid", "task", "stream_name"),
        ("no number", {"process_id": "501"}, "invalid", "task", "process_id"),
        ("no time", {"start_time": "yesterday"}, "invalid", "task", "start_time"),
        ("no object", {"inference_config": [1]}, "invalid", "task", "inference_config"),
    ]
    tricks = ["..", ".", "", "../../etc", "a/b", "/abs", "a\\b", "a%2fb", "käfer", "a b", "a\u0000", "x" * 257]
    wrong += [(f"camera_id {trick[:20]!r}", {"camera_id": trick}, "invalid", "task", "camera_id") for trick in tricks]
    cases = [(what, json.dumps({**good, **change}).encode(), reason, step, text) for what, change, reason, step, text in wrong]
    for what, body in (("cut off", json.dumps(good)[:-5].encode()), ("nothing", b""), ("a list", b"[]"), ("no text", b"\xff\xfe{}")):
        cases.append((what, body, "invalid", "task", "JSON"))
    return cases


def test_what_cannot_be_is_a_dead_letter_that_says_why(clips_bench, cameras):
    bench = clips_bench()
    cases = {what: case for what, *case in faulty(cameras["Yard"])}
    for what, (body, *_) in cases.items():
        bench.backend.publish(body, message_id=what, headers={"x-of-the-sender": "kept"})
    service = bench.start(retry={"attempts": 2})
    bench.backend.wait(lambda: len(bench.backend.dead_letters) == len(cases))
    letters = {letter.properties.message_id: letter for letter in bench.backend.dead_letters}
    assert letters.keys() == cases.keys()
    for what, (body, reason, step, text) in cases.items():
        letter = letters[what]
        assert letter.body == body, what
        assert letter.reason[:2] == (reason, step) and text in letter.reason[2], (what, letter.headers)
        assert letter.headers["x-of-the-sender"] == "kept" and "x-kinesight-failed-at" in letter.headers
    assert bench.backend.messages == [] and bench.store.keys() == []
    counts = [f'kinesight_clip_dead_letters_total{{reason="{kind}"}}' for kind in ("invalid", "not_found")]
    wait_until(lambda: sum(service.metric(count) or 0 for count in counts) == len(cases))
    assert service.get("/health").status_code == 200


@pytest.fixture
def sleeping_camera(clip_simulator, tmp_path):
    """A simulator whose only stream is UPDATING, for an hour, and its camera."""
    recording = clips_service.record(tmp_path)
    simulator, cameras = clips_service.start_simulator(recording, ["Asleep"], START - 600, "--transition-seconds", 3600)
    video = simulator.client("kinesisvideo")
    version = video.describe_stream(StreamName="Asleep")["StreamInfo"]["Version"]
    video.update_data_retention(StreamName="Asleep", CurrentVersion=version, Operation="INCREASE_DATA_RETENTION",
                                DataRetentionChangeInHours=1)
    yield simulator, cameras["Asleep"]
    simulator.stop()


def test_the_task_of_a_stream_that_is_not_active_is_dropped_with_a_warning(clips_bench, sleeping_camera):
    simulator, camera = sleeping_camera
    bench = clips_bench(simulator=simulator.url)
    bench.backend.publish(camera.task(START, 4, 3))
    service = bench.start()
    said = service.wait_for_line("S2 skips camera_id=Asleep")
    assert said["level"] == "WARNING" and "UPDATING" in said["message"]
    wait_until(lambda: service.metric('kinesight_clip_tasks_total{result="dropped"}') == 1)
    assert service.stop() == 0
    assert [bench.backend.waiting(queue) for queue in bench.queues.all().values()] == [0, 0, 0]
    assert bench.store.keys() == []
