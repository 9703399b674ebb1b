"""`kinesight models` with real files: the demo model, registered, listed, checked, damaged."""

import json
import os
import shutil
import subprocess

import pytest

from conftest import DEMO_MODEL, KINESIGHT, kinesight, shared_data


@pytest.fixture
def models(tmp_path):
    """models("list", …) -> the finished run, in a folder of the test's own."""

    def run(verb, *arguments, check=True):
        return kinesight("models", verb, "--directory", tmp_path / "models", *arguments, check=check)

    return run


def test_what_is_registered_runs_in_a_configuration(models, tmp_path, scene_video):
    added = models("add", DEMO_MODEL, "--name", "demo-2")
    line = next(line.strip() for line in added.stdout.splitlines() if line.strip().startswith("model_path: "))
    assert line == f"model_path: {tmp_path}/models/demo-2.onnx"
    config = tmp_path / "cameras.yaml"
    config.write_text("publishers: {local: {enabled: true}}\ncameras:\n  front:\n"
                      f"    source: {{type: file, path: {scene_video('hallway')}}}\n"
                      f"    detectors:\n    - type: object\n      params:\n        {line}\n")
    assert kinesight("check", "--strict", "--config", config).returncode == 0
    card = json.loads((tmp_path / "models/demo-2.json").read_text())
    assert (card["head"], card["classes"], card["input"]) == ("yolov8", ["knife", "gun", "fire", "smoke", "plate"], [320, 320])
    listed = json.loads(models("list", "--json").stdout)
    assert listed == card


def test_check_tells_good_from_bad(models, tmp_path):
    models("add", DEMO_MODEL)
    models("add", DEMO_MODEL, "--name", "spoilt")
    spoilt = tmp_path / "models/spoilt.onnx"
    spoilt.write_bytes(spoilt.read_bytes()[:100_000])
    checked = models("check", "--json", check=False)
    assert checked.returncode == 1
    demo, broken = map(json.loads, checked.stdout.splitlines())
    assert demo["good"] and demo["model"] == "demo" and demo["ms"] > 0
    assert not broken["good"] and "100000 others" in broken["problems"][0]


def test_a_model_of_another_head_is_known_by_its_shape(models):
    [yolox] = shared_data("models/yolox_nano.onnx")
    checked = json.loads(models("check", "--json", yolox).stdout)
    assert checked["head"] == "yolox" and len(checked["classes"]) == 80 and checked["input"] == [416, 416]
    assert "names" in checked["notes"][0], "that they were assumed is said"


def test_a_run_that_is_killed_registers_nothing(tmp_path):
    """Killed at any moment, `add` leaves a model with its card or no card at all."""
    folder = tmp_path / "models"
    for milliseconds in (50, 150, 300, 500, 800):
        shutil.rmtree(folder, ignore_errors=True)
        process = subprocess.Popen([KINESIGHT, "models", "add", "--directory", folder, DEMO_MODEL],
                                   stdout=subprocess.DEVNULL, env=os.environ)
        try:
            process.wait(milliseconds / 1000)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if (folder / "demo.json").exists():
            kinesight("models", "check", "--directory", folder)
        assert kinesight("models", "list", "--directory", folder).returncode == 0
