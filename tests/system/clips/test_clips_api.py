"""The API of `kinesight clips` with a real RabbitMQ and a real Redis: triggers, cameras, health; and the scheduler, whose
clips meet, also where the service is stopped or killed in between."""

import json
import signal

import pytest

from clips_service import seconds_of
from conftest import wait_until
from schemathesis_run import ask_all

START = seconds_of("2026-02-26T14:30:00Z")
DISCOVERED = "s2:cameras:discovered"
# What schemas do not say: a range has a length and has begun, and a stream has a name or an ARN.
EXCEPTIONS = """
[[operations]]
include-path = "/trigger/clip"
checks = { positive_data_acceptance = { expected-statuses = ["2xx", "400"] } }
"""


def cameras_of(service):
    answer = service.get("/cameras")
    assert answer.status_code == 200, answer.text
    return answer.json()["cameras"]


def test_cameras_are_remembered_in_redis_and_found_without_it(clips_bench, cameras, live_redis):
    bench = clips_bench(redis=live_redis)
    service = bench.start()
    found = {camera["stream_name"]: camera["stream_arn"] for camera in cameras_of(service)}
    assert found == {name: camera.arn for name, camera in cameras.items()}
    remembered = json.loads(live_redis.cli("get", DISCOVERED))
    assert {one["stream_name"]: one["stream_arn"] for one in remembered} == found
    assert all(one["status"] == "ACTIVE" for one in remembered)
    assert 0 < int(live_redis.cli("ttl", DISCOVERED)) <= 300

    # What is remembered is what is told, until a refresh is asked for.
    live_redis.cli("set", DISCOVERED, json.dumps(remembered[:1]), "EX", 300)
    assert len(cameras_of(service)) == 1
    assert service.post("/trigger/discover").ok
    assert len(cameras_of(service)) == 3 == len(json.loads(live_redis.cli("get", DISCOVERED)))

    live_redis.cli("del", DISCOVERED)
    live_redis.cli("rpush", DISCOVERED, "of another kind")
    assert len(cameras_of(service)) == 3
    live_redis.kill()
    assert len(cameras_of(service)) == 3
    failures = [float(line.rsplit(" ", 1)[1]) for line in service.get("/metrics").text.splitlines()
                if line.startswith("kinesight_cache_failures_total{")]
    assert sum(failures) > 0
    bench.backend.publish(cameras["Yard"].task(START, 4, 1))
    assert bench.backend.message()["process_id"] == 1, "tasks need no Redis"


def test_a_triggered_clip_is_made(clips_bench, cameras, live_redis):
    bench = clips_bench(redis=live_redis)
    service = bench.start(scheduler={"clip_seconds": 3})
    wait_until(lambda: service.get("/health").status_code == 200)
    camera = cameras["Gate"]
    asked = {**camera.task(START + 10, 4, 77), "inference_config": {"user_prompt": "ä"}}
    answer = service.post("/trigger/clip", json=asked)
    assert answer.ok, answer.text
    assert answer.json()["status"] == "QUEUED" and answer.json()["camera_id"] == "Gate"
    message = bench.backend.message()
    assert (message["process_id"], message["inference_config"]) == (77, {"user_prompt": "ä"})
    assert message["clip"]["asked"] == {"start": asked["start_time"], "end": asked["end_time"]}

    # Without a range: the last S2_CLIP_DURATION seconds; without a number: one that nobody had.
    answer = service.post("/trigger/clip", json={"camera_id": "gate-of-today", "stream_name": "Gate"})
    assert answer.ok, answer.text
    message = bench.backend.message()
    ends = message["clip"]["asked"]
    assert seconds_of(ends["end"]) - seconds_of(ends["start"]) == 3 and message["process_id"] > 0
    assert message["cloud_stream_path"].startswith(bench.store.address("live/gate-of-today/"))

    for wrong in ({**asked, "camera_id": "../gate"}, {**asked, "end_time": asked["start_time"]}, {"camera_id": "Gate"}, [], 7):
        refused = service.post("/trigger/clip", json=wrong)
        assert 400 <= refused.status_code < 500, (wrong, refused.text)
    as_json = {"Content-Type": "application/json"}
    assert service.post("/trigger/clip", data=b"{", headers=as_json).status_code == 400
    assert bench.backend.waiting(bench.queues.tasks) == 0 and len(bench.backend.messages) == 2


