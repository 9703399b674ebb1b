"""Several processes share the cameras of one file."""

import pytest

from conftest import LOCAL, Service, camera_config, kinesight, wait_until

IDS = [f"camera-{number}" for number in range(12)]


@pytest.fixture
def shards(tmp_path, scene_video):
    """shards(texts, …) -> a running process for each; all are gone at the end of the test."""
    text = LOCAL + "".join(camera_config(name, scene_video("hallway"), fps=1) for name in IDS)
    running = []

    def begin(count, environment_of):
        for index in range(count):
            folder = tmp_path / f"{count}-{index}"
            folder.mkdir()
            (folder / "cameras.yaml").write_text(text)
            running.append(Service(folder / "cameras.yaml", environment=environment_of(index)))
        return running[-count:]

    yield begin
    for service in running:
        if service.process.poll() is None:
            service.process.kill()
        service.process.wait()


def shares(services):
    """The cameras that each of them watches, once it does."""
    for service in services:
        wait_until(lambda: all(camera["frames"] for camera in service.get("/api/cameras").json()["cameras"]), 60)
    return [{camera["id"] for camera in service.get("/api/cameras").json()["cameras"]} for service in services]


def test_shares_cover_all_and_never_overlap_and_few_move_when_there_are_more(shards):
    two = shares(shards(2, lambda index: {"KINESIGHT_SHARD": f"{index}/2"}))
    three = shares(shards(3, lambda index: {"KINESIGHT_SHARD": "auto/3", "HOSTNAME": f"kvs-infer-{index}"}))
    for parts in (two, three):
        assert sorted(name for part in parts for name in part) == sorted(IDS)
    assert three[0] <= two[0] and three[1] <= two[1], "only the new process takes cameras over"
    assert three[2]


def test_the_cameras_of_others_are_neither_listed_nor_down(shards):
    first, = shards(1, lambda index: {"KINESIGHT_SHARD": "0/3"})
    mine, = shares([first])
    text = first.get("/metrics").text
    assert [name for name in IDS if f'worker_alive{{camera_id="{name}"}}' in text] == [n for n in IDS if n in mine]
    assert 0 < len(mine) < len(IDS)
    other = next(name for name in IDS if name not in mine)
    assert first.get(f"/api/cameras/{other}/latest.jpg").status_code == 404
    assert first.post("/api/reload", headers={"Content-Type": "application/json"}).json()["added"] == []
    assert first.stop() == 0


def test_a_share_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "cameras.yaml").write_text("cameras: {a: {enabled: false}}\n")
    done = kinesight("infer", "--config", tmp_path / "cameras.yaml", "--shard", "3/3", check=False)
    assert done.returncode == 2 and "expected I/N" in done.stderr and "'3/3'" in done.stderr
