"""A camera that asks more than the machine can do: what it gives up is to be seen, and ends with the load."""

from conftest import LOCAL, camera_config, kinesight, wait_until
from tiny_onnx import save_slow_model

STEPS = ["fewer_frames", "keyframes", "low_priority_off"]
RUNG = 'kinesight_overload_rung{camera_id="hall"}'


def test_steps_are_taken_by_name_and_taken_back_when_nothing_is_left_to_do(start, tmp_path):
    video, slow = tmp_path / "fast.mp4", tmp_path / "slow.onnx"
    kinesight("sim", "render", "--seconds", 12, "--width", 320, "--height", 180, "--fps", 120, "--keyframe-seconds", 0.03,
              "--output", video)
    save_slow_model(slow)
    impatient = "    max_frame_age_ms: 200\n    overload: {patience_seconds: 1}\n"
    service = start(LOCAL + camera_config("hall", video, model=slow, fps=120, loop=False, extra=impatient))
    wait_until(lambda: service.metric(RUNG) == 3)
    camera = service.camera("hall")
    assert camera["overload"] == STEPS and camera["state"] == "degraded" and camera["error"]
    assert camera["drops"]["too_old"] > 0
    wait_until(lambda: service.camera("hall")["state"] == "ended")
    assert service.camera("hall")["overload"] == [] and service.metric(RUNG) == 0
    assert service.stop() == 0
    said = [entry["message"] for entry in service.log if entry["message"].startswith("Overload of hall: ")]
    assert said == [f"Overload of hall: {', '.join(STEPS[:rung])}" for rung in (1, 2, 3)] + [
        "Overload of hall: it does all that it is asked again"]
