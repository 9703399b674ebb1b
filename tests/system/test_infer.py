"""`kinesight infer` as an operator meets it."""

import hashlib
import json
import re
import signal
import sqlite3
import time

import pytest

from conftest import DEMO_MODEL, LOCAL, ROOT, camera_config, events_of, kinesight, wait_until


def test_video_becomes_events_and_snapshots(start, scene_video, tmp_path):
    service = start(LOCAL + camera_config("hall", scene_video("hallway"), pace="max", loop=False), "--stop-when-done")
    assert service.end() == 0
    events = events_of(tmp_path)
    assert {"knife", "gun"} & {event["payload"]["label"] for event in events}
    for event in events:
        payload = event["payload"]
        assert list(event) == ["event_id", "camera_id", "producer", "payload"]
        assert list(payload) == ["ts_ms", "type", "label", "conf", "bbox", "extras"]
        assert event["camera_id"] == "hall" and event["producer"] == "kvs-infer/1.0" and payload["type"] == "object"
        text = f"hall:object:{payload['label']}:{payload['ts_ms'] // 1000}"
        assert event["event_id"] == hashlib.sha1(text.encode()).hexdigest()
        assert 0.4 <= payload["conf"] <= 1
        x, y, w, h = payload["bbox"]
        assert 0 <= x and 0 <= y and x + w <= 641 and y + h <= 361 and w > 0 and h > 0
        picture = tmp_path / "state" / payload["extras"]["snapshot"]
        assert picture.read_bytes()[:3] == b"\xff\xd8\xff"
    assert len({event["event_id"] for event in events}) == len(events)


def test_the_service_answers_and_moves(start, scene_video):
    service = start(LOCAL + camera_config("hall", scene_video("hallway")) + "  off: {enabled: false}\n")
    wait_until(lambda: service.camera("hall")["state"] == "online")
    health = service.get("/healthz")
    assert (health.status_code, health.text.strip()) == (200, '{"status":"ok","service":"kvs-infer"}')
    first = service.metric('infer_frames_total{camera_id="hall"}')
    wait_until(lambda: service.metric('infer_frames_total{camera_id="hall"}') > first)
    assert service.metric('worker_alive{camera_id="hall"}') == 1
    assert service.metric('worker_alive{camera_id="off"}') is None
    assert service.metric('publisher_failures_total{sink="local"}') == 0
    assert service.camera("off")["state"] == "disabled"
    assert service.camera("hall")["width"] == 640
    picture = service.get("/api/cameras/hall/latest.jpg")
    assert picture.headers["Content-Type"] == "image/jpeg" and picture.content[:3] == b"\xff\xd8\xff"
    assert "<html" in service.get("/").text


def test_fps_target_is_kept_in_real_time(start, scene_video):
    service = start(LOCAL + camera_config("hall", scene_video("hallway"), fps=2))
    wait_until(lambda: service.camera("hall")["frames"] >= 12)
    assert service.camera("hall")["fps"] == pytest.approx(2, abs=0.4)


def test_shutdown_takes_its_steps_in_order(start, scene_video):
    service = start(LOCAL + camera_config("hall", scene_video("hallway")) + camera_config("park", scene_video("parking")))
    wait_until(lambda: service.camera("hall")["frames"] and service.camera("park")["frames"])
    begin = time.monotonic()
    assert service.stop(signal.SIGTERM) == 0
    assert time.monotonic() - begin < 10
    messages = [entry["message"] for entry in service.log]
    steps = ["Received signal 15, shutting down...", "Stopping 2 workers", "Flushing publisher batches",
             "LOCAL final metrics: {", "Graceful shutdown complete"]
    places = [next(i for i, message in enumerate(messages) if message.startswith(step)) for step in steps]
    assert places == sorted(places)
    stopped = {m for m in messages[places[1]:places[2]] if m.startswith("Worker stopped: ")}
    assert stopped == {"Worker stopped: hall", "Worker stopped: park"}


def test_sigint_is_a_graceful_shutdown_too(start, scene_video):
    service = start(LOCAL + camera_config("hall", scene_video("hallway")))
    assert service.stop(signal.SIGINT) == 0
    assert service.log[-1]["message"] == "Graceful shutdown complete"


def test_stop_after_ends_by_itself(start, scene_video):
    service = start(LOCAL + camera_config("hall", scene_video("hallway")), "--stop-after", "1")
    assert service.end() == 0


def test_log_lines_have_their_fields(start, scene_video):
    service = start(LOCAL + camera_config("hall", scene_video("hallway"), pace="max", loop=False), "--stop-when-done")
    service.end()
    for entry in service.log:
        assert list(entry)[:7] == ["timestamp", "level", "logger", "message", "module", "function", "line"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", entry["timestamp"])
        assert entry["logger"] == "kvs_infer." + entry["module"]
    seen = next(entry for entry in service.log if entry["message"].startswith("Detections: "))
    assert seen["camera_id"] == "hall" and seen["event_count"] >= 1 and seen["latency_ms"] > 0


def test_a_camera_that_cannot_work_shows_it_and_the_others_go_on(start, scene_video, tmp_path):
    (tmp_path / "cut.mp4").write_bytes(scene_video("hallway").read_bytes()[:2000])
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "cut.onnx").write_bytes(DEMO_MODEL.read_bytes()[:5000])
    video = scene_video("hallway")
    service = start(LOCAL + camera_config("good", video) + camera_config("gone", tmp_path / "nothing.mp4") +
                    camera_config("cut", tmp_path / "cut.mp4") + camera_config("empty", tmp_path / "empty.mp4") +
                    camera_config("nomodel", video, model=tmp_path / "none.onnx") +
                    camera_config("cutmodel", video, model=tmp_path / "cut.onnx"))
    wait_until(lambda: service.camera("good")["frames"] > 2)
    for name, said in {"gone": "nothing.mp4", "cut": "cut.mp4", "empty": "empty.mp4", "nomodel": "none.onnx",
                       "cutmodel": "cut.onnx"}.items():
        broken = wait_until(lambda: service.camera(name) if service.camera(name)["error"] else None)
        assert broken["state"] == "error" and said in broken["error"]
        assert service.metric(f'worker_alive{{camera_id="{name}"}}') == 1
    health = service.get("/healthz")
    assert health.status_code == 200 and health.json()["status"] == "degraded"
    assert any("nothing.mp4" in reason for reason in health.json()["reasons"])
    assert service.stop() == 0


