#!/usr/bin/python3
"""Scores the exported model on a demo scene: a video and its truth, as `kinesight sim render --truth` writes them."""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from evaluate import MATCH_IOU, Model, iou
from net import CLASSES


def frames(video, truth):
    """(frame, truth rows x1, y1, x2, y2, class) for every frame."""
    capture = cv2.VideoCapture(str(video))
    for line in truth.read_text().splitlines():
        good, frame = capture.read()
        assert good, f"{video} has fewer frames than {truth} has lines"
        objects = [[x, y, x + w, y + h, CLASSES.index(o["label"])] for o in json.loads(line)["objects"] for x, y, w, h in [o["bbox"]]]
        yield frame, np.array(objects, float).reshape(-1, 5)


def draw(frame, found):
    for x1, y1, x2, y2, score, c in found:
        cv2.rectangle(frame, (int(x1), int(y1)), (int(x2), int(y2)), (40, 220, 40), 2)
        cv2.putText(frame, f"{CLASSES[int(c)]} {score:.2f}", (int(x1), int(y1) - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (40, 220, 40), 2, cv2.LINE_AA)


def score(model, video, truth, confidence, step, pictures):
    """Per class [objects, found], and the detections that hit nothing, over every `step`-th frame."""
    tally, wrong = {name: [0, 0] for name in CLASSES}, dict.fromkeys(CLASSES, 0)
    for k, (frame, objects) in enumerate(frames(video, truth)):
        if k % step:
            continue
        found = model.detect(frame, confidence)
        for c, name in enumerate(CLASSES):
            mine, theirs = found[found[:, 5] == c], objects[objects[:, 4] == c]
            hit = [len(mine) > 0 and iou(o, mine).max() >= MATCH_IOU for o in theirs]
            tally[name][0] += len(theirs)
            tally[name][1] += sum(hit)
            wrong[name] += sum(len(theirs) == 0 or iou(m, theirs).max() < 0.3 for m in mine)
        if pictures:
            draw(frame, found)
            cv2.imwrite(str(pictures / f"{video.stem}-{k:04}.jpg"), frame)
    return tally, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("video", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--confidence", type=float, default=0.5)
    parser.add_argument("--step", type=int, default=3, help="look at every n-th frame")
    parser.add_argument("--pictures", type=Path, help="folder for the frames with their boxes drawn")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    if args.pictures:
        args.pictures.mkdir(parents=True, exist_ok=True)
    tally, wrong = score(Model(args.model), args.video, args.truth, args.confidence, args.step, args.pictures)
    for name in CLASSES:
        objects, found = tally[name]
        print(f"{name:6} {found}/{objects} found at confidence {args.confidence}, {wrong[name]} detections where there is none")


if __name__ == "__main__":
    main()
