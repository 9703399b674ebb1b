#!/usr/bin/env python3
"""`make bench`: what one camera costs on one core, beside the Python reference and beside the limit, and what memory a
further camera costs; and how soon an event is durable. Figures are medians of interleaved runs; ratios within one run
are what to quote."""

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
VIDEOS = ROOT / "build/bench"
FPS_TARGET = 5
VIDEO_SECONDS = 20
STILL_SECONDS = 40
IN_MOTION = 0.1  # Share of the time, in the video of a camera before which little happens.
LOAD = 0.8
PROBE_SECONDS = 10
FEWEST_SEEN = 95  # Percent of the frames that are due; with fewer the load was not LOAD but too much.
AIMS = {"all frames decoded": ("python / kinesight", 1.5), "10 % motion": ("python / gates on", 8),
        "from frame to durable event": ("p99 ms", 250), "resident MiB": ("each further camera", 40)}


def say(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def written(name, *command):
    """The file that `command` writes when its name is put in, made once."""
    path = VIDEOS / f"{name}.mp4"
    if not path.exists():
        say(f"rendering {name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([path if word is None else str(word) for word in command], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return path


def rendered(kinesight, name, keyframe_seconds):
    """A 1080p30 H.264 file of a rendered scene."""
    return written(name, kinesight, "sim", "render", "--scene", "parking", "--width", 1920, "--height", 1080, "--fps",
                   30, "--seconds", VIDEO_SECONDS, "--keyframe-seconds", keyframe_seconds, "--output", None)


def one_core():
    return ["taskset", "-c", str(min(os.sched_getaffinity(0)))]


def measure(command):
    """The JSON that `command` prints, run on one core."""
    done = subprocess.run([*one_core(), *map(str, command)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {command[0]} failed: {done.stderr}")
    return json.loads(done.stdout)


def take_turns(title, jobs, runs, seconds, whole):
    """CPU milliseconds a camera-second of each job, a list each; the jobs take turns, so that a slow minute hits all of
    them. Those in `whole` must have seen every frame that was due. And what each printed last."""
    samples, printed = {name: [] for name in jobs}, {}
    for turn in range(runs):
        for name, command in jobs.items():
            say(f"{title}: {name}, run {turn + 1} of {runs}")
            printed[name] = measure(command)
            samples[name].append(printed[name]["cpu_seconds"] * 1000 / seconds)
            if name in whole and abs(printed[name]["frames"] - FPS_TARGET * seconds) > 1:
                sys.exit(f"bench: {name} processed {printed[name]['frames']} frames, expected {FPS_TARGET * seconds}")
    return samples, printed


def medians(samples):
    return {name: statistics.median(values) for name, values in samples.items()}


def ratio(a, b):
    return statistics.median(x / y for x, y in zip(a, b))


def cpu_table(pipeline, video, model, keyframes, runs):
    """What a camera costs of which every frame (or every keyframe) is decoded."""
    jobs = {
        "decode alone": [pipeline, "decode_keyframes" if keyframes else "decode", video],
        "inference alone": [pipeline, "inference", model, FPS_TARGET * VIDEO_SECONDS],
        "kinesight": [pipeline, "watch", video, model, FPS_TARGET],
        "python": [sys.executable, ROOT / "bench/reference.py", video, model, FPS_TARGET],
    }
    samples, _ = take_turns(video.stem, jobs, runs, VIDEO_SECONDS, ("kinesight", "python"))
    samples["limit"] = [a + b for a, b in zip(samples["decode alone"], samples["inference alone"])]
    table = medians(samples)
    return table | {"kinesight / limit": ratio(samples["kinesight"], samples["limit"]),
                    "python / kinesight": ratio(samples["python"], samples["kinesight"]),
                    "cameras a core": 1000 / table["kinesight"], "python's": 1000 / table["python"]}


def still_table(pipeline, video, model, runs):
    """What a camera costs before which something moves for a tenth of the time. The limit with gates: all is decoded
    and inferred for that tenth, and keyframes alone are decoded for the rest."""
    jobs = {
        "decode alone": [pipeline, "decode", video],
        "keyframes alone": [pipeline, "decode_keyframes", video],
        "inference alone": [pipeline, "inference", model, FPS_TARGET * STILL_SECONDS],
        "gates off": [pipeline, "watch", video, model, FPS_TARGET],
        "gates on": [pipeline, "watch_gated", video, model, FPS_TARGET],
        "python": [sys.executable, ROOT / "bench/reference.py", video, model, FPS_TARGET],
    }
    samples, printed = take_turns(video.stem, jobs, runs, STILL_SECONDS, ("gates off", "python"))
    samples["limit of gates"] = [
        IN_MOTION * (all_frames + inferred) + (1 - IN_MOTION) * keyframes for all_frames, keyframes, inferred in
        zip(samples["decode alone"], samples["keyframes alone"], samples["inference alone"])]
    table, seen = medians(samples), printed["gates on"]
    return table | {"% left undecoded": 100 * seen["gated"] / (STILL_SECONDS * 30),
                    "% inferred": 100 * seen["inferences"] / (STILL_SECONDS * FPS_TARGET),
                    "gates on / limit": ratio(samples["gates on"], samples["limit of gates"]),
                    "python / gates off": ratio(samples["python"], samples["gates off"]),
                    "python / gates on": ratio(samples["python"], samples["gates on"]),
                    "cameras a core": 1000 / table["gates on"], "python's": 1000 / table["python"]}


def latency_table(pipeline, video, model, milliseconds, seconds):
    """From the confirming frame to its event on disk, with as many cameras as load a core to LOAD."""
    def seen_of(cameras, seconds):
        say(f"latency of {cameras} cameras")
        with tempfile.TemporaryDirectory(dir=VIDEOS) as folder:  # On a disk, which /tmp need not be.
            return measure([pipeline, "latency", video, model, folder, cameras, seconds])

    # Events and pictures cost what `milliseconds` does not know of: how much, fewer cameras tell.
    few = max(1, round(LOAD / 2 * 1000 / milliseconds))
    cameras = max(1, round(few * LOAD / seen_of(few, PROBE_SECONDS)["busy"]))
    seen = seen_of(cameras, seconds)
    return {"cameras": cameras, "% load": 100 * seen["busy"], "% of frames seen": 100 * seen["processed"],
            "events": seen["events"], "p50 ms": seen["p50_ms"], "p99 ms": seen["p99_ms"], "max ms": seen["max_ms"],
            "p99 ms of outbox": seen["outbox_p99_ms"], "models compiled": seen["models"]}


def resident_mib(kinesight, cameras, video, model, seconds):
    """Resident memory of `kinesight infer` that watches `cameras` copies of `video`, after `seconds`."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "cameras.yaml"
        config.write_text(f"state_directory: {folder}/state\ncameras:\n" + "".join(
            f"  camera_{i}:\n    fps_target: 1\n    source: {{type: file, path: {video}, loop: true}}\n"
            f"    detectors: [{{type: object, params: {{model_path: {model}}}}}]\n" for i in range(cameras)))
        process = subprocess.Popen([kinesight, "infer", "--config", config, "--http", "127.0.0.1:0", "--log-format",
                                    "json"], stdout=subprocess.PIPE, text=True)
        try:
            time.sleep(seconds)  # The figure is that of a running service, so it has to run.
            status = Path(f"/proc/{process.pid}/status").read_text()
            return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def memory_table(kinesight, video, model):
    say("memory")
    one, five = resident_mib(kinesight, 1, video, model, 12), resident_mib(kinesight, 5, video, model, 15)
    return {"1 camera": one, "5 cameras": five, "each further camera": (five - one) / 4}


def all_figures(arguments):
    kinesight, pipeline = arguments.build / "kinesight", arguments.build / "bin/bench_pipeline"
    model, runs = arguments.model, arguments.runs
    all_frames = rendered(kinesight, "keyframe_every_2s", 2)
    keyframes = rendered(kinesight, "keyframe_every_200ms", 0.2)
    still = written("mostly_still", pipeline, "mostly_still", None, STILL_SECONDS)
    slides = written("slides", pipeline, "slides", None, VIDEO_SECONDS)
    figures = {
        "all frames decoded": cpu_table(pipeline, all_frames, model, False, runs),
        "keyframes suffice": cpu_table(pipeline, keyframes, model, True, runs),
        "10 % motion": still_table(pipeline, still, model, runs),
    }
    # The cameras of the latency's run have a busier video, noise and snapshots.
    busy = measure([pipeline, "watch", slides, model, FPS_TARGET])["cpu_seconds"] * 1000 / VIDEO_SECONDS
    figures["from frame to durable event"] = latency_table(pipeline, slides, model, busy, arguments.latency_seconds)
    figures["resident MiB"] = memory_table(kinesight, all_frames, model)
    return figures


def show(figures):
    print(f"1080p30 H.264, fps_target {FPS_TARGET}, one core; CPU milliseconds a camera-second\n")
    for title, table in figures.items():
        print(f"{title}:")
        aimed, aim = AIMS.get(title, (None, None))
        for name, value in table.items():
            note = f"   (aim: {aim})" if name == aimed else ""
            print(f"  {name:20} {value:8.2f}{'x' if '/' in name else ''}{note}")
        if table.get("% of frames seen", 100) < FEWEST_SEEN:
            print("  void: others wanted the core too, and the cameras had more than their load; run it again")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--runs", type=int, default=5, help="times that each job is measured (5)")
    parser.add_argument("--latency-seconds", type=int, default=60, help="how long events are timed (60)")
    parser.add_argument("--build", type=Path, default=ROOT / "build/release", help="folder of the build")
    parser.add_argument("--model", type=Path, default=ROOT / "models/demo.onnx", help="model with a YOLOv8 head")
    figures = all_figures(arguments := parser.parse_args())
    say("")
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        show(figures)


if __name__ == "__main__":
    main()
