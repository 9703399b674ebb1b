"""A stop while models are still being compiled, and one while everything is at work."""

import re
import shutil
import threading
import time

import requests

from conftest import DEMO_MODEL, LOCAL, camera_config, events_of, wait_until


def test_a_stop_waits_for_no_model_but_the_one_that_is_being_compiled(start, scene_video, tmp_path):
    video, cameras = scene_video("hallway"), ""
    for number in range(100):
        model = tmp_path / f"{number}.onnx"
        shutil.copy(DEMO_MODEL, model)
        cameras += camera_config(f"camera-{number}", video, model=model)
    service = start(LOCAL + cameras)
    assert service.stop() == 0
    assert service.log[-1]["message"] == "Graceful shutdown complete"
    assert not [entry for entry in service.log if entry["level"] == "ERROR"], "a stop is no failure"


def test_a_stop_under_load_is_quick_and_loses_nothing_that_was_accepted(start, scene_video, tmp_path):
    """Recordings as fast as they can be read, and reloads meanwhile: each begins and ends a camera."""
    busy = "".join(camera_config(f"busy-{number}", scene_video("hallway"), fps=10, pace="max", detector=", cooldown_seconds: 0")
                   for number in range(4))
    comes = camera_config("comes", scene_video("parking"))
    service = start(LOCAL + busy)
    wait_until(lambda: all(service.camera(f"busy-{number}")["events"] > 3 for number in range(4)), 60)
    stopping = threading.Event()

    def reload_for_ever():
        for turn in range(10_000):
            if stopping.is_set():
                return
            (tmp_path / "new").write_text(LOCAL + busy + (comes if turn % 2 else ""))
            (tmp_path / "new").rename(tmp_path / "cameras.yaml")
            try:
                service.post("/api/reload", headers={"Content-Type": "application/json"})
            except requests.ConnectionError:
                return  # It has shut down.

    reloads = threading.Thread(target=reload_for_ever)
    reloads.start()
    wait_until(lambda: (service.metric('kinesight_config_reloads_total{result="applied"}') or 0) > 2, 60)
    begin = time.monotonic()
    try:
        assert service.stop() == 0
    finally:
        stopping.set()
        reloads.join()
    # 5 s for the workers and 10 s for the flush are the most; a busy machine has its own pace.
    assert time.monotonic() - begin < 15
    messages = [entry["message"] for entry in service.log]
    assert messages[-1] == "Graceful shutdown complete"
    totals = next(message for message in messages if message.startswith("LOCAL final metrics: {"))
    counts = {name: int(count) for name, count in re.findall(r"'(\w+)': (\d+)", totals)}
    raised = sum(entry["event_count"] for entry in service.log if entry["message"].startswith("Detections: "))
    assert counts["failed"] == 0 and raised == counts["written"] + counts["duplicates"], totals
    assert counts["written"] == len(events_of(tmp_path)) > 0, "what was accepted is there"
