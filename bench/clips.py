#!/usr/bin/env python3
"""`make bench-clips`: clips a second and CPU a clip of `kinesight clips`, beside the same job in Python (aio-pika and
aiobotocore) and beside the limit (curl that downloads and uploads the same bytes); and the memory that a clip of 100 MB and one
of 2 GB take. RabbitMQ, MinIO and the simulator run beside them on the same cores; figures are medians of interleaved runs, and
ratios within one run are what to quote."""

import argparse
import contextlib
import datetime
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import boto3  # noqa: E402
import pika  # noqa: E402

from peers import ACCESS_KEY, MINIO, REGION, SECRET_KEY, serve  # noqa: E402
from rabbitmq import RabbitMq  # noqa: E402

KINESIGHT = ROOT / "build/release/kinesight"
PYTHON = ROOT / ".deps/bench/bin/python"
TASKS, DEAD_LETTERS, NEXT, BUCKET = "S2_PROCESSING_QUEUE", "S2_PROCESSING_DLQ", "M0_PRIORITY_QUEUE", "spectra-videos"
CLIP_SECONDS, WORKERS = 60, 4
AIMS = {"CPU, times less than Python": 5, "times as long as curl": 1.2, "resident MiB": 96}
TICK = os.sysconf("SC_CLK_TCK")


def say(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def video(name, megabits, seconds=20):
    """A 1080p H.264 file of noise at so many megabits a second, keyframes every two seconds: what counts is its bytes."""
    path = ROOT / "build/bench" / f"{name}.mp4"
    if not path.exists():
        say(f"making {path.name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=15,noise=alls=40:allf=t",
                        "-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-sc_threshold", "0", "-pix_fmt",
                        "yuv420p", "-b:v", f"{megabits}M", "-minrate", f"{megabits}M", "-maxrate", f"{megabits}M",
                        "-bufsize", f"{megabits}M", path], check=True)
    return path


