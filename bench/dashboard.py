#!/usr/bin/env python3
"""`make bench-dashboard`: the dashboard with 64 cameras and 100,000 stored events in Chromium: when it first paints, when it has
pictures and events, and the longest time for which it takes no input while somebody scrolls, pages and filters. Medians of runs;
the browser and the service share this machine."""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests")]

from run import say, written  # noqa: E402
from stored_events import store_events  # noqa: E402

KINESIGHT = ROOT / "build/release/kinesight"
NODE = ROOT / ".deps/toolchains/bin/node"
AIMS = {"paint": 1000, "longest": 200}
NAMES = {"paint": "first paint, ms", "filled": "pictures and events there, ms", "longest": "longest task, ms", "elements": "elements"}
SHORTEST_TASK_MS = 50  # Chromium tells of no shorter ones.
STARTED = re.compile(r"HTTP server listens: (http://\S+/)")
PATIENCE_SECONDS = 120


def configuration(cameras, video, fps):
    """Cameras that cost little: what is measured is the page."""
    camera = (f"    fps_target: {fps}\n    source: {{type: file, path: {video}, pace: realtime, loop: true}}\n"
              f"    detectors: [{{type: object, params: {{model_path: {ROOT / 'models/demo.onnx'}, conf_threshold: 0.9}}}}]\n")
    return ("state_directory: ./state\npublishers: {local: {enabled: true}}\ncameras:\n" +
            "".join(f"  camera_{number:02}:\n{camera}" for number in range(cameras)))


def address(log):
    """Where the service that writes `log` listens."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := STARTED.search(log.read_text()):
            return found[1]
        time.sleep(0.1)
    sys.exit(f"bench: expected the service to listen within {PATIENCE_SECONDS} s; its log: {log.read_text()[-1000:]}")


def picture(url, state_directory):
    """The key of a snapshot, for thumbnails: the newest picture of a camera."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}api/cameras/camera_00/latest.jpg", timeout=10) as answer:
                jpeg = answer.read()
        except urllib.error.HTTPError:  # None yet.
            time.sleep(0.1)
            continue
        now = time.time()
        key = time.strftime(f"snapshots/camera_00/%Y/%m/%d/{int(now * 1000)}.jpg", time.gmtime(now))
        path = state_directory / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg)
        return key
    sys.exit(f"bench: expected a picture of camera_00 within {PATIENCE_SECONDS} s")


def visit(url, cameras):
    done = subprocess.run([NODE, ROOT / "bench/dashboard.mjs", url, str(cameras)], capture_output=True, text=True, timeout=300,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"bench: the browser did not get through: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def run(arguments, folder):
    (folder / "cameras.yaml").write_text(configuration(arguments.cameras, written(
        "dashboard", KINESIGHT, "sim", "render", "--scene", "parking", "--width", 640, "--height", 360, "--fps", 2, "--seconds", 30,
        "--output", None), arguments.fps))
    log = folder / "log"
    with log.open("w") as output:
        service = subprocess.Popen([KINESIGHT, "infer", "--config", "cameras.yaml", "--http", "127.0.0.1:0"], cwd=folder,
                                   stdout=output, stderr=output)
    try:
        url = address(log)
        say(f"storing {arguments.events} events")
        names = [f"camera_{number:02}" for number in range(arguments.cameras)]
        store_events(folder / "state", names, arguments.events, newest_ms=int(time.time() * 1000),
                     snapshot=picture(url, folder / "state"))
        visits = []
        for number in range(arguments.runs):
            say(f"visit {number + 1} of {arguments.runs}")
            visits.append(visit(url, arguments.cameras))
        return visits
    finally:
        service.terminate()
        service.wait(30)


def told(name, value):
    return f"<{SHORTEST_TASK_MS}" if name == "longest" and value == 0 else f"{value:.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cameras", type=int, default=64)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--fps", type=float, default=0.2, help="frames a second of each camera")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        visits = run(arguments, Path(folder))
    say("")
    print(f"dashboard, {arguments.cameras} cameras, {arguments.events} stored events, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}, median of {arguments.runs} (worst)")
    for name, title in NAMES.items():
        values = [visit[name] for visit in visits]
        aim = f"   aim {AIMS[name]}" if name in AIMS else ""
        print(f"  {title:<30} {told(name, statistics.median(values)):>6} ({told(name, max(values))}){aim}")


if __name__ == "__main__":
    main()
