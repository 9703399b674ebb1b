"""What the gates spare on a recording in which little moves, and that its events are the same with them."""

import cv2
import pytest

from conftest import DEMO_MODEL, LOCAL, camera_config, events_of, wait_until

GATES = "    motion_gate: {enabled: true}\n    bitstream_gate: {enabled: true}\n"
DETECTORS = f"[{{type: weapon, params: {{model_path: {DEMO_MODEL}, target_classes: [knife, gun], cooldown_seconds: 3}}}}]"
PACKETS = 800


@pytest.fixture(scope="module")
def mostly_still(scene_video, tmp_path_factory):
    """80 s of a hallway in which nothing moves at all, but for a knife and a gun that are carried through it."""
    video = cv2.VideoCapture(str(scene_video("hallway")))
    frames = [video.read()[1] for _ in range(290)]
    path = tmp_path_factory.mktemp("gates") / "mostly-still.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 10, (640, 360))
    scene = [frames[5]] * 250 + frames[5:110] + [frames[110]] * 250 + frames[195:285]
    for frame in scene + [frames[285]] * (PACKETS - len(scene)):
        writer.write(frame)
    writer.release()
    return path


def account(folder, camera):
    """Type, label, what is said and when, in seconds since the first event, of each event of a camera."""
    events = sorted((event["payload"] for event in events_of(folder, "--camera", camera)), key=lambda payload: payload["ts_ms"])
    begin = events[0]["ts_ms"]
    return [(one["type"], one["label"], one["extras"].get("update", "first"), (one["ts_ms"] - begin) / 1000) for one in events]


def test_gates_spare_most_of_the_work_and_no_event(start, mostly_still, tmp_path):
    service = start(LOCAL + camera_config("all", mostly_still, pace="max", loop=False, detectors=DETECTORS) +
                    camera_config("gated", mostly_still, pace="max", loop=False, detectors=DETECTORS, extra=GATES))
    wait_until(lambda: {service.camera(name)["state"] for name in ("all", "gated")} == {"ended"}, seconds=90)

    # Two gates, two counts, each of what there was of its own.
    whole, gated = service.camera("all"), service.camera("gated")
    assert (whole["packets"], whole["gated_packets"], whole["still_frames"]) == (PACKETS, 0, 0)
    assert gated["packets"] == PACKETS
    assert 0.4 * PACKETS < gated["gated_packets"] < 0.8 * PACKETS
    assert gated["frames"] < 0.7 * whole["frames"]
    assert 0.3 * gated["frames"] < gated["still_frames"] < gated["frames"]
    for count, name in (("kinesight_still_frames_total", "still_frames"), ("kinesight_gated_packets_total", "gated_packets")):
        assert service.metric(f'{count}{{camera_id="gated"}}') == gated[name]
        assert not service.metric(f'{count}{{camera_id="all"}}')

    expected, found = account(tmp_path, "all"), account(tmp_path, "gated")
    assert {(label, said) for _, label, said, _ in expected} >= {("knife", "first"), ("gun", "first"), ("knife", "ended")}
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    # What is still there, or has gone, is said with the next frame that is decoded; nothing else comes later.
    for (*_, said, found_at), (*_, expected_at) in zip(found, expected):
        assert found_at == pytest.approx(expected_at, abs=2 if said == "ended" else 0.3)
