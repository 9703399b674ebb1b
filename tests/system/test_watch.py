"""`kinesight watch` at a camera of `kinesight sim`: headless, and in a window on a display without a screen."""

import json
import os
import shutil
import signal
import socket
import subprocess

import cv2
import numpy
import pytest
import requests

from conftest import KINESIGHT, kinesight, wait_until
from simulator import Simulator
from virtual_display import virtual_display  # noqa: F401: a fixture

STREAM, CAMERA = "front-stream", "front"
WIDTH, HEIGHT, FPS = 640, 360, 10


@pytest.fixture(scope="module")
def simulator(scene_video):
    """A camera that has been sending for a minute."""
    running = Simulator("--stream", f"{STREAM}={scene_video('hallway')}")
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def no_faults(simulator):
    yield
    simulator.clear_faults()


def arguments(simulator, *more, stream=STREAM):
    return ["watch", "--stream-name", stream, "--endpoint-url", simulator.url, *map(str, more)]


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


class Watcher:
    """A running `kinesight watch --json`."""

    def __init__(self, simulator, *more, environment=None):
        self.process = subprocess.Popen([KINESIGHT, *arguments(simulator, "--camera-id", CAMERA, "--json", *more)],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, **(environment or {})})

    def until(self, true_of):
        """Reads its lines up to one of which that is true."""
        for line in self.process.stdout:
            if true_of(json.loads(line)):
                return json.loads(line)
        raise AssertionError(f"kinesight watch ended: {self.process.stderr.read()}")

    def end(self):
        """Its exit code and its summary."""
        rest, _ = self.process.communicate(timeout=30)
        return self.process.returncode, lines(rest)[-1]


@pytest.fixture
def watch(simulator):
    running = []

    def begin(*more, **options):
        running.append(Watcher(simulator, *more, **options))
        return running[-1]

    yield begin
    for watcher in running:
        if watcher.process.poll() is None:
            watcher.process.kill()
        watcher.process.communicate()


def test_so_many_frames_and_a_summary(simulator):
    done = kinesight(*arguments(simulator, "--max-frames", 30, "--no-display", "--json"))
    summary = lines(done.stdout)[-1]
    assert summary["type"] == "summary" and summary["camera_id"] == STREAM and summary["state"] == "connected"
    assert summary["frames"] == 30 and summary["mean_fps"] == pytest.approx(FPS, abs=0.1)
    assert (summary["width"], summary["height"]) == (WIDTH, HEIGHT)
    assert 0 < summary["median_latency_seconds"] < 15
    assert summary["reconnects"] == summary["read_errors"] == 0
    assert done.stderr == ""


def test_target_fps_and_text(simulator):
    done = kinesight(*arguments(simulator, "--max-frames", 8, "--target-fps", 2, "--no-display"))
    assert done.stdout.startswith(f"{STREAM}: 8 frames, 2.0 fps on average, median latency ")


def test_sessions_are_made_anew_and_metrics_are_served(simulator, watch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    watcher = watch("--no-display", "--hls-session-seconds", 6, "--metrics-port", port)
    watcher.until(lambda now: now["url_refreshes"] >= 2)
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
    assert f'kvs_hls_connection_state{{camera_id="{CAMERA}"}} 2' in text
    assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).json()["status"] == "ok"
    watcher.process.send_signal(signal.SIGTERM)
    code, summary = watcher.end()
    assert code == 0 and summary["type"] == "summary" and summary["url_refreshes"] >= 2
    assert summary["read_errors"] == 0 and summary["mean_fps"] == pytest.approx(FPS, abs=0.1)


def test_what_passes_is_lived_through(simulator, watch):
    watcher = watch("--no-display")
    watcher.until(lambda now: now["frames"] > 0)
    simulator.fault(name="playlist_403", count=2)
    hurt = watcher.until(lambda now: now["read_errors"] > 0)
    watcher.until(lambda now: now["frames"] > hurt["frames"] + FPS)
    watcher.process.send_signal(signal.SIGINT)
    assert watcher.end()[0] == 0


