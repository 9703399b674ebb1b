"""From a weapon in a hallway and a fire in a car park to events: one an object, and what is said of it later."""

import pytest

from conftest import DEMO_MODEL, LOCAL, camera_config, events_of, wait_until


def weapon(more="", regions=""):
    params = f"{{model_path: {DEMO_MODEL}, target_classes: [knife, gun]{more}}}"
    return f"[{{type: weapon, params: {params}{regions}}}]"


@pytest.fixture
def watch(start, scene_video, tmp_path):
    """watch(scene, detectors) -> the events of its 30 s in order of time, each with its payload at hand."""

    def run(scene, detectors, extra=""):
        config = camera_config(scene, scene_video(scene), pace="max", loop=False, detectors=detectors, extra=extra)
        service = start(LOCAL + config, "--stop-when-done")
        assert service.end() == 0
        events = events_of(tmp_path)
        assert len({event["event_id"] for event in events}) == len(events), "no two events are one"
        return sorted(events, key=lambda event: event["payload"]["ts_ms"])

    return run


def firsts_and_updates(events):
    updates = [event for event in events if "update_of" in event["payload"]["extras"]]
    return [event for event in events if event not in updates], updates


def labels(events):
    return [event["payload"]["label"] for event in events]


def test_an_object_raises_one_event_with_its_track(watch):
    firsts, updates = firsts_and_updates(watch("hallway", weapon()))
    assert labels(firsts) == ["knife", "gun"]
    for event in firsts:
        payload = event["payload"]
        track = payload["extras"]["track"]
        assert payload["type"] == "weapon"
        assert track["frames"] == 3, "as soon as three of five frames confirm it"
        assert track["first_seen_ms"] < track["last_seen_ms"] == payload["ts_ms"]
    knife, gun = firsts
    assert knife["payload"]["extras"]["track"]["id"] != gun["payload"]["extras"]["track"]["id"]

    # Both are carried out of the picture; what is said of that names the event it is about, and does not wait.
    assert labels(updates) == ["knife", "gun"]
    for event, ended in zip(firsts, updates):
        said, first = ended["payload"]["extras"], event["payload"]["extras"]
        assert (said["update"], said["update_of"]) == ("ended", event["event_id"])
        assert said["track"]["id"] == first["track"]["id"]
        assert said["track"]["first_seen_ms"] == first["track"]["first_seen_ms"]
        assert said["track"]["frames"] > 20
        assert 0 < ended["payload"]["ts_ms"] - said["track"]["last_seen_ms"] < 1000


def test_an_object_that_stays_is_still_there_after_each_cooldown(watch):
    firsts, updates = firsts_and_updates(watch("hallway", weapon(", cooldown_seconds: 3")))
    assert labels(firsts) == ["knife", "gun"]
    knife, gun = firsts
    of_knife = [event["payload"] for event in updates if event["payload"]["extras"]["update_of"] == knife["event_id"]]
    assert [payload["extras"]["update"] for payload in of_knife] == ["still", "still", "ended"]
    times = [knife["payload"]["ts_ms"]] + [payload["ts_ms"] for payload in of_knife[:2]]
    assert [later - sooner for sooner, later in zip(times, times[1:])] == pytest.approx([3000, 3000], abs=500)
    assert "still" in [event["payload"]["extras"]["update"] for event in updates
                       if event["payload"]["extras"]["update_of"] == gun["event_id"]]
    published = {knife["event_id"], gun["event_id"]}
    assert {event["payload"]["extras"]["update_of"] for event in updates} == published


def test_without_cooldown_every_second_has_its_event(watch):
    events = watch("hallway", weapon(", cooldown_seconds: 0"))
    assert all("update_of" not in event["payload"]["extras"] for event in events)
    for label in ("knife", "gun"):
        seconds = [event["payload"]["ts_ms"] // 1000 for event in events if event["payload"]["label"] == label]
        assert len(seconds) >= 5 and len(set(seconds)) == len(seconds)
        assert seconds[-1] - seconds[0] == pytest.approx(len(seconds) - 1, abs=1), "without holes"


def test_a_fire_and_its_smoke_are_one_event_each(watch):
    detector = f"{{model_path: {DEMO_MODEL}, fire_conf_threshold: 0.5, smoke_conf_threshold: 0.5}}"
    firsts, updates = firsts_and_updates(watch("parking", f"[{{type: fire_smoke, params: {detector}}}]"))
    assert [(event["payload"]["type"], event["payload"]["label"]) for event in firsts] == [("fire", "fire"), ("smoke", "smoke")]
    assert [event["payload"]["extras"]["update"] for event in updates] == ["ended", "ended"]
    assert {event["payload"]["extras"]["update_of"] for event in updates} == {event["event_id"] for event in firsts}
    for event in firsts:
        track = event["payload"]["extras"]["track"]
        assert track["last_seen_ms"] - track["first_seen_ms"] >= 1500, "it has been watched growing"


# The knife is carried from left to right, and would be reported at the left; the gun the other way.
LEFT_AND_MIDDLE = "{name: path, mode: exclude, anchor: center, polygon: [[0, 0], [0.7, 0], [0.7, 1], [0, 1]]}"


@pytest.mark.parametrize("of_the_camera", [True, False])
def test_what_an_excluded_region_holds_raises_nothing_and_is_counted(start, scene_video, of_the_camera):
    everywhere = LEFT_AND_MIDDLE.replace("0.7", "1")
    config = {"detectors": weapon(), "extra": f"    regions: [{everywhere}]\n"} if of_the_camera else {
        "detectors": weapon(regions=f", regions: [{everywhere}]")}
    service = start(LOCAL + camera_config("hall", scene_video("hallway"), pace="max", loop=False, **config))
    camera = wait_until(lambda: service.camera("hall") if service.camera("hall")["state"] == "ended" else None)
    assert camera["events"] == 0 and camera["frames"] == 150
    assert service.metric('kinesight_events_suppressed_total{camera_id="hall",reason="excluded"}') > 50


def test_a_region_holds_for_its_part_of_the_picture_alone(watch):
    firsts, _ = firsts_and_updates(watch("hallway", weapon(), extra=f"    regions: [{LEFT_AND_MIDDLE}]\n"))
    assert labels(firsts) == ["knife", "gun"]
    for event in firsts:
        x, _, w, _ = event["payload"]["bbox"]
        assert (x + w / 2) / 640 > 0.7