class Rig:
    """RabbitMQ, MinIO and the simulator, with a stream that has been sent for `footage` seconds."""

    def __init__(self, folder, stack, file, footage):
        self.folder, self.url = folder, None
        (folder / "rabbitmq").mkdir()
        self.broker = stack.enter_context(RabbitMq(folder / "rabbitmq"))
        secrets = {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY, "MINIO_BROWSER": "off", "MINIO_UPDATE": "off"}
        (folder / "minio").mkdir()
        self.minio = stack.enter_context(contextlib.contextmanager(serve)(
            "MinIO", [MINIO, "server", "--address", "127.0.0.1:0", folder / "minio/data"], folder / "minio", secrets,
            r"API: http://(\S+)", "/minio/health/ready"))
        self.s3 = self.minio.client("s3")
        self.s3.create_bucket(Bucket=BUCKET)
        self.environment = {**os.environ, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
                            "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION, "LOG_LEVEL": "WARNING"}
        self.begin = time.time() - footage
        self.simulator = subprocess.Popen(
            [KINESIGHT, "sim", "--listen", "127.0.0.1:0", "--no-limits", "--footage-seconds", str(footage), "--stream", f"front={file}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        stack.callback(self.end, self.simulator)
        self.kvs = self.simulator.stdout.readline().split("listens: ", 1)[1].strip()
        connection = stack.enter_context(contextlib.closing(pika.BlockingConnection(pika.URLParameters(self.broker.url))))
        self.channel = connection.channel()
        for queue in (TASKS, DEAD_LETTERS, NEXT):
            self.channel.queue_declare(queue, durable=True)

    @staticmethod
    def end(process):
        process.terminate()
        process.wait(60)

    def ours(self):
        state = tempfile.mkdtemp(dir=self.folder)
        config = Path(state) / "clips.yaml"
        # The job as Python does it has no thumbnail.
        config.write_text(f"state_directory: {state}\nworkers: {WORKERS}\nrabbitmq: {{url: {self.broker.url}}}\n"
                          f"kvs: {{endpoint_url: {self.kvs}}}\nthumbnail: {{enabled: false}}\n"
                          f"storage: {{type: s3, container: {BUCKET}, endpoint_url: {self.minio.url}}}\n")
        return [KINESIGHT, "clips", "--config", config, "--http", "127.0.0.1:0"]

    def python(self):
        return [PYTHON, ROOT / "bench/clips_peer.py", self.broker.url, self.kvs, self.minio.url, BUCKET, WORKERS]

    def ranges(self, count, seconds):
        """So many ranges end to end, on whole seconds, with a fragment before the first."""
        first = int(self.begin) + 10
        return [(first + i * seconds, first + (i + 1) * seconds) for i in range(count)]

    def publish(self, ranges, name):
        stamp = lambda t: datetime.datetime.fromtimestamp(t, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        for number, (start, end) in enumerate(ranges):
            self.channel.basic_publish("", TASKS, json.dumps({
                "camera_id": name, "stream_name": "front", "start_time": stamp(start), "end_time": stamp(end),
                "process_id": number}), pika.BasicProperties(delivery_mode=2))

    def take(self, count):
        """Takes as many messages of the next queue; fails when one is among the dead letters."""
        messages = []
        for method, _, body in self.channel.consume(NEXT, auto_ack=True, inactivity_timeout=1):
            if body:
                messages.append(json.loads(body))
            else:
                _, properties, letter = self.channel.basic_get(DEAD_LETTERS, auto_ack=True)
                if letter:
                    sys.exit(f"bench: a task failed: {properties.headers}")
            if len(messages) == count:
                break
        self.channel.cancel()
        return messages


def cpu_seconds(pid):
    """Of a process, of its children that have ended, and of those below it that live."""
    ticks = 0
    for one in [*descendants(pid), pid]:
        with contextlib.suppress(OSError):  # One that has ended meanwhile is in the sum of its parent.
            ticks += sum(map(int, Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()[11:15]))
    return ticks / TICK


def descendants(pid):
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from descendants(child)


def resident(pid):
    """MiB of a process and all below it, what they share counted once (PSS)."""
    total = 0
    for one in [pid, *descendants(pid)]:
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += int(rollup.split("\nPss:")[1].split()[0])
    return total / 1024


class Memory:
    """The most that a process takes while `with` lasts."""

    def __init__(self, pid):
        self.pid, self.most, self.ended = pid, 0, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while not self.ended.wait(0.02):
            self.most = max(self.most, resident(self.pid))

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


@contextlib.contextmanager
def running(rig, command):
    """A service that consumes tasks."""
    with (rig.folder / "log").open("ab") as log:
        process = subprocess.Popen([*map(str, command)], env=rig.environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while rig.channel.queue_declare(TASKS, passive=True).method.consumer_count == 0:
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"bench: {command[0]} does not take tasks: {(rig.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)
        yield process
    finally:
        rig.end(process)
        while rig.channel.queue_declare(TASKS, passive=True).method.consumer_count:
            time.sleep(0.05)


def serve_tasks(rig, command, ranges, name):
    with running(rig, command) as process:
        cpu, begun = cpu_seconds(process.pid), time.monotonic()
        rig.publish(ranges, name)
        rig.take(len(ranges))
        return {"seconds": time.monotonic() - begun, "cpu": cpu_seconds(process.pid) - cpu}


def curl(rig, ranges):
    """The same bytes by curl, as many at once: from GetClip to a file, from the file to the bucket."""
    script = ('curl -sf -o "$0" -H "Content-Type: application/json" -d "$2" "$1" && '
              f'curl -sf -T "$0" --aws-sigv4 aws:amz:{REGION}:s3 --user {ACCESS_KEY}:{SECRET_KEY} "$3" && rm "$0"')
    lines = []
    for start, end in ranges:
        body = json.dumps({"StreamName": "front", "ClipFragmentSelector": {
            "FragmentSelectorType": "PRODUCER_TIMESTAMP", "TimestampRange": {"StartTimestamp": start - 2, "EndTimestamp": end}}})
        lines += [str(rig.folder / f"curl-{start}"), f"{rig.kvs}/getClip", body, f"{rig.minio.url}/{BUCKET}/curl/{start}.mp4"]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(["xargs", "-0", "-n", "4", "-P", str(WORKERS), "sh", "-c", script], input="\0".join(lines).encode(),
                          stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(f"bench: curl failed: {done.stderr.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"seconds": time.monotonic() - begun, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def throughput(folder, runs, clips):
    with contextlib.ExitStack() as stack:
        rig = Rig(folder, stack, video("two-megabits", 2), clips * CLIP_SECONDS + 60)
        ranges = rig.ranges(clips, CLIP_SECONDS)
        samples = {"kinesight": [], "Python": [], "curl": []}
        for turn in range(runs):
            for name in samples:
                say(f"{name}, run {turn + 1} of {runs}")
                if name == "curl":
                    samples[name].append(curl(rig, ranges))
                else:
                    command = rig.ours() if name == "kinesight" else rig.python()
                    samples[name].append(serve_tasks(rig, command, ranges, f"{name}-{turn}"))
        size = rig.s3.head_object(Bucket=BUCKET, Key=f"curl/{ranges[0][0]}.mp4")["ContentLength"]
    figures = {name: {"clips a second": statistics.median(clips / one["seconds"] for one in taken),
                      "CPU ms a clip": statistics.median(one["cpu"] * 1000 / clips for one in taken)}
               for name, taken in samples.items()}
    ratio = lambda of, by, what: statistics.median(a[what] / b[what] for a, b in zip(samples[of], samples[by]))
    return {"MB a clip": size / 1e6, "jobs": figures, "CPU, times less than Python": ratio("Python", "kinesight", "cpu"),
            "times as long as curl": ratio("kinesight", "curl", "seconds")}


def memory(folder, name, megabits, seconds):
    """The most memory that one clip of so many seconds takes."""
    with contextlib.ExitStack() as stack:
        rig = Rig(folder, stack, video(name, megabits), seconds + 60)
        say(f"a clip of {megabits * seconds / 8:.0f} MB")
        with running(rig, rig.ours()) as process:
            idle = resident(process.pid)
            with Memory(process.pid) as used:
                rig.publish(rig.ranges(1, seconds), name)
                clip = rig.take(1)[0]["clip"]
        return {"MB": clip["bytes"] / 1e6, "seconds of video": clip["duration_seconds"], "idle MiB": idle, "resident MiB": used.most}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--runs", type=int, default=5, help="times that each job is measured (5)")
    parser.add_argument("--clips", type=int, default=40, help="clips of a run (40)")
    parser.add_argument("--only", choices=["throughput", "memory"], help="leave the other part out")
    arguments = parser.parse_args()
    figures = {}
    parts = {"throughput": lambda folder: throughput(folder, arguments.runs, arguments.clips),
             "a clip of 100 MB": lambda folder: memory(folder, "eight-megabits", 8, 100),
             "a clip of 2 GB": lambda folder: memory(folder, "sixty-megabits", 60, 270)}
    for name, part in parts.items():
        if arguments.only and (arguments.only == "throughput") != (name == "throughput"):
            continue
        folder = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / "build"))
        try:
            figures[name] = part(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    say("")
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, values in figures.items():
        print(f"{name}")
        for job, row in values.pop("jobs", {}).items():
            print(f"  {job:<10} " + "   ".join(f"{what} {value:8.2f}" for what, value in row.items()))
        for what, value in values.items():
            print(f"  {what}: {value:.2f}" + (f" (aim {AIMS[what]})" if what in AIMS else ""))


if __name__ == "__main__":
    main()
