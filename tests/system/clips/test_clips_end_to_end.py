"""`kinesight clips` with a real RabbitMQ and real stores: the task of seed 003, the clip that comes of it as others read it,
and the message for the next stage, value for value."""

import hashlib
import json
import subprocess
import time

import cv2
import numpy as np
import pytest

import numbered_video
from backend import Queues
from clip_stores import download
from clips_service import FPS, FRAGMENT, seconds_of
from conftest import wait_until

START, SECONDS = "2026-02-26T14:30:00Z", 60
KEY = "live/camera_front_entrance/2026-02-26T14-30-00Z.mp4"
INFERENCE = {"vlm_provider": "bedrock", "vlm_model": "amazon.nova-pro-v1", "system_prompt_key": "security_live_v1",
             "user_prompt": "Detect any security events, unauthorized access, or unusual behavior."}


def task_of_the_seed(camera):
    """Section 12; the simulator has given the stream an ARN of its own."""
    return {"camera_id": "camera_front_entrance", "stream_arn": camera.arn, "stream_name": "FrontEntrance", "start_time": START,
            "end_time": "2026-02-26T14:31:00Z", "process_id": 501, "inference_config": INFERENCE}


def message_of_the_seed(store):
    """Section 12, with the width and height that section 6 has."""
    return {"process_id": 501, "inference_modality": "live", "cloud_stream_path": store.address(KEY),
            "destination_prefix": "processed/live/501/", "cache_container_name": "spectra-cache",
            "live_start_time": START, "video_preprocessing": {"chunk_duration": 60, "fps": 15, "width": 1280, "height": 720},
            "inference_config": INFERENCE}


def ffprobe(path):
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration,start_time,format_name", "-of", "json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return json.loads(done.stdout)["format"]


def hold_to_range(path, expected):
    """The clip presents exactly these frames, whoever plays it."""
    assert numbered_video.shown_by_ffmpeg(path) == expected
    assert numbered_video.shown_by_opencv(path) == expected
    facts = ffprobe(path)
    assert "mp4" in facts["format_name"] and float(facts["start_time"]) == pytest.approx(0, abs=1e-3)
    assert SECONDS <= float(facts["duration"]) < SECONDS + 1 / FPS


def hold_to_clip(clip, data, expected):
    """What the message says of the clip is so."""
    assert clip["camera_id"] == "camera_front_entrance"
    assert clip["asked"] == {"start": START, "end": "2026-02-26T14:31:00Z"}
    assert -FRAGMENT < seconds_of(clip["actual"]["start"]) - seconds_of(START) <= 0
    assert 0 <= seconds_of(clip["actual"]["end"]) - seconds_of(clip["asked"]["end"]) < FRAGMENT
    assert clip["fragments"] == SECONDS / FRAGMENT + 1
    assert (clip["gaps"], clip["truncated"]) == ([], False)
    assert (clip["bytes"], clip["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert clip["frames"] == len(expected)
    assert SECONDS <= clip["duration_seconds"] < SECONDS + 1 / FPS  # The last frame is shown to its end.
    assert -1 / FPS < seconds_of(clip["first_frame_time"]) - seconds_of(START) <= 0


def hold_to_object(store, clip):
    content_type, metadata = store.status(KEY)
    assert content_type == "video/mp4"
    assert metadata["process_id"] == "501" and metadata["sha256"] == clip["sha256"]
    assert int(metadata["asked_start_ms"]) == seconds_of(START) * 1000
    assert int(metadata["asked_end_ms"]) == (seconds_of(START) + SECONDS) * 1000
    assert (metadata["frames"], metadata["fragments"]) == (str(clip["frames"]), str(clip["fragments"]))
    assert (metadata["gaps"], metadata["truncated"], metadata["thumbnail_key"]) == ("none", "0", clip["thumbnail_key"])


@pytest.mark.parametrize("kind", ["s3", "azure_blob", "directory"])
def test_the_task_of_the_seed(clips_bench, cameras, tmp_path, kind):
    bench = clips_bench(kind, queues=Queues(), container="spectra-videos")
    service = bench.start()
    camera = cameras["FrontEntrance"]
    expected = camera.frames(seconds_of(START), seconds_of(START) + SECONDS)
    bench.backend.publish(task_of_the_seed(camera))
    message = bench.backend.message()
    clip = message.pop("clip")
    assert message == message_of_the_seed(bench.store)

    data = bench.store.read(KEY)
    path = tmp_path / "clip.mp4"
    path.write_bytes(data)
    hold_to_range(path, expected)
    hold_to_clip(clip, data, expected)
    hold_to_object(bench.store, clip)
    assert download(clip["url"]) == data
    assert 0 < seconds_of(clip["url_expires"]) - time.time() <= 24 * 3600

    thumbnail = clip["thumbnail_key"]
    assert thumbnail == KEY.replace(".mp4", ".jpg") and sorted(bench.store.keys()) == [thumbnail, KEY]
    picture = cv2.imdecode(np.frombuffer(bench.store.read(thumbnail), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert numbered_video.number_in(picture) in expected
    assert bench.store.status(thumbnail)[0] == "image/jpeg"

    wait_until(lambda: service.metric('kinesight_clip_tasks_total{result="done"}') == 1)
    assert service.stop() == 0
    assert [bench.backend.waiting(queue) for queue in bench.queues.all().values()] == [0, 0, 0]
    assert any(line["message"].startswith("S2 task camera_front_entrance processed in ") for line in service.log)


def test_a_task_that_comes_again_is_one_object_and_one_message(clips_bench, cameras, live_redis):
    bench = clips_bench("s3", redis=live_redis)
    service = bench.start()
    task = cameras["Yard"].task(seconds_of(START), 4, 7)
    for _ in range(3):
        bench.backend.publish(task)
    done, repeated = (f'kinesight_clip_tasks_total{{result="{result}"}}' for result in ("done", "repeated"))
    wait_until(lambda: (service.metric(done) or 0) + (service.metric(repeated) or 0) == 3)
    bench.backend.publish({**task, "process_id": 8})
    bench.backend.wait(lambda: bench.backend.messages and bench.backend.messages[-1].json["process_id"] == 8)
    assert [letter.json["process_id"] for letter in bench.backend.messages] == [7, 8]
    first, other = [letter.json["clip"] for letter in bench.backend.messages]
    assert first["sha256"] == other["sha256"], "another process gets the clip that is there"
    assert bench.clips() == ["live/Yard/2026-02-26T14-30-00Z.mp4"]
