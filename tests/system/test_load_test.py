"""`kinesight load-test`: what it measures fits together, and what it leaves behind is nothing."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
import requests

from conftest import DEMO_MODEL, KINESIGHT, wait_until


@pytest.fixture
def load_test(tmp_path):
    """load_test(*arguments) -> the running program; its temporary files are in tmp_path."""
    programs = []

    def begin(*arguments):
        programs.append(subprocess.Popen(
            [KINESIGHT, "load-test", "--model", DEMO_MODEL, "--resolution", "360p", *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}))
        return programs[-1]

    yield begin
    for program in programs:
        program.kill()
        program.communicate()


def report(program, seconds=180):
    out, err = program.communicate(timeout=seconds)
    assert err == ""
    return program.returncode, json.loads(out)


def leftovers(tmp_path):
    return [path.name for path in tmp_path.iterdir() if path.name.startswith("kinesight-load-test")]


@pytest.mark.parametrize("source", ["kvs", "file"])
def test_two_cameras(load_test, source, tmp_path):
    code, said = report(load_test("--cameras", 2, "--fps", 2, "--duration", 6, "--source", source, "--json"))
    assert said["cameras"] == 2 and not said["interrupted"]
    assert 6 <= said["seconds"] < 30
    achieved = said["achieved"]
    assert said["by_camera"].keys() == {"camera-1", "camera-2"}
    assert achieved["processed"] == sum(camera["processed"] for camera in said["by_camera"].values())
    assert achieved["dropped"] == sum(camera["dropped"] for camera in said["by_camera"].values())
    assert sum(said["dropped_by_reason"].values()) == achieved["dropped"]
    due = 2 * 2 * said["seconds"]
    burst = 2 * 2 * 2  # A fragment of each camera more or less at either end.
    assert due - burst <= achieved["processed"] + achieved["dropped"] <= due + burst
    assert achieved["total_fps"] == pytest.approx(achieved["processed"] / said["seconds"])
    for name in ("detection_ms", "queue_wait_ms", "model_ms", "behind_live_seconds"):
        assert 0 <= said[name]["p50"] <= said[name]["p95"] <= said[name]["p99"], name
    assert 0 < said["cpu_cores"] <= said["machine_cores"] + 0.1  # Ticks of the clock.
    assert source == "kvs" or said["simulator_cpu_cores"] == 0, "there is no simulator"
    assert said["resident_bytes"] == pytest.approx(2 * said["resident_bytes_a_camera"])
    assert (code == 0) == said["keeps_up"] == (said["reason"] is None)
    assert leftovers(tmp_path) == []


def test_more_than_the_machine_can_do(load_test, tmp_path):
    code, said = report(load_test("--cameras", 24, "--fps", 30, "--duration", 4, "--source", "file", "--json"))
    assert code == 1 and not said["keeps_up"]
    assert said["reason"] and said["limit"]
    assert leftovers(tmp_path) == []


def test_detectors_of_a_configuration(load_test, tmp_path):
    config = tmp_path / "cameras.yaml"
    config.write_text(f"""publishers: {{kds: {{stream_name: never-asked}}}}
cameras:
  door:
    kvs: {{stream_name: door, region: eu-west-1}}
    detectors: [{{type: weapon, params: {{model_path: {DEMO_MODEL}, target_classes: [knife], conf_threshold: 0.4}}}}]
""")
    program = load_test("--config", config, "--cameras", 1, "--fps", 2, "--duration", 3)
    out, err = program.communicate(timeout=180)
    assert err == "" and "1 at 2 frames a second" in out and "verdict" in out
    config.write_text("cameras: {door: {kvs: {}}}\n")
    program = load_test("--config", config)
    assert "expected a camera with detectors" in program.communicate(timeout=60)[1]
    assert program.returncode == 2


def test_an_interruption_tells_what_was_measured(load_test, tmp_path):
    program = load_test("--cameras", 1, "--fps", 2, "--duration", 600, "--source", "file", "--json")

    def children():
        return Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()

    def frames():
        """That the service says it has processed."""
        for log in tmp_path.glob("kinesight-load-test*/infer.log"):
            if listens := re.search(r"HTTP server listens: ([^\s\"]+)/", log.read_text()):
                page = requests.get(listens[1] + "/metrics", timeout=10).text
                return sum(float(value) for value in re.findall(r"^infer_frames_total\{.*\} (\S+)$", page, re.M))
        return 0

    wait_until(lambda: frames() >= 16, seconds=90)  # 2 a second, and 3 s pass before they are measured.
    mine = children()
    assert mine
    program.send_signal(signal.SIGINT)
    code, said = report(program)
    assert said["interrupted"] and said["seconds"] < 300
    assert said["achieved"]["processed"] > 0
    assert all(not os.path.exists(f"/proc/{child}") for child in mine)
    assert leftovers(tmp_path) == []
