#!/usr/bin/env python3
"""`make bench`: what one camera costs on one core, beside the Python reference and beside the limit, and what memory a
further camera costs. Figures are medians of interleaved runs; ratios within one run are what to quote."""

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINESIGHT = ROOT / "build/release/kinesight"
PIPELINE = ROOT / "build/release/bin/bench_pipeline"
FPS_TARGET = 5
VIDEO_SECONDS = 20


def say(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def rendered(name, keyframe_seconds):
    """A 1080p30 H.264 file of a rendered scene, made once."""
    path = ROOT / f"build/bench/{name}.mp4"
    if not path.exists():
        say(f"rendering {name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([KINESIGHT, "sim", "render", "--scene", "parking", "--width", "1920", "--height", "1080", "--fps",
                        "30", "--seconds", str(VIDEO_SECONDS), "--keyframe-seconds", str(keyframe_seconds), "--output",
                        path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return path


def measure(command):
    """The JSON that `command` prints, run on one core."""
    core = min(os.sched_getaffinity(0))
    done = subprocess.run(["taskset", "-c", str(core), *map(str, command)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {command[0]} failed: {done.stderr}")
    return json.loads(done.stdout)


def cpu_table(video, model, keyframes, runs):
    """CPU milliseconds a camera-second of each job; the jobs take turns, so that a slow minute hits all of them."""
    inferences = FPS_TARGET * VIDEO_SECONDS
    jobs = {
        "decode alone": [PIPELINE, "decode_keyframes" if keyframes else "decode", video],
        "inference alone": [PIPELINE, "inference", model, inferences],
        "kinesight": [PIPELINE, "pipeline", video, model, FPS_TARGET],
        "python reference": [sys.executable, ROOT / "bench/reference.py", video, model, FPS_TARGET],
    }
    samples = {name: [] for name in jobs}
    for turn in range(runs):
        for name, command in jobs.items():
            say(f"{video.stem}: {name}, run {turn + 1} of {runs}")
            result = measure(command)
            samples[name].append(result["cpu_seconds"] * 1000 / VIDEO_SECONDS)
            if name in ("kinesight", "python reference") and abs(result["frames"] - inferences) > 1:
                sys.exit(f"bench: {name} processed {result['frames']} frames, expected {inferences}")
    limit = [a + b for a, b in zip(samples["decode alone"], samples["inference alone"])]
    ratio = lambda a, b: statistics.median(x / y for x, y in zip(a, b))
    table = {name: statistics.median(values) for name, values in samples.items()}
    return table | {"limit": statistics.median(limit), "kinesight / limit": ratio(samples["kinesight"], limit),
                    "python / kinesight": ratio(samples["python reference"], samples["kinesight"])}


def resident_mib(cameras, video, model, seconds):
    """Resident memory of `kinesight infer` that watches `cameras` copies of `video`, after `seconds`."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "cameras.yaml"
        config.write_text(f"state_directory: {folder}/state\ncameras:\n" + "".join(
            f"  camera_{i}:\n    fps_target: 1\n    source: {{type: file, path: {video}, loop: true}}\n"
            f"    detectors: [{{type: object, params: {{model_path: {model}}}}}]\n" for i in range(cameras)))
        process = subprocess.Popen([KINESIGHT, "infer", "--config", config, "--http", "127.0.0.1:0", "--log-format",
                                    "json"], stdout=subprocess.PIPE, text=True)
        try:
            time.sleep(seconds)  # The figure is that of a running service, so it has to run.
            status = Path(f"/proc/{process.pid}/status").read_text()
            return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def memory_table(video, model):
    say("memory")
    one, five = resident_mib(1, video, model, 12), resident_mib(5, video, model, 15)
    return {"1 camera": one, "5 cameras": five, "each further camera": (five - one) / 4}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--runs", type=int, default=5, help="times that each job is measured (5)")
    parser.add_argument("--model", type=Path, default=ROOT / "models/demo.onnx", help="model with a YOLOv8 head")
    arguments = parser.parse_args()
    all_frames = rendered("keyframe_every_2s", 2)
    keyframes = rendered("keyframe_every_200ms", 0.2)
    figures = {
        "all frames decoded": cpu_table(all_frames, arguments.model, False, arguments.runs),
        "keyframes suffice": cpu_table(keyframes, arguments.model, True, arguments.runs),
        "resident MiB": memory_table(all_frames, arguments.model),
    }
    say("")
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    print(f"1080p30 H.264, fps_target {FPS_TARGET}, one core; CPU milliseconds a camera-second\n")
    for title in ("all frames decoded", "keyframes suffice"):
        print(f"{title}:")
        for name, value in figures[title].items():
            print(f"  {name:20} {value:8.2f}{'x' if '/' in name else ''}")
    print("resident memory, MiB:")
    for name, value in figures["resident MiB"].items():
        print(f"  {name:20} {value:8.1f}")


if __name__ == "__main__":
    main()
