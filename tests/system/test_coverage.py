"""What was watched and what was not, as `kinesight coverage`, the API and the metrics tell it."""

import json
import signal
import time

from conftest import LOCAL, camera_config, kinesight, wait_until


def spans_of(folder, *arguments):
    output = kinesight("coverage", "--directory", folder / "state", "--camera", "hall", "--json", *arguments).stdout
    return [json.loads(line) for line in output.splitlines()]


def watch(start, config, frames=15):
    service = start(config)
    wait_until(lambda: service.camera("hall")["frames"] >= frames)
    return service


def test_between_two_runs_it_was_stopped(start, scene_video, tmp_path):
    config = LOCAL + camera_config("hall", scene_video("hallway"))
    assert watch(start, config).stop() == 0
    time.sleep(2)
    service = watch(start, config)
    wait_until(lambda: sum(span["watched"] for span in spans_of(tmp_path)) == 2)
    watched, stopped, again = spans_of(tmp_path)
    assert (watched["watched"], stopped["watched"], again["watched"]) == (True, False, True)
    assert stopped["reason"] == "stopped" and not stopped["backfilled"]
    assert watched["seconds"] > 2 and stopped["seconds"] > 2
    assert watched["end_ms"] == stopped["begin_ms"] and stopped["end_ms"] == again["begin_ms"]
    unwatched = 'kinesight_unwatched_seconds_total{camera_id="hall",reason="%s"}'
    assert abs(service.metric(unwatched % "stopped") - stopped["seconds"]) < 0.002
    assert service.metric(unwatched % "lost") == 0

    shown = service.get("/api/coverage?camera=hall&since=1h").json()["cameras"][0]
    assert [(span["begin_ms"], span["end_ms"], span["reason"]) for span in shown["unwatched"]] == [
        (stopped["begin_ms"], stopped["end_ms"], "stopped")]
    assert 0.3 < shown["share"] < 0.9
    assert service.get("/api/coverage?camera=nowhere").status_code == 404
    assert service.stop() == 0

    table = kinesight("coverage", "--directory", tmp_path / "state", "--camera", "hall").stdout
    assert "stopped   no" in table and "of what is known was watched" in table
    assert kinesight("coverage", "--directory", tmp_path / "state").stdout.count("hall") == 1


def test_a_crash_loses_seconds_and_never_invents_any(start, scene_video, tmp_path):
    config = LOCAL + camera_config("hall", scene_video("hallway"))
    service = watch(start, config, frames=30)
    last = service.camera("hall")["last_frame_time"]
    service.process.send_signal(signal.SIGKILL)
    service.process.wait()
    [watched] = [span for span in spans_of(tmp_path) if span["watched"]]
    assert last - 5 < watched["end_ms"] / 1000 < last + 1
    assert watched["seconds"] > 1


def test_an_outage_that_goes_on_is_offline_up_to_now(start, scene_video, tmp_path):
    video = tmp_path / "camera.mp4"
    video.write_bytes(scene_video("hallway", 5).read_bytes())
    service = watch(start, LOCAL + camera_config("hall", video))
    video.unlink()  # It plays to its end; then there is nothing to begin again with.
    wait_until(lambda: service.camera("hall")["state"] == "error")
    wait_until(lambda: [span for span in spans_of(tmp_path) if span["reason"] == "offline"])
    first = spans_of(tmp_path)[-1]
    wait_until(lambda: spans_of(tmp_path)[-1]["end_ms"] >= first["end_ms"] + 1000)
    spans = spans_of(tmp_path)
    assert [span["reason"] for span in spans] == [None, "offline"]
    assert spans[-1]["begin_ms"] == first["begin_ms"]
    assert service.stop() == 0


def test_a_recording_leaves_no_record(start, scene_video, tmp_path):
    service = start(LOCAL + camera_config("hall", scene_video("hallway", 5), pace="max", loop=False), "--stop-when-done")
    assert service.end() == 0
    assert kinesight("coverage", "--directory", tmp_path / "state", "--json").stdout == ""
