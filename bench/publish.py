#!/usr/bin/env python3
"""`make bench-publish`: events a second into Kinesis on one core, with the outbox and without, beside boto3 at the same job
and beside the limit (a ready-made request sent as fast as HTTP goes); and the memory that a million waiting events take.

The fake of AWS runs on another core and checks no signatures. Figures are medians of interleaved runs; ratios within one
run are what to quote."""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release/bin"
STREAM = "detection-events"
BACKLOG = 1_000_000


def say(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


class Fake:
    """A fake of AWS on a core of its own."""

    def __enter__(self):
        core = max(os.sched_getaffinity(0))
        self.process = subprocess.Popen(["taskset", "-c", str(core), BUILD / "fake_aws", "--no-signatures", "--keep", "counts",
                                         "--stream", f"{STREAM}:4"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)


def measure(command):
    """The JSON that `command` prints, run on one core; its outbox lies in a folder that is gone afterwards."""
    core = min(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        done = subprocess.run(["taskset", "-c", str(core), *map(str, command), folder], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {command[:2]} failed: {done.stderr}")
    return json.loads(done.stdout)


def throughput(runs):
    with Fake() as aws:
        bench = lambda mode, events: [BUILD / "bench_publish", mode, aws.url, STREAM, events]
        jobs = {
            "HTTP alone": bench("floor", 400_000),
            "without the outbox": bench("memory", 400_000),
            "with the outbox, blocks of 500": bench("durable", 400_000),
            "with the outbox, 64 cameras": bench("cameras", 100_000),
            "boto3": [sys.executable, ROOT / "bench/publish_peer.py", aws.url, STREAM, 50_000],
        }
        rates = {name: [] for name in jobs}
        for turn in range(runs):
            for name, command in jobs.items():
                say(f"{name}, run {turn + 1} of {runs}")
                result = measure(command)
                rates[name].append(result["events"] / result["seconds"])
    figures = {name: {"events a second": statistics.median(values)} for name, values in rates.items()}
    for name, values in rates.items():
        figures[name]["of HTTP alone"] = statistics.median(a / b for a, b in zip(values, rates["HTTP alone"]))
        figures[name]["times boto3"] = statistics.median(a / b for a, b in zip(values, rates["boto3"]))
    return figures


def backlog():
    """Resident memory while nobody answers and a million events wait."""
    say("a million waiting events")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        return measure([BUILD / "bench_publish", "backlog", f"http://127.0.0.1:{nobody.getsockname()[1]}", STREAM, BACKLOG])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--runs", type=int, default=5, help="times that each job is measured (5)")
    arguments = parser.parse_args()
    figures = {"throughput": throughput(arguments.runs), "backlog": backlog()}
    say("")
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    print(f"{'events of 500 bytes, one core':34} {'events/s':>10} {'of HTTP':>8} {'of boto3':>9}")
    for name, row in figures["throughput"].items():
        print(f"{name:34} {row['events a second']:10,.0f} {row['of HTTP alone']:7.2f}x {row['times boto3']:8.2f}x")
    waiting = figures["backlog"]
    print(f"\n{waiting['events']:,} events wait: {waiting['resident_mib']:.1f} MiB resident "
          f"({waiting['resident_mib_after_a_tenth']:.1f} MiB after the first tenth)")


if __name__ == "__main__":
    main()
