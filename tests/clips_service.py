"""`kinesight clips` as whole-program tests use it: its configuration, the running service, and the cameras it makes clips
of, whose frames carry their number."""

import datetime
import math
import os
from pathlib import Path

import yaml

import numbered_video
from backend import Backend
from conftest import Service
from simulator import Simulator

FPS = 10
FRAMES = 1000  # Of the recording, which cameras send again and again.
FRAGMENT = 2  # Seconds of each.
UTC = datetime.timezone.utc


def moment(seconds):
    """Unix seconds as tasks and messages have them."""
    text = datetime.datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return text.replace(".000Z", "Z")


def seconds_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def write_config(path, *, broker_url, queues, endpoint_url, store, cache=None, **blocks):
    """clips.yaml; `blocks` are further ones of it, by name, or options at its top."""
    config = {
        "state_directory": str(path.parent / f"{path.stem}-state"),
        "rabbitmq": {"url": broker_url, "backoff_initial_seconds": 0.1, "backoff_max_seconds": 1, "heartbeat_seconds": 5},
        "queues": queues.all(), "kvs": {"region": "us-east-1", "endpoint_url": endpoint_url}, "storage": store}
    if cache:
        config["redis"] = {"host": cache.host, "port": cache.port, "password": cache.password}
    for name, block in blocks.items():
        config[name] = {**config.get(name, {}), **block} if isinstance(block, dict) else block
    path.write_text(yaml.safe_dump(config))
    return path


class Clips(Service):
    """A running `kinesight clips`."""

    def __init__(self, config, *arguments, **options):
        super().__init__(config, *arguments, job="clips", **options)

    def processes(self):
        """Its own, and the children that it parses media in."""
        found, more = [], [self.process.pid]
        while more:
            found.append(more.pop())
            for task in Path(f"/proc/{found[-1]}/task").iterdir():
                more += map(int, (task / "children").read_text().split())
        return found

    def resident_bytes(self):
        """Of all its processes together."""
        pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in self.processes())
        return pages * os.sysconf("SC_PAGE_SIZE")


class Camera:
    """A camera of the simulator that sends numbered frames, as AWS's own client sees it."""

    def __init__(self, simulator, name, folder):
        self.name = name
        video = simulator.client("kinesisvideo")
        self.arn = video.describe_stream(StreamName=name)["StreamInfo"]["StreamARN"]
        endpoint = video.get_data_endpoint(StreamName=name, APIName="GET_CLIP")["DataEndpoint"]
        archive = simulator.client("kinesis-video-archived-media", endpoint)
        now = datetime.datetime.now(UTC).timestamp()
        within = {"FragmentSelectorType": "PRODUCER_TIMESTAMP"}
        ends = {"StartTimestamp": now - 30, "EndTimestamp": now - 10}
        listed = archive.list_fragments(StreamName=name, FragmentSelector={**within, "TimestampRange": ends})["Fragments"]
        self.time = min(one["ProducerTimestamp"].timestamp() for one in listed)
        only = {"StartTimestamp": self.time - FRAGMENT / 2, "EndTimestamp": self.time + FRAGMENT / 2}
        answer = archive.get_clip(StreamName=name, ClipFragmentSelector={**within, "TimestampRange": only})
        clip = folder / f"{name}.mp4"
        clip.write_bytes(answer["Payload"].read())
        shown = numbered_video.shown_by_ffmpeg(clip)
        assert shown == list(range(shown[0], shown[0] + FRAGMENT * FPS))
        self.number = shown[0]  # Of the frame at `time`.

    def phase(self):
        """How long after a whole tenth of a second its frames come, seconds."""
        return self.time * FPS % 1 / FPS

    def frames(self, start, end):
        """The numbers of the frames from the one on show at `start` to the last before `end`."""
        first, past = math.floor((start - self.time) * FPS), math.ceil((end - self.time) * FPS)
        return [(self.number + k) % FRAMES for k in range(first, past)]

    def task(self, start, seconds, process_id, **more):
        """As the backend asks for a clip."""
        return {"camera_id": self.name, "stream_arn": self.arn, "stream_name": self.name, "start_time": moment(start),
                "end_time": moment(start + seconds), "process_id": process_id, **more}


def record(folder):
    """The recording of all cameras."""
    path = folder / "numbered.mp4"
    numbered_video.write(path, FRAMES, FPS, FRAGMENT * FPS)
    return path


def start_simulator(recording, names, since, *arguments):
    """A simulator whose cameras have been sending since Unix second `since`, and keep all. No frame comes within 10 ms of
    a whole tenth of a second, so that it is clear which is on show at one."""
    while True:
        age = datetime.datetime.now(UTC).timestamp() - since
        streams = [part for name in names for part in ("--stream", f"{name}={recording}")]
        simulator = Simulator(*streams, "--fragment-seconds", FRAGMENT, "--footage-seconds", age,
                              "--retention-hours", int(age / 3600) + 2, "--no-limits", *arguments)
        cameras = {name: Camera(simulator, name, recording.parent) for name in names}
        if all(0.01 < camera.phase() < 0.09 for camera in cameras.values()):
            return simulator, cameras
        simulator.stop()


class Bench:
    """A broker, a store and cameras, the backend between them, and the services that a test starts there."""

    def __init__(self, folder, broker, *, queues, store, simulator, redis=None, broker_url=None):
        self.folder, self.broker, self.queues, self.store = folder, broker, queues, store
        self.simulator, self.redis, self.broker_url = simulator, redis, broker_url or broker.url
        self.backend, self.services = None, []

    def __enter__(self):
        self.backend = Backend(self.broker, self.queues)
        return self

    def __exit__(self, *_):
        for service in self.services:
            if service.process.poll() is None:
                service.process.kill()
            print("exit code", service.end())
            for line in service.log[-60:]:  # Shown where the test failed.
                print(line["level"], line["message"])
            print(service.process.stderr.read())
        self.backend.close()

    def start(self, name="clips", environment=None, **blocks):
        """A service; `name` is its configuration's and its state directory's, `blocks` are further ones of clips.yaml."""
        config = write_config(self.folder / f"{name}-{self.queues.tasks}.yaml", broker_url=self.broker_url, queues=self.queues,
                              endpoint_url=self.simulator, store=self.store.storage, cache=self.redis, **blocks)
        self.services.append(Clips(config, environment=environment))
        return self.services[-1]

    def clips(self):
        """The keys of all clips that are stored."""
        return sorted(key for key in self.store.keys() if key.endswith(".mp4"))
