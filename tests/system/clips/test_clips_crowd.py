"""Several processes at one queue, and processes that are stopped while they work: no task is lost and none is done twice."""

from collections import Counter

from clips_service import seconds_of

START = seconds_of("2026-02-26T15:00:00Z")


def tasks_of(cameras, count):
    """As many tasks of 3 s, each of a start of its own."""
    names = sorted(cameras)
    return [cameras[names[i % len(names)]].task(START + 5 * i, 3, 1000 + i) for i in range(count)]


def keys_of(tasks):
    return sorted(f"live/{task['camera_id']}/{task['start_time'].replace(':', '-')}.mp4" for task in tasks)


def numbers(letters):
    return Counter(letter.json["process_id"] for letter in letters)


def test_four_processes_share_forty_tasks(clips_bench, cameras, live_redis):
    bench = clips_bench("s3", redis=live_redis)
    services = [bench.start(f"clips-{i}") for i in range(4)]
    tasks = tasks_of(cameras, 40)
    for task in tasks:
        bench.backend.publish(task)
    bench.backend.wait(lambda: len(bench.backend.messages) + len(bench.backend.dead_letters) >= len(tasks))
    for service in services:
        assert service.stop() == 0
    assert numbers(bench.backend.messages) == Counter(task["process_id"] for task in tasks)
    assert bench.backend.dead_letters == [] and bench.backend.waiting(bench.queues.tasks) == 0
    assert bench.clips() == keys_of(tasks)
    shares = [sum(line["message"].startswith("S2 task ") for line in service.log) for service in services]
    assert sum(shares) == len(tasks) and min(shares) > 0, shares


def test_a_service_that_is_stopped_loses_no_task(clips_bench, cameras, clip_simulator):
    simulator = clip_simulator[0]
    bench = clips_bench()
    tasks = tasks_of(cameras, 16)
    for task in tasks:
        bench.backend.publish(task)
    done = bench.backend.messages
    # One that may end its work, one that has to leave at once, one that is asked when it has hardly begun.
    for stop_seconds, wait_for in ((20, 3), (0, 6), (20, 6)):
        simulator.fault(name="stall", value="0.3")
        service = bench.start(stop_seconds=stop_seconds)
        bench.backend.wait(lambda: len(done) >= wait_for)
        assert service.stop() == 0
        # What is not done is in the queue.
        bench.backend.wait(lambda: len(numbers(done)) + bench.backend.waiting(bench.queues.tasks) >= len(tasks), 20)
    simulator.clear_faults()
    bench.start()
    bench.backend.wait(lambda: numbers(done).keys() == {task["process_id"] for task in tasks})
    # A worker that had to leave while the broker was about to confirm cannot know of it.
    assert len(done) - len(tasks) <= 2, numbers(done)
    assert bench.backend.dead_letters == [] and bench.clips() == keys_of(tasks)