def test_a_wrong_set_up_ends_at_once(simulator):
    no_such = kinesight(*arguments(simulator, "--no-display", stream="nobody"), check=False)
    assert no_such.returncode == 1 and "nobody" in no_such.stderr and no_such.stdout == ""
    simulator.fault(name="denied")
    denied = kinesight(*arguments(simulator, "--no-display"), check=False)
    assert denied.returncode == 1 and "allow kinesisvideo:GetDataEndpoint" in denied.stderr
    short = kinesight("watch", "--stream-name", STREAM, "--hls-session-seconds", 20, check=False)
    assert short.returncode == 2 and "--hls-session-seconds: expected at least 300" in short.stderr


def frames_of(path):
    capture = cv2.VideoCapture(str(path))
    frames = []
    while (read := capture.read())[0]:
        frames.append(read[1])
    return frames


def nearest(picture, frames):
    """The number of the frame that the upper part of `picture` is most like, and by how many levels they differ."""
    small = lambda image: cv2.resize(image, (160, 90), interpolation=cv2.INTER_AREA)[:80].astype(numpy.int16)
    seen = small(picture)
    distances = [float(numpy.abs(seen - small(frame)).mean()) for frame in frames]
    best = int(numpy.argmin(distances))
    return best, distances[best]


def test_a_window_shows_the_video(watch, virtual_display, scene_video):  # noqa: F811
    frames, others = frames_of(scene_video("hallway")), frames_of(scene_video("parking", 5))
    watcher = watch(environment={"DISPLAY": virtual_display.name})
    watcher.until(lambda now: now["frames"] > 0)

    def shown():
        """The window's picture and the frame that it shows, once it does; without a window manager the window lies in the
        corner, 960 x 540."""
        picture = virtual_display.picture()[:540, :960]
        number, distance = nearest(picture, frames)
        return (picture, number) if distance < 3 else None

    first, number = wait_until(shown)
    assert nearest(first, others)[1] > 10
    bar = first[-28:, :]
    assert (bar.max(axis=2) == 0).mean() > 0.7 and (bar.min(axis=2) > 200).mean() > 0.005, "white letters on black"
    wait_until(lambda: (now := shown()) and now[1] != number)
    virtual_display.press(f"kinesight: {CAMERA}", "q")
    code, summary = watcher.end()
    assert code == 0 and summary["frames"] > 0


def test_closing_the_window_ends_it(watch, virtual_display):  # noqa: F811
    watcher = watch(environment={"DISPLAY": virtual_display.name})
    watcher.until(lambda now: now["frames"] > 0)
    virtual_display.close(f"kinesight: {CAMERA}")
    code, summary = watcher.end()
    assert code == 0 and summary["type"] == "summary"


def test_without_a_display_it_says_so_and_goes_on(simulator):
    headless = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
    done = kinesight(*arguments(simulator, "--max-frames", 3), env=headless)
    assert done.stderr == "kinesight: no window, as DISPLAY is not set\n"
    dead = kinesight(*arguments(simulator, "--max-frames", 3), env={**headless, "DISPLAY": ":nowhere"}, check=False)
    assert dead.returncode == 1 and "the X server of DISPLAY does not answer" in dead.stderr
    assert "--no-display" in dead.stderr


def test_the_toolkit_is_no_part_of_the_program(simulator, tmp_path):
    linked = subprocess.run(["ldd", KINESIGHT], capture_output=True, text=True, check=True).stdout
    assert "libopencv_core" in linked and "highgui" not in linked and "Qt" not in linked
    alone = shutil.copy2(KINESIGHT, tmp_path / "kinesight")
    done = subprocess.run([alone, *arguments(simulator)], env={**os.environ, "DISPLAY": ":0"}, capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 1
    assert "libkinesight_display.so is not there" in done.stderr and "--no-display" in done.stderr
