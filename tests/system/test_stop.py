"""A stop while models are still being compiled."""

import shutil

from conftest import DEMO_MODEL, LOCAL, camera_config


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
