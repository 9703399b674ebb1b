"""Ten cameras on one machine for a minute: nothing dies, nothing grows."""

import re
import time
from pathlib import Path

import pytest

from conftest import LOCAL, camera_config, wait_until


def resident_mib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


@pytest.mark.long
def test_ten_cameras_for_a_minute(start, scene_video):
    names = [f"camera_{i}" for i in range(10)]
    videos = [scene_video("hallway"), scene_video("parking")]
    service = start(LOCAL + "".join(camera_config(name, videos[i % 2], fps=1) for i, name in enumerate(names)))
    wait_until(lambda: all(service.camera(name)["frames"] > 5 for name in names), 60)
    samples, end = [], time.monotonic() + 60
    while time.monotonic() < end:
        samples.append(resident_mib(service.process.pid))
        time.sleep(2)
    third = len(samples) // 3
    early, late = max(samples[:third]), max(samples[-third:])
    assert late - early < 8, samples
    for name in names:
        assert service.metric(f'worker_alive{{camera_id="{name}"}}') == 1
        assert service.watching(name)["restarts"] == 0
        assert service.camera(name)["frames"] >= 60
        assert service.camera(name)["drops"] == {}
    assert service.metric('publisher_failures_total{sink="local"}') == 0
    assert service.stop() == 0
