#!/usr/bin/python3
"""Makes models/demo.onnx: renders the pictures of splits.json, takes the photographs of photographs.json from Debian's
packages, trains, exports and scores.

Needs the built kinesight binary and the packages of the set `train` in scripts/packages.txt.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def run(*command):
    print("+", *command, flush=True)
    subprocess.run([str(part) for part in command], check=True)


def render_set(kinesight, folder, split):
    if (folder / "classes.txt").exists():  # Written last: the set is complete.
        return
    flags = [] if split.get("labelled", True) else ["--without-objects"]
    run(kinesight, "sim", "dataset", "--output", folder, "--seed", split["seed"], "--count", split["count"],
        "--width", split["width"], "--height", split["height"], *flags)


def photograph_set(python, work, folder, *flags):
    if not (folder / "classes.txt").exists():
        run(python, HERE / "photographs.py", "--packages", work / "packages", "--out", folder, *flags)
    return folder


def train(python, work, sets, threads):
    """First to find things; then, with more pictures, to tell knives from pistols and from what is neither; at last to
    leave alone what is in photographs, by those that it was wrong about most."""
    wide, square, more, third = sets
    first, second, last = (work / f"{name}.pt" for name in ("first", "second", "weights"))
    common = [python, HERE / "train.py", "--threads", threads]
    finer = [*common, "--focus", 0, "--favour", "knife", "gun"]
    run(*common, "--data", wide, square, "--out", first, "--epochs", 7)
    run(*finer, "--data", wide, more, square, "--resume", first, "--out", second, "--epochs", 4, "--rate", "1.5e-3")
    run(python, HERE / "export.py", second, work / "second.onnx")
    photographs = photograph_set(python, work, work / "photographs", "--hard", work / "second.onnx")
    run(*finer, "--data", more, third, square, "--photographs", photographs, "--resume", second, "--out", last,
        "--epochs", 1, "--batch", 12, "--rate", "1e-3")
    return last


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "train", help="folder of the pictures and weights, 2 GB")
    parser.add_argument("--kinesight", type=Path, default=ROOT / "build" / "release" / "kinesight")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "demo.onnx")
    args = parser.parse_args()

    folders = {}
    for part, splits in json.loads((HERE / "splits.json").read_text()).items():
        if part != "comment":
            folders[part] = [args.work / split["name"] for split in splits]
            for folder, split in zip(folders[part], splits):
                render_set(args.kinesight, folder, split)

    python = sys.executable
    run(python, HERE / "export.py", train(python, args.work, folders["train"], args.threads), args.out)
    photographs = photograph_set(python, args.work, args.work / "test-photographs", "--held-out")
    run(python, HERE / "evaluate.py", args.out, "--held-out", *folders["held_out"], "--negatives", *folders["negatives"], photographs)
    for scene in ("hallway", "parking"):
        video, truth = args.work / f"{scene}.mp4", args.work / f"{scene}.jsonl"
        run(args.kinesight, "sim", "render", "--scene", scene, "--output", video, "--truth", truth)
        run(python, HERE / "demo_score.py", args.out, video, truth)


if __name__ == "__main__":
    main()
