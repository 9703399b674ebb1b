"""Ten thousand generated messages, most of them nothing that a backend would send: each is processed or a dead letter with
its reason, and the service neither ends nor grows."""

import json
import os
import random
import string

import pika

from clips_service import moment, seconds_of
from conftest import wait_until

MESSAGES = 10_000
WARM = 2_000  # By then all that is made once is made: threads, connections, arenas of the allocator.
START = seconds_of("2026-02-26T16:00:00Z")
# What a message may be at most (1 MiB) stands in the memory a few times while it is read, for each worker, and the
# allocator may keep it.
ALLOWANCE = 16 << 20
WORKERS = 4


class Hostile:
    """Makes messages; the seed decides all of them."""

    def __init__(self, seed, cameras):
        self.random, self.cameras = random.Random(seed), list(cameras.values())

    def text(self, most=40):
        alphabet = string.printable + "äß\u0000\u202e\U0001f3a5'\"\\"
        return "".join(self.random.choices(alphabet, k=self.random.randrange(most)))

    def value(self, depth=0):
        """Anything that JSON can be."""
        kind = self.random.randrange(12 if depth < 3 else 9)
        simple = [None, True, -1, 0, 2**63, -2**63 - 1, 10**400, 1e308, self.text()]
        if kind < len(simple):
            return simple[kind]
        if kind == 9:
            return [self.value(depth + 1) for _ in range(self.random.randrange(4))]
        return {self.text(8): self.value(depth + 1) for _ in range(self.random.randrange(4))}

    def good(self, number):
        """A task that can be done; its time is that of no other."""
        return self.random.choice(self.cameras).task(START + number, 1, number)

    def changed(self, number):
        """A task of which one thing is wrong."""
        task = self.good(number)
        field = self.random.choice(list(task))
        task[field] = self.value()
        if self.random.random() < 0.2:
            del task[field]
        return task

    def trick(self, number):
        path = self.random.choice(["../" * self.random.randrange(1, 9) + "etc/passwd", "..", ".", "a/../b", "/", "live/x", "C:\\x",
                                   "%2e%2e%2f", "a\u0000b", "..\\..", "x" * self.random.randrange(257, 2000), "ﬁ", ""])
        return {**self.good(number), "camera_id": path}

    def range(self, number):
        times = ["", "now", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59Z", "0000-00-00T00:00:00Z", moment(START), "2026-02-26",
                 -1, 0, 1e18, "2026-02-26T14:30:00+99:99", "1" * 500]
        return {**self.good(number), "start_time": self.random.choice(times), "end_time": self.random.choice(times)}

    def broken(self, number):
        """Bytes that are no JSON, or hardly."""
        body = json.dumps(self.good(number)).encode()
        ways = [lambda: self.random.randbytes(self.random.randrange(300)), lambda: body[:self.random.randrange(len(body))],
                lambda: body.decode().encode("utf-16"), lambda: b"\xef\xbb\xbf" + body[:-1], lambda: body + body,
                lambda: body.replace(b'"', b"'"), lambda: b"NaN", lambda: b'{"camera_id": "\xc3\x28"}']
        return self.random.choice(ways)()

    def deep(self, number):
        depth = self.random.choice([63, 64, 65, 1000, 100_000])
        if self.random.random() < 0.5:
            return b"[" * depth
        return json.dumps({**self.good(number), "inference_config": 0})[:-2].encode() + b'{"a":' * depth + b"1" + b"}" * depth + b"}"

    def large(self, number):
        size = self.random.choice([1 << 16, 1 << 18, (1 << 20) - 1, (1 << 20) + 1, 3 << 20])
        return {**self.good(number), "user_prompt": "x" * size}

    def message(self, number):
        ways, weights = (self.good, self.changed, self.trick, self.range, self.broken, self.deep, self.large), (2, 40, 12, 20, 20, 5, 1)
        made = self.random.choices(ways, weights)[0](number)
        return made if isinstance(made, bytes) else json.dumps(made).encode("utf-8", "surrogatepass")


def send(backend, hostile, numbers):
    """Without waiting for confirms: what the broker lost would be missed."""
    channel = backend.connection.channel()
    for number in numbers:
        channel.basic_publish("", backend.queues.tasks, hostile.message(number), pika.BasicProperties(message_id=str(number)))
    channel.close()


def test_ten_thousand_hostile_messages(clips_bench, cameras):
    seed = int(os.environ.get("KINESIGHT_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"seed: KINESIGHT_TEST_SEED={seed}")
    hostile = Hostile(seed, cameras)
    bench = clips_bench()
    service = bench.start(workers=WORKERS, rabbitmq={"prefetch": 50}, retry={"attempts": 1}, thumbnail={"enabled": False})
    backend = bench.backend
    processes = service.processes()
    memory = []
    for first, past in ((0, WARM), (WARM, MESSAGES)):
        send(backend, hostile, range(first, past))
        backend.wait(lambda past=past: len(backend.dead_letters) + len(backend.messages) >= past, 120)
        wait_until(lambda: backend.waiting(bench.queues.tasks) == 0)
        memory.append(service.resident_bytes())
    print(f"resident: {memory[0] >> 20} MiB after {WARM}, {memory[1] >> 20} MiB after {MESSAGES}; "
          f"{len(backend.messages)} processed, {len(backend.dead_letters)} dead letters")
    # Their sum is right: when none came twice, none is missing.
    assert len(backend.dead_letters) + len(backend.messages) == MESSAGES
    assert len({letter.properties.message_id for letter in backend.dead_letters}) == len(backend.dead_letters)
    assert len({letter.json["cloud_stream_path"] for letter in backend.messages}) == len(backend.messages)
    for letter in backend.dead_letters:
        reason, step, error = letter.reason
        assert reason in ("invalid", "not_found", "unavailable") and step and error, letter.headers
    assert len(backend.messages) > MESSAGES / 200, "some of them were good"
    for letter in backend.messages:
        assert letter.json["clip"]["frames"] > 0
        key = letter.json["cloud_stream_path"].removeprefix(bench.store.address(""))
        assert key.startswith("live/") and ".." not in key and key.count("/") == 2
    assert {key.split("/")[0] for key in bench.store.keys()} == {"live"}
    assert service.process.poll() is None and service.processes() == processes, "nothing ended and was started anew"
    assert memory[1] - memory[0] < ALLOWANCE, memory
    assert service.get("/health").status_code == 200
