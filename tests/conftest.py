"""What whole-program tests share: the program, short videos of rendered scenes, and a running service."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
import requests

pytest_plugins = ["peers", "clips_fixtures", "kcl"]

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
KINESIGHT = Path(os.environ.get("KINESIGHT", ROOT / "build/release/kinesight"))
DEMO_MODEL = ROOT / "models/demo.onnx"


def shared_data(*names):
    """Paths under ../shared/data, or a skip that names what is absent."""
    paths = [SHARED / name for name in names]
    for path in paths:
        if not path.exists():
            pytest.skip(f"{path.relative_to(ROOT.parent)} is not there")
    return paths


def kinesight(*arguments, check=True, **options):
    """Runs the program to its end."""
    return subprocess.run([KINESIGHT, *map(str, arguments)], check=check, capture_output=True, text=True, timeout=120,
                          **options)


def wait_until(true_now, seconds=30):
    """The first true value of `true_now()`; fails when there is none within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = true_now()
        if value:
            return value
        time.sleep(0.05)
    pytest.fail(f"not within {seconds} s: {true_now}")


class Service:
    """A running `kinesight infer`, or another job, on a free port, its log as it comes."""

    def __init__(self, config, *arguments, job="infer", http="127.0.0.1:0", environment=None):
        self.process = subprocess.Popen([KINESIGHT, job, "--config", config, "--http", http, *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=config.parent,
                                        env={**os.environ, **(environment or {})})
        self.log = []
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.url = self.wait_for_line("HTTP server listens: ")["message"].split(": ", 1)[1].rstrip("/")

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _next(self, seconds):
        line = self._lines.get(timeout=seconds)
        if line is None:
            self._lines.put(None)  # It stays at its end.
            return None
        self.log.append(json.loads(line))
        return self.log[-1]

    def wait_for_line(self, start, seconds=30):
        """The next log line whose message begins with `start`."""
        deadline = time.monotonic() + seconds
        while True:
            entry = self._next(max(0.01, deadline - time.monotonic()))
            if entry is None:
                pytest.fail(f"the service ended before it logged '{start}': {self.process.stderr.read()}")
            if entry["message"].startswith(start):
                return entry

    def get(self, path, **options):
        return requests.get(self.url + path, timeout=10, **options)

    def camera(self, name):
        return next(c for c in self.get("/api/cameras").json()["cameras"] if c["id"] == name)

    def watching(self, name):
        """The camera, once it is watched; on a busy machine it may have given something up already."""
        return wait_until(lambda: self.camera(name)["state"] in ("online", "degraded") and self.camera(name))

    def post(self, path, **options):
        return requests.post(self.url + path, timeout=60, **options)

    def metric(self, line_start):
        """The value of the metric line that begins with `line_start`, None when there is none."""
        for line in self.get("/metrics").text.splitlines():
            if line.startswith(line_start + " "):
                return float(line.rsplit(" ", 1)[1])
        return None

    def stop(self, with_signal=signal.SIGTERM, seconds=20):
        """Sends the signal, reads the log to its end, returns the exit code."""
        self.process.send_signal(with_signal)
        return self.end(seconds)

    def end(self, seconds=60):
        code = self.process.wait(seconds)
        while self._next(10) is not None:
            pass
        return code


@pytest.fixture
def start(tmp_path):
    """start(config_text, *arguments) -> Service; all are gone at the end of the test."""
    services = []

    def begin(text, *arguments, **options):
        config = tmp_path / "cameras.yaml"
        config.write_text(text)
        services.append(Service(config, *arguments, **options))
        return services[-1]

    yield begin
    for service in services:
        if service.process.poll() is None:
            service.process.kill()
        service.process.wait()


@pytest.fixture(scope="session")
def scene_video(tmp_path_factory):
    """scene_video(scene, seconds) -> a rendered 640x360 video at 10 fps, made once a session."""
    folder = tmp_path_factory.mktemp("scenes")

    def render(scene, seconds=30):
        path = folder / f"{scene}-{seconds}.mp4"
        if not path.exists():
            kinesight("sim", "render", "--scene", scene, "--seconds", seconds, "--width", 640, "--height", 360, "--fps", 10,
                      "--output", path)
        return path

    return render


def camera_config(name, video, model=DEMO_MODEL, fps=5, pace="realtime", loop=True, extra="", detector="", detectors=None):
    """One camera of a configuration, as YAML: with an `object` detector, or with `detectors`, a YAML list."""
    detectors = detectors or f"[{{type: object, params: {{model_path: {model}, conf_threshold: 0.4{detector}}}}}]"
    return (f"  {name}:\n    fps_target: {fps}\n{extra}"
            f"    source: {{type: file, path: {video}, pace: {pace}, loop: {str(loop).lower()}}}\n"
            f"    detectors: {detectors}\n")


def events_of(folder, *arguments):
    """The stored events of a service that ran in `folder`, the newest first."""
    output = kinesight("events", "--directory", folder / "state", "--json", "--limit", 10000, *arguments).stdout
    return [json.loads(line) for line in output.splitlines()]


LOCAL = "state_directory: ./state\npublishers: {local: {enabled: true}}\ncameras:\n"
