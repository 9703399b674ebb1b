"""A running service takes a changed configuration into use, camera by camera."""

import json
import os
import random
import signal
import threading
from pathlib import Path

import pytest

from conftest import LOCAL, camera_config, wait_until

JSON = {"Content-Type": "application/json"}


def reload(service):
    return service.post("/api/reload", headers=JSON)


def rewrite(tmp_path, text):
    """As an editor does it: another file in the place of the old one."""
    (tmp_path / "new").write_text(text)
    (tmp_path / "new").rename(tmp_path / "cameras.yaml")


def frames(service, name):
    return service.metric(f'infer_frames_total{{camera_id="{name}"}}')


def test_cameras_come_change_and_go_while_the_others_go_on(start, scene_video, tmp_path):
    video = scene_video("hallway")
    stays, changes, goes = (camera_config(name, video) for name in ("stays", "changes", "goes"))
    service = start(LOCAL + stays + changes + goes)
    for name in ("stays", "changes", "goes"):
        service.watching(name)
    rewrite(tmp_path, LOCAL + "  # news\n" + stays + camera_config("changes", video, fps=2) + camera_config("comes", video))
    before = frames(service, "stays")
    answer = reload(service)
    assert answer.status_code == 200
    assert answer.json() == {"added": ["comes"], "removed": ["goes"], "restarted": ["changes"], "unchanged": ["stays"]}
    service.watching("comes")
    assert service.watching("changes")["fps_target"] == 2
    assert [camera["id"] for camera in service.get("/api/cameras").json()["cameras"]] == ["stays", "changes", "comes"]
    assert frames(service, "stays") >= before and service.camera("stays")["restarts"] == 0
    assert 'camera_id="goes"' not in service.get("/metrics").text, "a worker_alive of 0 would wake somebody"
    assert service.metric('worker_alive{camera_id="changes"}') == 1
    assert service.get("/healthz").text.strip() == '{"status":"ok","service":"kvs-infer"}'
    assert service.stop() == 0
    started = [entry["camera_id"] for entry in service.log if entry["message"].startswith("Worker started")]
    assert sorted(started) == ["changes", "changes", "comes", "goes", "stays"]


def test_a_hangup_signal_loads_the_file_again(start, scene_video, tmp_path):
    video = scene_video("hallway")
    service = start(LOCAL + camera_config("first", video))
    service.watching("first")
    rewrite(tmp_path, LOCAL + camera_config("first", video) + camera_config("second", video))
    service.process.send_signal(signal.SIGHUP)
    said = service.wait_for_line("Configuration reloaded")["message"]
    assert said == "Configuration reloaded: added [second], removed [], restarted [], 1 unchanged"
    service.watching("second")
    assert service.stop() == 0


@pytest.mark.parametrize("wrong, line, said", [
    ("  b: {fps_targt: 5}\n", 5, "fps_target"),
    ("  [", 5, "not YAML"),
    ("publishers_: {}\n", 5, "publishers"),
])
def test_an_invalid_file_changes_nothing_and_says_why(start, scene_video, tmp_path, wrong, line, said):
    text = LOCAL + "  a: {enabled: false}\n" + "".join(camera_config("hall", scene_video("hallway")).splitlines(True))
    service = start(text)
    service.watching("hall")
    rewrite(tmp_path, LOCAL + "  a: {enabled: false}\n" + wrong)
    answer = reload(service)
    assert answer.status_code == 422
    problems = answer.json()["problems"]
    assert any(said in problem["message"] and problem["line"] >= line for problem in problems), problems
    assert [camera["id"] for camera in service.get("/api/cameras").json()["cameras"]] == ["a", "hall"]
    assert service.metric("kinesight_config_current") == 0
    service.process.send_signal(signal.SIGHUP)
    service.wait_for_line("Configuration not reloaded, nothing changed")
    rewrite(tmp_path, text)
    assert reload(service).json()["unchanged"] == ["a", "hall"]
    assert service.metric("kinesight_config_current") == 1
    assert service.camera("hall")["restarts"] == 0
    assert service.stop() == 0


def test_what_only_a_start_can_change_is_named(start, scene_video, tmp_path):
    text = LOCAL + camera_config("hall", scene_video("hallway"))
    service = start(text)
    changed = text.replace("{enabled: true}", "{retention_days: 3}").replace("./state", "./other")
    rewrite(tmp_path, changed + camera_config("second", scene_video("hallway")))
    answer = reload(service)
    assert answer.status_code == 422
    assert [problem["message"].split(":")[0] for problem in answer.json()["problems"]] == ["state_directory",
                                                                                         "publishers.local"]
    assert all("restart the service" in problem["message"] for problem in answer.json()["problems"])
    assert len(service.get("/api/cameras").json()["cameras"]) == 1
    assert service.stop() == 0


