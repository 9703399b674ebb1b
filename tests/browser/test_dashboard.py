"""The dashboard in Chromium, as people use it, while the demo runs. journeys.mjs says what they do; the pictures that it
takes on its way are in build/reports/browser."""

import os
import re
import signal
import subprocess
import time

import pytest
import requests

from conftest import LOCAL, ROOT, camera_config, wait_until
from stored_events import store_events

NODE = ROOT / ".deps/toolchains/bin/node"
REPORTS = ROOT / "build/reports/browser"


def needed(path):
    if not path.exists():
        pytest.fail(f"{path} is not there: run scripts/setup test")
    return path


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The address of a running demo, in a process group of its own."""
    folder = tmp_path_factory.mktemp("demo")
    log = folder / "log"  # A pipe that nobody reads would stop the demo.
    with log.open("w") as output:
        process = subprocess.Popen(["scripts/demo", "--http", "127.0.0.1:0"], cwd=ROOT, stdout=output, stderr=output,
                                   start_new_session=True,
                                   env={**os.environ, "KINESIGHT_STATE_DIRECTORY": str(folder / "data")})
    try:
        yield wait_until(lambda: re.search(r"HTTP server listens: (http://[\w.:]+/)", log.read_text()), 120)[1]
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def travel(journey, url, **environment):
    done = subprocess.run([needed(NODE), ROOT / "tests/browser/journeys.mjs", journey, url, REPORTS], capture_output=True,
                          text=True, timeout=280, check=False, env={**os.environ, **environment})
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


@pytest.mark.parametrize("journey", ["watching", "filtering", "reading", "copying", "charting", "drawing", "looking"])
def test_people_use_the_dashboard(demo, journey):
    travel(journey, demo)


def test_a_text_is_searched_for(demo):
    travel("searching", demo)


def test_the_footage_of_an_event_is_played(demo):
    wait_until(lambda: requests.get(demo + "api/events?limit=1", timeout=10).json()["events"], 60)[0]
    travel("replaying", demo)


@pytest.fixture
def gate(start, scene_video):
    """gate(**options) -> a service with one camera, `gate`."""
    return lambda **options: start(LOCAL + camera_config("gate", scene_video("hallway")), **options)


def test_stored_events_are_paged_through(gate, tmp_path):
    service = gate()
    # Of tomorrow, so that those that happen meanwhile come after them.
    store_events(tmp_path / "state", ["gate"], 500, newest_ms=(int(time.time()) + 86_400) * 1000)
    travel("paging", service.url + "/")


def test_the_token_is_asked_for(gate):
    token = {"KINESIGHT_HTTP_TOKEN": "of this test"}
    service = gate(http="0.0.0.0:0", environment=token)
    travel("entering", f"http://127.0.0.1:{service.url.rsplit(':', 1)[1]}/", **token)


def test_a_region_is_drawn_saved_and_applied(gate, tmp_path):
    service = gate()
    travel("saving", service.url + "/")
    assert "the gate" in (tmp_path / "cameras.yaml").read_text()
    assert service.get("/api/cameras/gate/config").json()["regions"][0]["name"] == "the gate"


def test_cameras_are_paused_and_mistakes_shown(gate, tmp_path):
    service = gate()
    config = tmp_path / "cameras.yaml"
    config.write_text(config.read_text().replace("fps_target", "fps_tagret"))
    travel("operating", service.url + "/")
