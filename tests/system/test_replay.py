"""`kinesight replay`: a rendered scene through a configuration, beside what the service makes of the same video."""

import json
import time

import cv2
import pytest

from conftest import LOCAL, camera_config, kinesight

SECONDS = 20


def replay(config, *arguments, check=True):
    return kinesight("replay", "--config", config, "--json", *arguments, check=check)


def of_kind(run, kind):
    return [line[kind] for line in map(json.loads, run.stdout.splitlines()) if kind in line]


@pytest.fixture
def video(scene_video):
    return scene_video("hallway", SECONDS)


@pytest.fixture
def config(tmp_path, video):
    def write(**options):
        path = tmp_path / "cameras.yaml"
        path.write_text(LOCAL + camera_config("hall", video, pace="max", loop=False, **options))
        return path

    return write


def test_events_near_misses_and_a_video_to_look_at(config, video, tmp_path):
    out = tmp_path / "out"
    run = replay(config(), "--explain", "--output", out, "--start", "2026-01-31T12:00", video)
    [summary] = of_kind(run, "summary")
    events = of_kind(run, "event")
    print(summary)
    assert summary["frames"] == 5 * SECONDS
    assert summary["seconds"] == pytest.approx(SECONDS, abs=0.3)
    assert events and sum(summary["events"].values()) == len(events)
    assert all(1769860800000 <= event["payload"]["ts_ms"] < 1769860800000 + SECONDS * 1000 for event in events)
    assert [json.loads(line) for line in (out / "events.ndjson").read_text().splitlines()] == events
    misses = of_kind(run, "near_miss")
    assert [json.loads(line) for line in (out / "near_misses.ndjson").read_text().splitlines()] == misses
    assert misses and all(miss["verdict"] not in ("raised", "updated") and miss["detail"] for miss in misses)
    shown = cv2.VideoCapture(str(out / f"{video.stem}.annotated.mp4"))
    assert shown.get(cv2.CAP_PROP_FRAME_COUNT) / shown.get(cv2.CAP_PROP_FPS) == pytest.approx(SECONDS, abs=0.5)


def test_the_same_every_time_and_as_the_service_has_it(config, video, start, tmp_path):
    """And what `infer` publishes of the same video, but for the dates."""
    once = of_kind(replay(config(), "--start", "2026-01-31T12:00", video), "event")
    again = of_kind(replay(config(), "--start", "2026-01-31T12:00", video), "event")
    assert once == again
    service = start(config().read_text(), "--stop-when-done")
    service.end()
    events = kinesight("events", "--directory", tmp_path / "state", "--json", "--limit", 1000, "--since", "1h")
    published = sorted((json.loads(line)["payload"] for line in events.stdout.splitlines()), key=lambda p: p["ts_ms"])
    # The second in which a recording begins differs, and with it where seconds are cut: compared is what is seen first.
    first = lambda payloads: {(p["type"], p["label"]) for p in payloads}  # noqa: E731
    assert first(published) == first([event["payload"] for event in once])


def test_several_recordings_are_one(config, video):
    run = replay(config(), "--start", "2026-01-31T12:00", video, video)
    [summary] = of_kind(run, "summary")
    assert summary["seconds"] == pytest.approx(2 * SECONDS, abs=0.5)
    times = [event["payload"]["ts_ms"] for event in of_kind(run, "event")]
    assert times == sorted(times) and times[-1] > 1769860800000 + SECONDS * 1000


def test_without_a_start_it_has_just_ended(config, video):
    run = replay(config(), video)
    newest = max(event["payload"]["ts_ms"] for event in of_kind(run, "event"))
    assert time.time() - SECONDS - 60 < newest / 1000 < time.time()


def test_a_recording_that_is_cut_off_is_replayed_up_to_there(config, video, tmp_path):
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(video.read_bytes()[:video.stat().st_size // 2])
    run = replay(config(), "--output", tmp_path / "out", cut, check=False)
    assert run.returncode == 1 and "cut.mp4" in run.stderr
    [summary] = of_kind(run, "summary")
    assert 0.2 * SECONDS < summary["seconds"] < 0.8 * SECONDS
    assert (tmp_path / "out" / "cut.annotated.mp4").exists()
