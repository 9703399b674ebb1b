"""Cameras whose model cannot be used, beside one that works: what an operator sees, and that the others go on."""

import shutil
import time

import cv2
import numpy
import pytest

from conftest import DEMO_MODEL, LOCAL, camera_config, wait_until
from tiny_onnx import save_constant_model, save_failing_model

EVERY_SECOND = ", cooldown_seconds: 0"

# What is said of each camera: what was expected, what was found or what to do.
SAID = {
    "missing": ["absent.onnx", "no such model file", "model_path"],
    "cut": ["cut.onnx", "expected a model that OpenVINO can read", "whole"],
    "classifier": ["classifier.onnx", "yolov8 [1, 4 + classes, 84]", "found [1, 1000]"],
    "unnamed": ["unnamed.onnx", "the model has 2 classes", "name 1", "names:"],
    "throws": ["throws.onnx", "an inference failed"],
}


@pytest.fixture
def dark_then_bright(tmp_path):
    """A video of 4 s: dark, but for its third second."""
    path = tmp_path / "dark-then-bright.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 10, (320, 240))
    for frame in range(40):
        writer.write(numpy.full((240, 320, 3), 220 if 20 <= frame < 30 else 10, numpy.uint8))
    writer.release()
    return path


@pytest.fixture
def models(tmp_path):
    """One bad model for each camera of SAID."""
    demo = DEMO_MODEL.read_bytes()
    (tmp_path / "cut.onnx").write_bytes(demo[:len(demo) // 2])
    save_constant_model(tmp_path / "classifier.onnx", [1, 1000], names=["cat"])
    save_constant_model(tmp_path / "unnamed.onnx", [1, 6, 84], names=["knife"])
    save_failing_model(tmp_path / "throws.onnx", limit=0.5)
    return {name: tmp_path / said[0] for name, said in SAID.items()}


def failing(service, name):
    """The camera once it shows an error."""
    return wait_until(lambda: service.camera(name) if service.camera(name)["error"] else None)


def test_each_says_what_is_wrong_and_the_healthy_one_goes_on(start, scene_video, models, dark_then_bright):
    video = scene_video("hallway")
    service = start(LOCAL + camera_config("healthy", video, detector=EVERY_SECOND) + "".join(
        camera_config(name, dark_then_bright if name == "throws" else video, model=model) for name, model in models.items()))
    shown = {name: failing(service, name) for name in SAID}
    for name, said in SAID.items():
        assert shown[name]["state"] == "error"
        for text in said:
            assert text in shown[name]["error"], name
        wait_until(lambda: any(name in reason and said[0] in reason and said[1] in reason
                               for reason in service.get("/healthz").json().get("reasons", [])))
        assert service.metric(f'worker_alive{{camera_id="{name}"}}') == 1
        assert service.metric(f'kinesight_camera_recoveries_total{{camera_id="{name}",reason="detector"}}') >= 1
    assert shown["throws"]["frames"] > 0, "it worked up to the frame that its model fails on"

    # While they are tried again and again the healthy camera keeps its pace, and raises its event a second.
    frames, events, begin = service.camera("healthy")["frames"], service.camera("healthy")["events"], time.monotonic()
    wait_until(lambda: service.camera("healthy")["events"] >= events + 5, seconds=60)
    rate = (service.camera("healthy")["frames"] - frames) / (time.monotonic() - begin)
    assert rate == pytest.approx(5, abs=1)
    assert service.camera("healthy")["drops"] == {}
    assert service.camera("healthy")["error"] == ""

    assert service.stop() == 0
    for name, said in SAID.items():
        errors = [entry for entry in service.log if entry["level"] == "ERROR" and entry.get("camera_id") == name]
        assert errors and all(text in errors[0]["message"] for text in said), (name, errors)


def test_a_model_that_is_put_right_brings_its_camera_back(start, scene_video, models):
    service = start(LOCAL + "".join(camera_config(name, scene_video("hallway"), model=models[name])
                                    for name in ("missing", "cut", "classifier")))
    for name in ("missing", "cut", "classifier"):
        failing(service, name)
        shutil.copyfile(DEMO_MODEL, models[name])
    for name in ("missing", "cut", "classifier"):
        back = wait_until(lambda: service.camera(name) if service.camera(name)["state"] == "online" else None, seconds=60)
        assert back["error"] == ""
    assert service.get("/healthz").json()["status"] == "ok"
    wait_until(lambda: service.camera("cut")["events"] > 0)
    assert service.stop() == 0
    assert {entry["camera_id"] for entry in service.log if entry["message"] == "Camera works again"} == {
        "missing", "cut", "classifier"}


def test_a_file_that_names_no_classes_works_once_they_are_named(start, scene_video, tmp_path):
    nameless = tmp_path / "nameless.onnx"
    save_constant_model(nameless, [1, 6, 84])

    def weapon(names):
        return f"[{{type: weapon, params: {{model_path: {nameless}, target_classes: [gun]{names}}}}}]"

    service = start(LOCAL + camera_config("unnamed", scene_video("hallway"), detectors=weapon("")) +
                    camera_config("named", scene_video("hallway"), detectors=weapon(", names: [knife, gun]")))
    said = failing(service, "unnamed")["error"]
    assert "nameless.onnx" in said and "it has 2" in said and "list them in names:" in said
    wait_until(lambda: service.camera("named")["state"] == "online")
