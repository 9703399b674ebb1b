#!/usr/bin/python3
"""Scores the exported model: mAP50, precision and recall on labelled pictures, false alarms on negative ones.

Runs the .onnx itself through OpenCV's dnn module, so what is scored is what ships.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from data import PAD, letterbox_size
from net import CLASSES

CONFIDENCE = 0.25  # For precision, recall and false alarms; the average precision looks at all scores.
MATCH_IOU = 0.5
NMS_IOU = 0.45


class Model:
    """The exported detector; detect() takes BGR pictures of any size."""

    def __init__(self, path, side=320):
        self.net, self.side = cv2.dnn.readNetFromONNX(str(path)), side

    def detect(self, picture, confidence):
        """Rows x1, y1, x2, y2, score, class in pixels of `picture`, after class-aware NMS."""
        height, width = picture.shape[:2]
        w, h, left, top = letterbox_size(width, height, self.side)
        square = np.full((self.side, self.side, 3), PAD, np.uint8)
        square[int(top):int(top) + h, int(left):int(left) + w] = cv2.resize(picture, (w, h), interpolation=cv2.INTER_LINEAR)
        self.net.setInput(cv2.dnn.blobFromImage(square, 1 / 255, swapRB=True))
        rows = self.net.forward()[0].T
        scores, classes = rows[:, 4:].max(1), rows[:, 4:].argmax(1)
        keep = scores >= confidence
        rows, scores, classes = rows[keep], scores[keep], classes[keep]
        boxes = np.concatenate((rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2), 1)
        boxes = (boxes - [int(left), int(top)] * 2) * (width / w)
        found = np.concatenate((boxes, scores[:, None], classes[:, None]), 1)
        return suppress(found[np.argsort(-scores)])


def iou(box, others):
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:4], others[:, 2:4])
    inter = np.clip(high - low, 0, None).prod(1)
    return inter / ((box[2:4] - box[:2]).prod() + (others[:, 2:4] - others[:, :2]).prod(1) - inter + 1e-9)


def suppress(found):
    """Keeps the best of the boxes of one class that overlap; `found` is sorted by score."""
    kept = []
    while len(found):
        kept.append(found[0])
        found = found[1:][(iou(found[0], found[1:]) < NMS_IOU) | (found[1:, 5] != found[0, 5])]
    return np.array(kept).reshape(-1, 6)


def pictures(folder):
    """(picture, truth rows x1, y1, x2, y2, class) of a folder that `kinesight sim dataset` wrote."""
    for file in sorted((folder / "images").iterdir()):
        picture = cv2.imread(str(file))
        h, w = picture.shape[:2]
        lines = (folder / "labels" / (file.stem + ".txt")).read_text().splitlines()
        truth = np.array([[float(v) for v in line.split()] for line in lines]).reshape(-1, 5)
        c, cx, cy, bw, bh = truth.T
        yield picture, np.stack(((cx - bw / 2) * w, (cy - bh / 2) * h, (cx + bw / 2) * w, (cy + bh / 2) * h, c), 1)


def matches(found, truth):
    """For each found box (best first) whether it hits an object that no better one has hit."""
    free = np.ones(len(truth), bool)
    hits = np.zeros(len(found), bool)
    for k, box in enumerate(found):
        overlaps = iou(box, truth) * free
        if len(truth) and overlaps.max() >= MATCH_IOU:
            free[overlaps.argmax()] = False
            hits[k] = True
    return hits


def average_precision(scores, hits, objects):
    """Area under the precision-recall curve, every point counted (as Pascal VOC does since 2010)."""
    order = np.argsort(-scores)
    hits = hits[order]
    recall = np.cumsum(hits) / max(objects, 1)
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate(([0], recall))) * precision))


def score(model, folders):
    """Per class: objects, AP50, and precision and recall at CONFIDENCE."""
    rows = {c: [] for c in range(len(CLASSES))}  # (score, hit)
    objects = np.zeros(len(CLASSES), int)
    for folder in folders:
        for picture, truth in pictures(folder):
            found = model.detect(picture, 0.01)
            for c in range(len(CLASSES)):
                mine, theirs = found[found[:, 5] == c], truth[truth[:, 4] == c]
                objects[c] += len(theirs)
                rows[c] += list(zip(mine[:, 4], matches(mine, theirs)))
    report = {}
    for c, name in enumerate(CLASSES):
        scores, hits = np.array(rows[c], float).reshape(-1, 2).T
        sure = scores >= CONFIDENCE
        report[name] = {
            "objects": int(objects[c]),
            "ap50": average_precision(scores, hits, objects[c]),
            "precision": float(hits[sure].sum() / max(sure.sum(), 1)),
            "recall": float(hits[sure].sum() / max(objects[c], 1)),
        }
    return report


def false_alarms(model, folder, confidence):
    """Pictures without any object, those of them with a detection, and detections by class."""
    count, alarmed, by_class = 0, 0, dict.fromkeys(CLASSES, 0)
    for picture, truth in pictures(folder):
        assert len(truth) == 0, f"{folder} is no negative set"
        found = model.detect(picture, confidence)
        count, alarmed = count + 1, alarmed + bool(len(found))
        for c in found[:, 5].astype(int):
            by_class[CLASSES[c]] += 1
    return {"folder": folder.name, "confidence": confidence, "pictures": count, "with_false_alarm": alarmed, "detections": by_class}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--held-out", nargs="+", type=Path, default=[])
    parser.add_argument("--negatives", nargs="+", type=Path, default=[])
    parser.add_argument("--json", type=Path, help="also write the figures here")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    model = Model(args.model)
    report = {"classes": score(model, args.held_out),
              "negatives": [false_alarms(model, folder, c) for folder in args.negatives for c in (CONFIDENCE, 0.5)]}
    report["map50"] = float(np.mean([row["ap50"] for row in report["classes"].values()]))
    print(f"{'class':8}{'objects':>9}{'AP50':>8}{'precision':>11}{'recall':>8}   (precision and recall at {CONFIDENCE})")
    for name, row in report["classes"].items():
        print(f"{name:8}{row['objects']:9}{row['ap50']:8.3f}{row['precision']:11.3f}{row['recall']:8.3f}")
    print(f"mAP50 {report['map50']:.3f}")
    for row in report["negatives"]:
        print(f"{row['folder']}: {row['with_false_alarm']} of {row['pictures']} pictures with a false alarm at {row['confidence']}: {row['detections']}")
    if args.json:
        args.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
