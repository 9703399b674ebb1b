"""The dashboard in Chromium, as people use it, while the demo runs. journeys.mjs says what they do; the pictures that it
takes on its way are in build/reports/browser."""

import json
import os
import signal
import subprocess

import pytest

from conftest import ROOT

NODE = ROOT / ".deps/toolchains/bin/node"
REPORTS = ROOT / "build/reports/browser"


def needed(path):
    if not path.exists():
        pytest.fail(f"{path} is not there: run scripts/setup test")
    return path


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The address of a running demo, in a process group of its own."""
    environment = {**os.environ, "KINESIGHT_STATE_DIRECTORY": str(tmp_path_factory.mktemp("demo") / "data")}
    process = subprocess.Popen(["scripts/demo", "--http", "127.0.0.1:0", "--log-format", "json"], cwd=ROOT, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, env=environment)
    try:
        line = next(line for line in process.stdout if "HTTP server listens: " in line)
        yield json.loads(line)["message"].split(": ", 1)[1]
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.stdout.read()
        process.wait(30)


def travel(journey, url):
    done = subprocess.run([needed(NODE), ROOT / "tests/browser/journeys.mjs", journey, url, REPORTS], capture_output=True,
                          text=True, timeout=280, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


@pytest.mark.parametrize("journey", ["watching", "filtering", "reading", "charting", "drawing", "looking"])
def test_people_use_the_dashboard(demo, journey):
    travel(journey, demo)