def test_a_video_that_appears_later_is_picked_up(start, scene_video, tmp_path):
    service = start(LOCAL + camera_config("late", tmp_path / "late.mp4"))
    wait_until(lambda: service.camera("late")["state"] == "error")
    (tmp_path / "late.mp4").write_bytes(scene_video("hallway").read_bytes())
    wait_until(lambda: service.camera("late")["state"] == "online")
    assert service.get("/healthz").json()["status"] == "ok"


def test_killed_in_the_middle_nothing_is_half_written(start, scene_video, tmp_path):
    config = LOCAL + camera_config("hall", scene_video("hallway"), fps=10, pace="max") + camera_config(
        "park", scene_video("parking"), fps=10, pace="max")
    service = start(config)
    wait_until(lambda: service.camera("hall")["events"] > 3 and service.camera("park")["events"] > 3)
    service.process.kill()
    service.process.wait()
    database = sqlite3.connect(tmp_path / "state/events.db")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    before = events_of(tmp_path)
    assert before
    for event in before:
        assert (tmp_path / "state" / event["payload"]["extras"]["snapshot"]).read_bytes()[-2:] == b"\xff\xd9"
    # Another name: the same camera would raise the same events of the same seconds again, which are one.
    again = start(LOCAL + camera_config("again", scene_video("hallway"), fps=10, pace="max"))
    wait_until(lambda: again.camera("again")["events"] > 0)
    assert again.stop() == 0
    assert len(events_of(tmp_path, "--camera", "again")) > 0
    assert len(events_of(tmp_path)) > len(before)
    assert not list((tmp_path / "state").rglob("*.tmp"))


def test_the_documented_example_configuration_runs(start):
    """Models, streams and credentials that are not there: shown by name, counted, and no reason to fall over."""
    service = start((ROOT / "config/cameras.yaml").read_text() + "\nstate_directory: ./state\n")
    for sink in ("kds", "s3"):
        assert service.metric(f'publisher_failures_total{{sink="{sink}"}}') == 0
    assert service.metric('publisher_failures_total{sink="ddb"}') is None
    for camera, model in (("camera_1", "models/weapon-yolov8n.pt"), ("camera_2", "models/license-plate-yolov8n.pt")):
        broken = wait_until(lambda: service.camera(camera) if service.camera(camera)["state"] == "error" else None)
        assert model in broken["error"] and "yolo export" in broken["error"]
    assert service.camera("camera_3")["state"] == "disabled"
    assert service.metric('worker_alive{camera_id="camera_3"}') is None
    assert service.stop() == 0


def test_a_port_that_is_taken_is_a_clear_error(start, scene_video, tmp_path):
    service = start(LOCAL + camera_config("hall", scene_video("hallway")))
    port = service.url.rsplit(":", 1)[1]
    second = kinesight("infer", "--config", tmp_path / "cameras.yaml", "--http", f"127.0.0.1:{port}", "--log-format",
                       "json", check=False, cwd=tmp_path)
    assert second.returncode == 1
    assert port in second.stdout and "Cannot start" in second.stdout


def test_beyond_loopback_pictures_need_the_token(start, scene_video, tmp_path):
    service = start(LOCAL + camera_config("hall", scene_video("hallway")), http="0.0.0.0:0")
    token_line = service.wait_for_line("Pictures and the API need")
    token_file = tmp_path / "state/http-token"
    token = token_file.read_text().strip()
    assert str(token_file.name) in token_line["message"] and token_file.stat().st_mode & 0o777 == 0o600
    service.url = "http://127.0.0.1:" + service.url.rsplit(":", 1)[1]
    with_token = {"Authorization": f"Bearer {token}"}
    wait_until(lambda: service.get("/api/cameras", headers=with_token).json()["cameras"][0]["frames"])
    assert service.get("/healthz").status_code == service.get("/metrics").status_code == 200
    assert service.get("/api/cameras/hall/latest.jpg").status_code == 401
    assert service.get("/api/cameras/hall/latest.jpg", headers=with_token).status_code == 200
    service.stop()
    assert token not in json.dumps(service.log)


@pytest.mark.parametrize("text, said", [("cameras: {a: {fps_targt: 5}}\n", "fps_target"), ("cameras: [\n", "end of"), ("", "empty")])
def test_a_bad_configuration_is_exit_code_2(tmp_path, text, said):
    config = tmp_path / "bad.yaml"
    config.write_text(text)
    for command in ("check", "infer"):
        done = kinesight(command, "--config", config, check=False)
        assert done.returncode == 2
        assert said in done.stdout + done.stderr and "bad.yaml" in done.stdout + done.stderr


def test_a_second_signal_exits_at_once(start, scene_video):
    service = start(LOCAL + camera_config("hall", scene_video("hallway")))
    service.process.send_signal(signal.SIGSTOP)  # Both signals are there before the first is looked at.
    service.process.send_signal(signal.SIGTERM)
    service.process.send_signal(signal.SIGINT)
    service.process.send_signal(signal.SIGCONT)
    assert service.process.wait(10) in (128 + signal.SIGTERM, 128 + signal.SIGINT)
