"""Clips that were joined of random parts show, in ffmpeg, ffprobe and OpenCV, exactly the frames of the asked range: none
is missing, none comes twice, the first one is the one on show at its beginning. The frames' numbers are in the picture."""

import json
import os
import random
import subprocess

import numpy as np
import pytest

from numbered_video import HEIGHT, WIDTH, number_in, shown_by_ffmpeg, shown_by_opencv
from test_agreement import BIN

CLIPS = 40


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    seed = int(os.environ.get("KINESIGHT_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"seed: KINESIGHT_TEST_SEED={seed}")
    folder = tmp_path_factory.mktemp("clips")
    done = subprocess.run([BIN / "make_clips", folder, str(seed), str(CLIPS)], capture_output=True, text=True,
                          timeout=300, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == CLIPS
    for line in lines:
        assert (line["error"] == "") == bool(line["frames"]), (seed, line)
    found = [line for line in lines if line["frames"]]
    assert len(found) > CLIPS / 2
    return [{**line, "seed": seed} for line in found]


def test_ffmpeg_shows_the_frames_of_the_range(clips):
    for clip in clips:
        assert shown_by_ffmpeg(clip["file"]) == clip["frames"], clip


def test_ffmpeg_finds_nothing_to_repair_at_a_constant_rate(clips):
    """As most programs convert videos: it doubles and drops frames where times are not those of the rate. Ranges with
    holes are left out."""
    for clip in clips:
        frames = clip["frames"]
        if not clip["whole"] or len(frames) < 2:
            continue
        done = subprocess.run(["ffmpeg", "-v", "error", "-i", clip["file"], "-vsync", "cfr", "-r", str(clip["fps"]), "-f",
                               "rawvideo", "-pix_fmt", "gray", "-"], capture_output=True, timeout=60, check=True)
        pictures = np.frombuffer(done.stdout, np.uint8).reshape(-1, HEIGHT, WIDTH)
        shown = [number_in(picture) for picture in pictures]
        assert sorted(set(shown)) == frames and shown == sorted(shown), clip
        assert len(shown) - len(frames) <= 1, clip  # The last one may stand for the fraction of a frame that is left.


def test_ffprobe_has_nothing_to_say_and_finds_the_length(clips):
    for clip in clips:
        done = subprocess.run(["ffprobe", "-v", "error", "-count_packets", "-show_entries",
                               "stream=duration,start_time:format=duration,start_time", "-of", "json", clip["file"]],
                              capture_output=True, text=True, timeout=60, check=True)
        assert done.stderr == "", clip
        found = json.loads(done.stdout)
        for part in (found["format"], found["streams"][0]):
            assert float(part["duration"]) == pytest.approx(clip["duration"], abs=0.002), clip
            assert float(part["start_time"]) == pytest.approx(0, abs=1e-6), clip


def test_opencv_shows_the_frames_of_the_range(clips):
    for clip in clips:
        shown = shown_by_opencv(clip["file"])
        assert shown == clip["frames"] and len(shown) == clip["shown_frames"], clip