def test_a_paused_camera_stays_paused_over_a_restart(start, scene_video):
    text = LOCAL + camera_config("hall", scene_video("hallway")) + camera_config("park", scene_video("parking"))
    service = start(text)
    service.watching("hall")
    assert service.post("/api/cameras/hall/pause", headers=JSON).json() == {"id": "hall", "paused": True}
    paused = service.camera("hall")
    assert (paused["state"], paused["paused"]) == ("disabled", True)
    assert service.metric('worker_alive{camera_id="hall"}') is None
    assert reload(service).json()["unchanged"] == ["hall", "park"]
    assert service.camera("hall")["paused"]
    assert service.stop() == 0
    again = start(text)
    again.watching("park")
    assert again.camera("hall")["paused"]
    assert again.post("/api/cameras/hall/resume", headers=JSON).json() == {"id": "hall", "paused": False}
    assert not again.watching("hall")["paused"]
    assert again.post("/api/cameras/nobody/pause", headers=JSON).status_code == 404
    assert again.stop() == 0


def test_readiness_and_who_may_change_anything(start, scene_video):
    service = start(LOCAL + camera_config("hall", scene_video("hallway")), http="0.0.0.0:0",
                    environment={"KINESIGHT_HTTP_TOKEN": "let-me-in"})
    service.url = "http://127.0.0.1:" + service.url.rsplit(":", 1)[1]
    wait_until(lambda: service.get("/readyz").status_code == 200)
    assert service.get("/readyz").json() == {"status": "ready"}
    for path in ("/api/reload", "/api/cameras/hall/pause", "/api/cameras/hall/resume"):
        assert service.post(path, headers=JSON).status_code == 401
        with_token = {"Authorization": "Bearer let-me-in", **JSON}
        assert service.post(path, headers={**with_token, "Origin": "http://elsewhere.example"}).status_code == 403
    assert not service.get("/api/cameras", headers=with_token).json()["cameras"][0]["paused"]
    assert service.stop() == 0


class Resources:
    """What a process holds, from /proc."""

    def __init__(self, pid):
        folder = Path(f"/proc/{pid}")
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        self.threads = int(status["Threads"])
        self.files = len(os.listdir(folder / "fd"))
        self.megabytes = int(status["VmRSS"].split()[0]) / 1024


def test_two_hundred_reloads_lose_no_frame_and_leak_nothing(start, scene_video, tmp_path):
    """Random valid and invalid files; a camera that stays looks at every frame of its recording meanwhile."""
    seed = int(os.environ.get("KINESIGHT_TEST_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed: KINESIGHT_TEST_SEED={seed}")
    rng = random.Random(seed)
    video, seconds, fps = scene_video("hallway", 20), 20, 10
    # Once through, every frame due: the detector sees each of them, or one was lost.
    stays = camera_config("stays", video, fps=fps, loop=False).replace("fps_target: 10", "fps_target: 10\n    max_frame_age_ms: 600000")
    base = LOCAL + stays

    def valid():
        return base + "".join(camera_config(f"c{i}", video, fps=rng.choice([1, 2])) for i in range(3) if rng.random() < 0.5)

    service = start(base + "".join(camera_config(f"c{i}", video, fps=1) for i in range(3)))
    service.watching("stays")
    reloads, warm = 0, None
    while reloads < 200:
        good = rng.random() < 0.6
        rewrite(tmp_path, valid() if good else base + rng.choice(["  x: {fps_targt: 1}\n", "  [", "  x: 5\n"]))
        answer = reload(service)
        reloads += 1
        assert answer.status_code == (200 if good else 422), f"seed {seed}, reload {reloads}: {answer.text}"
        if good:
            assert "stays" in answer.json()["unchanged"] and "stuck" not in answer.json()
        if reloads == 60:
            rewrite(tmp_path, base)
            assert reload(service).status_code == 200
            warm = Resources(service.process.pid)
    rewrite(tmp_path, base)
    assert reload(service).json()["unchanged"] == ["stays"]
    wait_until(lambda: service.camera("stays")["state"] == "ended", 60)
    end = Resources(service.process.pid)
    assert service.camera("stays")["frames"] == seconds * fps, f"seed {seed}"
    assert service.camera("stays")["restarts"] == 0
    assert end.threads <= warm.threads and end.files <= warm.files, (vars(warm), vars(end))
    assert end.megabytes < warm.megabytes + 60, (vars(warm), vars(end))
    assert service.stop() == 0
