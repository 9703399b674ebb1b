#!/usr/bin/env python3
"""Part of `make bench`: how soon a fragment of a Kinesis video stream is in a detector's hand once the service has it, and what
reading a camera costs, by kinesight and by OpenCV's VideoCapture on the same HLS. The service is `kinesight sim`, on a core
of its own. Readers take turns, and each is opened anew several times: when it opens decides when it looks for what is new."""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import run

ROOT = Path(__file__).resolve().parent.parent
STREAM = "camera"
UPLOAD_SECONDS = 0.05  # From a fragment's end to its being listed: the simulator's.
POLL_SECONDS = 0.25    # What the reader leaves between two looks when a fragment is due (kvs_hls/pace.h).
FRAGMENT_SECONDS = 2


def environment():
    """Credentials for the simulator, and nothing of the user's AWS set-up."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("AWS_") and not name.lower().endswith("_proxy")}
    return kept | {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench-secret", "AWS_REGION": "us-east-1",
                   "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
                   "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


class Service:
    """A running `kinesight sim` whose camera repeats `video`."""

    def __init__(self, kinesight, video):
        core = max(os.sched_getaffinity(0))
        self.process = subprocess.Popen(
            ["taskset", "-c", str(core), kinesight, "sim", "--listen", "127.0.0.1:0", "--stream", f"{STREAM}={video}",
             "--fragment-seconds", str(FRAGMENT_SECONDS)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().strip().split("listens: ")[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def measure(command):
    core = min(os.sched_getaffinity(0))
    done = subprocess.run(["taskset", "-c", str(core), *map(str, command)], capture_output=True, text=True, env=environment())
    if done.returncode != 0:
        sys.exit(f"bench: {command[0]} failed: {done.stderr}")
    return json.loads(done.stdout)


def latencies(result):
    """Of the fragments that were not there yet when the reader began: milliseconds from listed to handed out."""
    listed = [(begin + length + UPLOAD_SECONDS, handed_out) for begin, length, handed_out in result["fragments"]]
    return [(handed_out - since) * 1000 for since, handed_out in listed if since > result["begin"]]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def figures(results):
    late = [milliseconds for result in results for milliseconds in latencies(result)]
    return {"fragments": len(late), "median ms": statistics.median(late), "p95 ms": percentile(late, 0.95),
            "CPU ms a camera-second": statistics.median(r["cpu_seconds"] / r["seconds"] * 1000 for r in results)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--runs", type=int, default=5, help="times that each reader is opened (5)")
    parser.add_argument("--seconds", type=float, default=20, help="how long each watches (20)")
    parser.add_argument("--build", type=Path, default=ROOT / "build/release", help="the build folder (build/release)")
    arguments = parser.parse_args()
    run.KINESIGHT = arguments.build / "kinesight"
    video = run.rendered("keyframe_every_2s", FRAGMENT_SECONDS)
    with Service(run.KINESIGHT, video) as service:
        ours = [arguments.build / "bin/bench_kvs", service.url, STREAM, arguments.seconds]
        jobs = {
            "kinesight": ours,
            "kinesight, to BGR": [*ours, "bgr"],
            "VideoCapture": [sys.executable, ROOT / "bench/kvs_peer.py", service.url, STREAM, arguments.seconds, video],
        }
        results = {name: [] for name in jobs}
        for turn in range(arguments.runs):
            for name, command in jobs.items():
                run.say(f"{name}, run {turn + 1} of {arguments.runs}")
                results[name].append(measure(command))
    run.say("")
    table = {name: figures(rows) for name, rows in results.items()}
    if arguments.json:
        print(json.dumps(table | {"poll ms": POLL_SECONDS * 1000}, indent=2))
        return
    print(f"1080p30 H.264 in fragments of {FRAGMENT_SECONDS} s, every frame decoded, one core\n")
    print(f"{'listed -> first frame in hand':30} {'median':>9} {'p95':>9} {'CPU a camera-second':>20}")
    for name, row in table.items():
        print(f"{name:30} {row['median ms']:6.0f} ms {row['p95 ms']:6.0f} ms {row['CPU ms a camera-second']:17.1f} ms")
    print(f"\nThe poll interval is {POLL_SECONDS * 1000:.0f} ms; the aim is a median of at most 150 ms beyond it.")


if __name__ == "__main__":
    main()
