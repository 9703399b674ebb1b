"""Cameras and regions changed over the API: the file says it afterwards, and the service does it."""

import json
import os

from conftest import DEMO_MODEL, LOCAL, camera_config

JSON = {"Content-Type": "application/json"}
STREET = {"name": "street", "mode": "exclude", "polygon": [[0, 0], [1, 0], [1, 0.25]], "anchor": "center",
          "schedule": [], "min_width": 0, "min_height": 0, "max_width": 1, "max_height": 1}


def post(service, path, body):
    return service.post(path, headers=JSON, data=json.dumps(body))


def test_regions_are_drawn_into_the_file_and_hold_at_once(start, scene_video, tmp_path):
    text = ("# The house.\n" + LOCAL + camera_config("hall", scene_video("hallway"), extra="    # As drawn.\n") +
            "  # Not mine.\n" + camera_config("park", scene_video("parking")))
    service = start(text)
    service.watching("hall")
    service.watching("park")
    file = tmp_path / "cameras.yaml"
    file.chmod(0o640)
    shown = service.get("/api/cameras/hall/config").json()
    assert shown == {"id": "hall", "regions": [], "detectors": [{"type": "object", "regions": []}], "writable": True}
    answer = post(service, "/api/cameras/hall/regions", {"regions": [STREET]})
    assert answer.status_code == 200, answer.text
    yaml = ("regions:\n  - name: street\n    mode: exclude\n    polygon: [[0, 0], [1, 0], [1, 0.25]]\n"
            "    anchor: center\n")
    assert answer.json() == {"yaml": yaml, "added": [], "removed": [], "restarted": ["hall"], "unchanged": ["park"]}
    changed = file.read_text()
    block = "".join("    " + line + "\n" for line in yaml.splitlines())
    assert changed.replace(block, "") == text and block in changed
    assert file.stat().st_mode & 0o777 == 0o640
    assert service.get("/api/cameras/hall/config").json()["regions"] == [STREET]
    assert post(service, "/api/cameras/hall/regions", {"regions": []}).status_code == 200
    assert file.read_text() == text
    service.watching("hall")
    assert service.stop() == 0


def test_a_region_that_cannot_be_changes_nothing(start, scene_video, tmp_path):
    text = LOCAL + camera_config("hall", scene_video("hallway"))
    service = start(text)
    crossed = {**STREET, "polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}
    answer = post(service, "/api/cameras/hall/regions", {"regions": [crossed]})
    assert answer.status_code == 422
    assert any("cameras.hall.regions[0].polygon" in problem["message"] for problem in answer.json()["problems"])
    for body in ({}, {"regions": 5}, {"regions": [], "more": 1}, [], "regions"):
        assert post(service, "/api/cameras/hall/regions", body).status_code == 400
    assert post(service, "/api/cameras/nobody/regions", {"regions": []}).status_code == 404
    assert service.get("/api/cameras/nobody/config").status_code == 404
    assert (tmp_path / "cameras.yaml").read_text() == text
    assert service.stop() == 0


def test_a_file_that_belongs_to_somebody_else_is_shown_and_not_written(start, scene_video, tmp_path):
    """As a ConfigMap is mounted: the file is a link to another one."""
    text = LOCAL + camera_config("hall", scene_video("hallway"))
    service = start(text)
    (tmp_path / "cameras.yaml").rename(tmp_path / "real.yaml")
    os.symlink("real.yaml", tmp_path / "cameras.yaml")
    assert service.get("/api/cameras/hall/config").json()["writable"] is False
    answer = post(service, "/api/cameras/hall/regions", {"regions": [STREET]})
    assert answer.status_code == 409
    assert answer.json()["yaml"].startswith("regions:\n  - name: street\n") and "link" in answer.json()["error"]
    assert (tmp_path / "real.yaml").read_text() == text
    assert service.post("/api/reload", headers=JSON).json()["unchanged"] == ["hall"], "it can still be read"
    assert service.stop() == 0


def test_cameras_are_added_and_removed(start, scene_video, tmp_path):
    text = LOCAL + camera_config("hall", scene_video("hallway"))
    service = start(text, environment={"PLACE": str(scene_video("parking"))})
    camera = {"fps_target": 2, "source": {"type": "file", "path": "${PLACE}", "loop": True, "pace": "realtime"},
              "detectors": [{"type": "object", "params": {"model_path": str(DEMO_MODEL)}}]}
    answer = post(service, "/api/cameras", {"id": "park", "config": camera})
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"added": ["park"], "removed": [], "restarted": [], "unchanged": ["hall"]}
    assert service.watching("park")["fps_target"] == 2
    in_state = lambda name: service.metric(f'kinesight_camera_state{{camera_id="park",state="{name}"}}')  # noqa: E731
    assert sum(in_state(name) for name in ("online", "degraded")) == 1 and in_state("disabled") == 0
    assert 'path: "${PLACE}"' in (tmp_path / "cameras.yaml").read_text(), "what the file leaves open stays open"
    assert post(service, "/api/cameras", {"id": "park", "config": camera}).status_code == 409
    assert post(service, "/api/cameras", {"id": "a b", "config": camera}).status_code == 422
    assert post(service, "/api/cameras", {"id": "wrong", "config": {**camera, "fps": 5}}).status_code == 422
    assert service.post("/api/cameras/park/remove", headers=JSON).json()["removed"] == ["park"]
    assert in_state("online") is None, "it is no longer there"
    assert service.post("/api/cameras/park/remove", headers=JSON).status_code == 404
    assert service.post("/api/cameras/hall/remove", headers=JSON).status_code == 422, "a file has a camera at least"
    assert (tmp_path / "cameras.yaml").read_text() == text
    assert service.stop() == 0
