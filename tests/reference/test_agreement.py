"""The product finds what the independent reference (detect.py) finds: the same boxes in the same frames of a video.

Over 100 frames spread over the video, of the boxes of confidence 0.3 and more on one side at least 99 % have a partner
of 0.25 and more on the other: same label, IoU 0.9 or more, confidences at most 0.02 apart. Both at f32."""

import json
import os
import subprocess
from pathlib import Path

import cv2
import pytest

from detect import Reference, frames

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
BIN = Path(os.environ.get("KINESIGHT_BIN_DIR", ROOT / "build/release/bin"))
FRAMES = 100
SURE, CONSIDERED = 0.3, 0.25


def iou(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(0, width) * max(0, height)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def partners(one, other):
    return (one["label"] == other["label"] and iou(one["box"], other["box"]) >= 0.9
            and abs(one["conf"] - other["conf"]) <= 0.02)


def matched(these, those):
    """How many of the sure boxes of `these` have a partner among `those`, each partner used once; and what has none."""
    count, alone = 0, []
    for frame, detections in these.items():
        free = list(those[frame])
        for one in detections:
            if one["conf"] < SURE:
                continue
            partner = next((other for other in free if partners(one, other)), None)
            count += partner is not None
            free.remove(partner) if partner else alone.append((frame, one, those[frame]))
    return count, alone


def by_frame(lines):
    return {line["frame"]: line["detections"] for line in lines}


def ours(video, model, every):
    command = [BIN / "dump_detections", video, model, str(every), str(CONSIDERED)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return by_frame(map(json.loads, done.stdout.splitlines()))


def theirs(video, model, every):
    reference = Reference(str(model))
    return {number: reference.detect(frame, CONSIDERED) for number, frame in frames(str(video), every)}


def need(path):
    """Skips, or fails where nothing may be skipped, when a file of the case is absent."""
    if path.exists():
        return path
    reason = f"{path} is absent"
    pytest.fail(reason) if os.environ.get("KINESIGHT_STRICT") == "1" else pytest.skip(reason)


def compare(video, model, report):
    every = max(1, int(cv2.VideoCapture(str(video)).get(cv2.CAP_PROP_FRAME_COUNT)) // FRAMES)
    product, reference = ours(video, model, every), theirs(video, model, every)
    assert product.keys() == reference.keys() and len(product) >= FRAMES
    for name, these, those in (("reference", reference, product), ("product", product, reference)):
        count, alone = matched(these, those)
        total = count + len(alone)
        report(f"{model.name}: {count} of {total} boxes of the {name} matched ({count / max(1, total):.1%}), "
               f"{len(product)} frames")
        assert total >= FRAMES // 2, "too few boxes to compare"
        assert count >= 0.99 * total, alone[:5]


def test_real_video(record_property):
    """YOLOX-nano on people who walk through an office: undecoded boxes, raw BGR."""
    video = need(SHARED / "videos/one-by-one-person-detection.mp4")
    compare(video, need(SHARED / "models/yolox_nano.onnx"), lambda line: (print(line), record_property("agreement", line)))


def test_demo_model_on_a_rendered_scene(tmp_path, record_property):
    """The demo model, a YOLOv8 head, on a scene that the product renders."""
    model, program = need(ROOT / "models/demo.onnx"), need(BIN.parent / "kinesight")
    video = tmp_path / "parking.mp4"
    render = [program, "sim", "render", "--scene", "parking", "--seconds", "20", "--output", video]
    subprocess.run(render, check=True, timeout=300)
    compare(video, model, lambda line: (print(line), record_property("agreement", line)))
