"""`make clips-demo`'s script: a task becomes a clip and a message, and nothing is left behind, however it ends."""

import importlib.machinery
import importlib.util
import json
import os
import signal
import subprocess
from pathlib import Path

import cv2
import pytest

from conftest import KINESIGHT, ROOT, wait_until
from rabbitmq import PROGRAMS

SCRIPT = ROOT / "scripts/clips-demo"
MESSAGE_KEYS = ["process_id", "inference_modality", "cloud_stream_path", "destination_prefix", "cache_container_name",
                "live_start_time", "video_preprocessing", "inference_config", "clip"]

pytestmark = pytest.mark.skipif(not (PROGRAMS / "rabbitmq-server").exists() or not Path("/usr/bin/amqp-get").exists(),
                                reason="RabbitMQ or amqp-tools is not there; scripts/setup test installs them")


def processes_of(folder):
    """Those that were started with something of the folder in their command or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            started_with = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:  # It has ended, or is another user's.
            continue
        if str(folder).encode() in started_with:
            found.append((process.name, started_with[:100]))
    return found


@pytest.fixture
def demo(tmp_path):
    """The running script, all that it starts below tmp_path."""
    work = tmp_path / "tmp"
    work.mkdir()
    process = subprocess.Popen([SCRIPT, "--output", tmp_path / "clips"], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                               start_new_session=True, env={**os.environ, "KINESIGHT": str(KINESIGHT), "TMPDIR": str(work),
                                                            "REDIS_PASSWORD": "of another Redis"})
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_a_task_becomes_a_clip_and_a_message(demo, tmp_path):
    output = demo.stdout.read()
    assert demo.wait(60) == 0, output
    message, _ = json.JSONDecoder().raw_decode(output[output.index("\n{") + 1:])
    assert list(message) == MESSAGE_KEYS
    assert message["process_id"] == 501 and message["destination_prefix"] == "processed/live/501/"
    assert message["inference_config"]["system_prompt_key"] == "security_live_v1"
    start = message["live_start_time"].replace(":", "-")
    clip = tmp_path / "clips/spectra-videos/live/camera_front_entrance" / f"{start}.mp4"
    assert message["cloud_stream_path"] == f"file://{clip}"
    assert message["clip"]["asked"]["start"] == message["live_start_time"]
    assert message["clip"]["gaps"] == [] and not message["clip"]["truncated"]
    video = cv2.VideoCapture(str(clip))
    frames = 0
    while video.read()[0]:
        frames += 1
    assert frames == message["clip"]["frames"] > 100
    assert cv2.imread(str(clip.with_suffix(".jpg"))) is not None
    assert "ffprobe: h264, 1280x720" in output
    wait_until(lambda: not processes_of(tmp_path / "tmp"), 10)
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_when_it_is_stopped(demo, tmp_path, stop):
    for line in demo.stdout:
        if "starting kinesight clips" in line:
            break
    assert len(processes_of(tmp_path / "tmp")) >= 3
    os.killpg(demo.pid, stop)  # As Ctrl-C does.
    assert demo.wait(60) == 128 + stop, demo.stdout.read()
    wait_until(lambda: not processes_of(tmp_path / "tmp"), 10)


def test_missing_packages_are_named():
    loader = importlib.machinery.SourceFileLoader("clips_demo", str(SCRIPT))
    script = importlib.util.module_from_spec(importlib.util.spec_from_loader("clips_demo", loader))
    loader.exec_module(script)
    assert script.missing_packages(script.NEEDED) == []
    absent = {"redis-server": Path("/nowhere/redis-server"), "amqp-tools": Path("/usr/bin/env"), "b": Path("/nowhere/b")}
    assert script.missing_packages(absent) == ["b", "redis-server"]
