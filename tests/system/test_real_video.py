"""The main job on real video: people walking through a room, one by one."""

import json

from conftest import camera_config, kinesight, shared_data


def test_people_are_found_in_most_seconds_of_the_video(start, tmp_path):
    video, model = shared_data("videos/one-by-one-person-detection.mp4", "models/yolox_nano.onnx")
    service = start("state_directory: ./state\npublishers: {local: {enabled: true, save_snapshots: false}}\ncameras:\n" +
                    camera_config("door", video, model=model, fps=10, pace="max", loop=False,
                                  detector=", target_classes: [person], cooldown_seconds: 0"), "--stop-when-done")
    assert service.end(240) == 0
    output = kinesight("events", "--directory", tmp_path / "state", "--json", "--limit", 1000).stdout
    events = [json.loads(line) for line in output.splitlines()]
    assert {event["payload"]["label"] for event in events} == {"person"}
    # The independent reference finds a person in about 105 of the 139 seconds.
    assert 95 <= len(events) <= 120
