"""`make run`'s script: two cameras over the real HLS path, and nothing left behind when it ends."""

import json
import os
import signal
import subprocess

import pytest
import requests

from conftest import ROOT, wait_until


@pytest.fixture
def demo(tmp_path):
    """The running script, in a process group of its own."""
    process = subprocess.Popen(["scripts/demo", "--http", "127.0.0.1:0", "--log-format", "json"], cwd=ROOT, text=True,
                               stdout=subprocess.PIPE, start_new_session=True,
                               env={**os.environ, "KINESIGHT_STATE_DIRECTORY": str(tmp_path / "data")})
    yield process
    if alive(process.pid):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_demo_watches_its_two_cameras_as_kinesis_video_streams(demo):
    url = None
    for line in demo.stdout:
        if "HTTP server listens: " in line:
            url = json.loads(line)["message"].split(": ", 1)[1]
            break
    assert url

    def cameras():
        found = requests.get(url + "api/cameras", timeout=5).json()["cameras"]
        return found if all(camera["state"] in ("online", "degraded") and camera["events"] > 0 for camera in found) else None

    assert {camera["source"] for camera in wait_until(cameras, 60)} == {"kvs 'hallway'", "kvs 'parking'"}
    metrics = requests.get(url + "metrics", timeout=5).text
    assert 'kvs_hls_connection_state{camera_id="hallway"} 2' in metrics
    event = requests.get(url + "api/events?limit=1", timeout=5).json()["events"][0]
    assert len(event["payload"]["extras"]["kvs"]["fragment_number"]) > 30

    os.killpg(demo.pid, signal.SIGINT)  # As Ctrl-C does.
    rest = demo.stdout.read()
    assert "Graceful shutdown complete" in rest
    assert demo.wait(20) in (0, 130)
    wait_until(lambda: not alive(demo.pid), 10)
