"""A camera over RTSP, served by GStreamer: it is watched, goes away, and comes back."""

import subprocess
from contextlib import contextmanager

import pytest

from conftest import DEMO_MODEL, LOCAL, ROOT, wait_until


@contextmanager
def camera(video, *arguments):
    """Serves `video`; yields the port. The server is gone at the end."""
    server = subprocess.Popen(["/usr/bin/python3", ROOT / "tests/support/rtsp_server.py", video, *arguments],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline().strip()
        if line.startswith("absent"):
            pytest.skip(line)
        yield line
    finally:
        server.kill()
        server.wait()


def config(port, secret):
    return (LOCAL + "  gate:\n    fps_target: 5\n"
            f"    source: {{type: rtsp, url: 'rtsp://viewer:{secret}@127.0.0.1:{port}/camera', timeout_seconds: 3}}\n"
            f"    detectors: [{{type: object, params: {{model_path: {DEMO_MODEL}}}}}]\n")


def test_a_camera_that_goes_away_comes_back(start, scene_video):
    video, secret = scene_video("hallway"), "s3cr3t-pass"
    access = ("--user", "viewer", "--password", secret)
    with camera(video, *access) as port:
        service = start(config(port, secret))
        wait_until(lambda: service.camera("gate")["frames"] > 5)
    gone = wait_until(lambda: service.camera("gate") if service.camera("gate")["state"] == "offline" else None)
    assert gone["error"]
    assert service.get("/healthz").json()["status"] == "degraded"
    seen = gone["frames"]
    with camera(video, *access, "--port", port):
        wait_until(lambda: service.camera("gate")["frames"] > seen + 5)
        assert service.get("/healthz").json()["status"] == "ok"
        assert service.metric('kinesight_camera_recoveries_total{camera_id="gate",reason="source"}') >= 1
        assert service.metric('worker_alive{camera_id="gate"}') == 1
        shown = service.get("/api/cameras").text
        assert service.stop() == 0
    assert secret not in shown + str(service.log)
