"""Nothing is lost while all that the service depends on goes away, and while it is itself killed: each task ends as exactly
one object and at least one message, or as a dead letter with its reason. KINESIGHT_CLIPS_TASKS says how many tasks (60);
`make test-long` takes a thousand."""

import os
import random
from collections import Counter

import pytest

from clip_stores import S3Bucket
from clips_service import seconds_of
from conftest import wait_until
from cutting_proxy import CuttingProxy

TASKS = int(os.environ.get("KINESIGHT_CLIPS_TASKS") or 60)
HOPELESS = 10  # One task in so many can't be done.
TASKS_OF_A_BLOW = 5
START = seconds_of("2026-02-26T17:00:00Z")


class Blows:
    """What happens to the service and to what it depends on; the seed decides in which order."""

    def __init__(self, bench, redis, to_broker, to_store, rng):
        self.bench, self.redis, self.proxies, self.random = bench, redis, (to_broker, to_store), rng
        self.service, self.counted, self.left = None, Counter(), []

    def start_service(self):
        self.service = self.bench.start(max_deliveries=1000, workers=3,
                                        clip={"publish_seconds": 5, "settle_seconds": 0}, thumbnail={"enabled": False},
                                        rabbitmq={"prefetch": 6, "connect_seconds": 3})

    def kill_service(self):
        self.service.process.kill()
        self.service.end()
        self.start_service()

    def restart_broker(self):
        self.bench.broker.kill()
        self.bench.broker.start()

    def restart_redis(self):
        self.redis.kill()
        self.redis.start()

    def cut_broker(self):
        self.proxies[0].cut()

    def cut_store(self):
        self.proxies[1].cut()

    def strike(self):
        """The next blow: of a shuffled round of all of them, so that each comes."""
        if not self.left:
            self.left = [("the service is killed", self.kill_service)] * 3 + [
                ("RabbitMQ is killed", self.restart_broker), ("Redis is killed", self.restart_redis),
                ("connections to RabbitMQ are cut", self.cut_broker), ("connections to RabbitMQ are cut", self.cut_broker),
                ("connections to the store are cut", self.cut_store), ("connections to the store are cut", self.cut_store)]
            self.random.shuffle(self.left)
        what, blow = self.left.pop()
        self.counted[what] += 1
        blow()


def task_of(cameras, number):
    names = sorted(cameras)
    task = cameras[names[number % len(names)]].task(START + 2 * number, 2, number)
    return {**task, "stream_arn": "", "stream_name": "Nowhere"} if number % HOPELESS == 0 else task


def key_of(task):
    return f"live/{task['camera_id']}/{task['start_time'].replace(':', '-')}.mp4"


def all_come(backend, numbers, seconds):
    """Takes what comes until each of `numbers` has a message or a dead letter."""
    backend.wait(lambda: numbers <= {letter.json["process_id"] for letter in backend.messages + backend.dead_letters}, seconds)


def some(tasks, *marks):
    return pytest.param(tasks, marks=[pytest.mark.timeout(240 + 2 * tasks), *marks], id=f"{tasks} tasks")


@pytest.mark.parametrize("count", [some(TASKS), some(1000, pytest.mark.long)])
def test_nothing_is_lost(clips_bench, cameras, minio, live_redis, rabbitmq, count):
    seed = int(os.environ.get("KINESIGHT_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"seed: KINESIGHT_TEST_SEED={seed}")
    rng = random.Random(seed)
    store_address = tuple(minio.url.removeprefix("http://").split(":"))
    with CuttingProxy(("127.0.0.1", rabbitmq.port)) as to_broker, CuttingProxy(store_address) as to_store:
        store = S3Bucket(minio, f"losses-{seed}", f"http://127.0.0.1:{to_store.port}")
        bench = clips_bench(store=store, redis=live_redis, broker_url=f"amqp://guest:guest@127.0.0.1:{to_broker.port}/")
        bench.backend.keep_queues()
        blows = Blows(bench, live_redis, to_broker, to_store, rng)
        blows.start_service()
        tasks = {number: task_of(cameras, number) for number in range(count)}
        order = list(tasks)
        rng.shuffle(order)
        for at in range(0, count, TASKS_OF_A_BLOW):
            before = len(store.keys())
            for number in order[at:at + TASKS_OF_A_BLOW]:
                bench.backend.publish(tasks[number])
            # At a random moment of their work: when so many of them, but not all, are stored.
            hopeful = sum(number % HOPELESS != 0 for number in order[at:at + TASKS_OF_A_BLOW])
            stored = before + rng.randrange(max(1, hopeful))
            wait_until(lambda stored=stored: len(store.keys()) >= stored)
            blows.strike()
        all_come(bench.backend, set(tasks), 60 + count)
        # What remains are tasks that came twice.
        wait_until(lambda: not bench.backend.held_or_waiting(bench.queues.tasks), 60)
        assert blows.service.stop() == 0
        bench.backend.wait(lambda: not bench.backend.waiting(bench.queues.next))

    told = Counter(letter.json["process_id"] for letter in bench.backend.messages)
    buried = {letter.json["process_id"]: letter.reason for letter in bench.backend.dead_letters}
    again = sum(told.values()) - len(told)
    print(f"{count} tasks: {len(told)} done, {len(buried)} dead letters, {again} messages came again; {dict(blows.counted)}, "
          f"{to_broker.cuts + to_store.cuts} connections cut")
    assert told.keys() | buried.keys() == set(tasks)
    assert all(all(reason) for reason in buried.values()), buried
    assert {number for number in tasks if number % HOPELESS == 0} <= buried.keys()
    assert not told.keys() & {number for number in tasks if number % HOPELESS == 0}
    # One object a task, and no others; a dead letter may have one too, whose message could not be sent.
    stored = set(store.keys())
    assert {key_of(tasks[number]) for number in told} <= stored <= {key_of(task) for task in tasks.values()}
    assert bench.backend.waiting(bench.queues.tasks) == 0
    assert len(buried) <= count / HOPELESS + count / 10, buried
