"""What a camera of Kinesis Video Streams missed is watched later, over the real HLS path of `kinesight sim`."""

import json
import time

import pytest

from conftest import DEMO_MODEL, LOCAL, kinesight, wait_until
from peers import ACCESS_KEY, SECRET_KEY
from simulator import Simulator

ACCOUNT = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture(scope="module")
def simulator(scene_video):
    running = Simulator("--stream", f"hall={scene_video('hallway')}")
    yield running
    running.stop()


@pytest.fixture
def watch(start, simulator):
    """watch() -> a service that watches the simulator's camera, and has seen it."""
    config = LOCAL + (
        f"  hall:\n    fps_target: 5\n    kvs: {{stream_name: hall, region: us-east-1, endpoint_url: '{simulator.url}',\n"
        f"          backfill: true, backfill_max_load: 1.0}}\n"
        f"    detectors: [{{type: object, params: {{model_path: {DEMO_MODEL}, conf_threshold: 0.4}}}}]\n")

    def begin():
        service = start(config, environment=ACCOUNT)
        wait_until(lambda: service.camera("hall")["frames"] >= 20)
        return service

    yield begin
    simulator.clear_faults()


def lines(folder, *arguments):
    output = kinesight(*arguments, "--directory", folder / "state", "--camera", "hall", "--json").stdout
    return [json.loads(line) for line in output.splitlines()]


def spans(folder, reason):
    return [span for span in lines(folder, "coverage") if span["reason"] == reason]


def test_what_was_stopped_and_lost_is_watched_later_and_what_was_never_sent_stays_missed(watch, simulator, tmp_path):
    assert watch().stop() == 0
    time.sleep(15)  # A session begins some seconds before its time.
    service = watch()
    wait_until(lambda: spans(tmp_path, "stopped"))
    simulator.fault(name="fragment_404", count=6)  # Tries of a fragment, and of the next ones.
    wait_until(lambda: spans(tmp_path, "lost"))
    simulator.clear_faults()
    simulator.fault(name="gap", value="6")
    never_sent = wait_until(lambda: [span for span in spans(tmp_path, "offline") if span["seconds"] > 5])
    wait_until(lambda: all(span["backfilled"] for span in spans(tmp_path, "stopped")), seconds=60)
    wait_until(lambda: any(span["backfilled"] for span in spans(tmp_path, "lost")), seconds=60)
    wait_until(lambda: spans(tmp_path, "offline")[0]["tries"] > 0, seconds=60)
    assert [(span["begin_ms"], span["end_ms"], span["backfilled"]) for span in spans(tmp_path, "offline")] == [
        (span["begin_ms"], span["end_ms"], False) for span in never_sent]
    backfilled = [span for span in lines(tmp_path, "coverage") if span["backfilled"]]
    wanted = sum(span["seconds"] for span in backfilled)
    assert service.metric('kinesight_backfilled_seconds_total{camera_id="hall"}') == pytest.approx(wanted, abs=0.01)
    assert service.stop() == 0

    events = lines(tmp_path, "events", "--limit", 0)
    assert len({event["event_id"] for event in events}) == len(events)
    later = [event["payload"] for event in events if event["payload"]["extras"].get("backfill")]
    assert later, "somebody walked by while nobody looked"
    for payload in later:
        assert payload["extras"]["kvs"]["stream_name"] == "hall"
        assert any(span["begin_ms"] <= payload["ts_ms"] <= span["end_ms"] for span in backfilled)
