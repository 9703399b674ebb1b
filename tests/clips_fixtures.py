"""Fixtures of the whole-program tests of `kinesight clips`. What they need is imported when one is used: most test runs do
without."""

import contextlib

import pytest

SINCE = "2026-02-26T14:00:00Z"  # The cameras' first moment: half an hour before the task of seed 003.


@pytest.fixture(scope="session")
def clip_simulator(tmp_path_factory):
    """(simulator, its cameras by name): three that send numbered frames."""
    import clips_service as service

    recording = service.record(tmp_path_factory.mktemp("cameras"))
    simulator, cameras = service.start_simulator(recording, ["FrontEntrance", "Yard", "Gate"], service.seconds_of(SINCE))
    yield simulator, cameras
    simulator.stop()


@pytest.fixture
def cameras(clip_simulator):
    yield clip_simulator[1]
    clip_simulator[0].clear_faults()


@pytest.fixture
def clips_bench(request, tmp_path, rabbitmq, clip_simulator):
    """clips_bench(kind of store, …) -> clips_service.Bench; all of them are gone at the end of the test."""
    from backend import NUMBERS, Queues
    from clip_stores import open_store
    from clips_service import Bench

    with contextlib.ExitStack() as benches:
        def make(kind="directory", queues=None, container=None, **options):
            container = container or f"clips-{next(NUMBERS)}"
            options.setdefault("store", open_store(kind, request, tmp_path, container))
            options.setdefault("simulator", clip_simulator[0].url)
            return benches.enter_context(Bench(tmp_path, rabbitmq, queues=queues or Queues.new(), **options))

        yield make


@pytest.fixture
def live_redis(redis):
    """Redis, empty, which the test may kill: it is there again afterwards."""
    redis.cli("flushall")
    yield redis
    if not redis.answers():
        redis.kill()
        redis.start()
