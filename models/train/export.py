#!/usr/bin/python3
"""Writes the trained weights as ONNX, with the metadata that YOLO exporters write."""

import argparse
from pathlib import Path

import torch

from metadata import set_metadata
from net import CLASSES, Detector


def export(weights, out, side):
    model = Detector()
    model.load_state_dict(torch.load(weights))
    torch.onnx.export(model.eval(), torch.zeros(1, 3, side, side), str(out), opset_version=13,
                      input_names=["images"], output_names=["output0"])
    set_metadata(out, {
        "description": "kinesight demo model: rendered scenes only, not for real use",
        "license": "Apache-2.0",
        "task": "detect",
        "stride": "32",
        "batch": "1",
        "imgsz": f"[{side}, {side}]",
        "names": str(dict(enumerate(CLASSES))),
    })


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--side", type=int, default=320)
    args = parser.parse_args()
    export(args.weights, args.out, args.side)


if __name__ == "__main__":
    main()