def test_schemathesis_finds_nothing(clips_bench, cameras, live_redis, tmp_path):
    service = clips_bench(redis=live_redis).start()
    wait_until(lambda: service.get("/health").status_code == 200)
    ask_all(f"{service.url}/openapi.json", EXCEPTIONS, tmp_path)
    assert service.get("/health").status_code == 200


def test_health_tells_of_rabbitmq(clips_bench, cameras):
    bench = clips_bench()
    bench.backend.keep_queues()
    service = bench.start()
    wait_until(lambda: service.get("/health").status_code == 200)
    bench.broker.kill()
    try:
        wait_until(lambda: service.get("/health").status_code == 503)
        assert "rabbitmq" in service.get("/health").text.lower()
        assert service.post("/trigger/clip", json=cameras["Gate"].task(START, 4, 1)).status_code == 503
        assert service.get("/healthz").status_code == 200, "it lives"
    finally:
        bench.broker.start()
    wait_until(lambda: service.get("/health").status_code == 200)
    bench.backend.publish(cameras["Gate"].task(START, 4, 2))
    bench.backend.wait(lambda: any(letter.json["process_id"] == 2 for letter in bench.backend.messages))


def asked_ranges(letters):
    """By camera: the asked ranges, in order."""
    ranges = {}
    for letter in letters:
        asked = letter.json["clip"]["asked"]
        ranges.setdefault(letter.json["clip"]["camera_id"], set()).add((seconds_of(asked["start"]), seconds_of(asked["end"])))
    return {camera: sorted(each) for camera, each in ranges.items()}


def assert_numbers_are_clips(letters):
    """A number is of one clip, and a clip that was sent twice (a process ended in the middle) has the same."""
    clips_of = {}
    for letter in letters:
        clips_of.setdefault(letter.json["process_id"], set()).add(letter.json["cloud_stream_path"])
    assert all(len(paths) == 1 for paths in clips_of.values())
    assert len(clips_of) == sum(map(len, asked_ranges(letters).values()))


@pytest.mark.parametrize("shared", [False, True], ids=["without Redis", "with Redis"])
def test_scheduled_clips_meet_also_across_restarts(clips_bench, cameras, request, shared):
    bench = clips_bench(redis=request.getfixturevalue("live_redis") if shared else None)
    scheduler = {"enabled": True, "clip_seconds": 2, "interval_seconds": 1, "delay_seconds": 2}
    letters = bench.backend.messages
    for round, ending in enumerate((signal.SIGTERM, signal.SIGKILL, signal.SIGTERM), 1):
        service = bench.start(scheduler=scheduler)
        bench.backend.wait(lambda: all(len(asked_ranges(letters).get(name, ())) >= 2 * round for name in cameras))
        code = service.stop(ending, 40)  # Tasks in work have 20 s.
        assert code == (0 if ending == signal.SIGTERM else -9)
        if shared and code != 0:
            bench.redis.cli("del", "s2:scheduler:lock")  # As half a minute does: nobody gave it back.
    for camera, ranges in asked_ranges(letters).items():
        assert camera in cameras
        for (start, end), (next_start, _) in zip(ranges, ranges[1:]):
            assert end - start == 2 and end == next_start, (camera, ranges)
    assert_numbers_are_clips(letters)
    assert bench.backend.dead_letters == []


def test_of_two_schedulers_one_works_and_the_other_takes_over(clips_bench, cameras, live_redis):
    bench = clips_bench(redis=live_redis)
    scheduler = {"enabled": True, "clip_seconds": 2, "interval_seconds": 1, "delay_seconds": 2}
    letters = bench.backend.messages
    for round in (1, 2, 3):
        # The one that came in the round before takes over from the one that goes at its end.
        service = bench.start(f"replica-{round}", scheduler=scheduler)
        bench.backend.wait(lambda: all(len(asked_ranges(letters).get(name, ())) >= 3 * round for name in cameras))
        if round > 1:
            assert bench.services[round - 2].stop(signal.SIGTERM, 40) == 0
    assert service.stop(signal.SIGTERM, 40) == 0
    for camera, ranges in asked_ranges(letters).items():
        assert camera in cameras
        assert all(end == next_start for (_, end), (next_start, _) in zip(ranges, ranges[1:])), (camera, ranges)
    assert_numbers_are_clips(letters)
    assert bench.backend.dead_letters == []
