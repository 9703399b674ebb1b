"""`kinesight infer` while AWS cannot be reached: cameras go on as if nothing were, and health says what is."""

import json
import socket

import pytest

from conftest import LOCAL, camera_config, kinesight, wait_until

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "planted-secret-key",
               "AWS_SESSION_TOKEN": "planted-session-token", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
SECONDS = 20


def aws_config(url):
    return LOCAL.replace("publishers: {local: {enabled: true}}", f"""publishers:
  local: {{enabled: true}}
  kds: {{stream_name: detection-events, endpoint_url: "{url}"}}
  s3: {{bucket: detection-snapshots, endpoint_url: "{url}"}}
  ddb: {{table_name: events-table, endpoint_url: "{url}"}}""")


@pytest.fixture
def nobody():
    """A port that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def silent():
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(100)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("away", ["nobody", "silent"])
def test_frame_rate_and_health(away, request, start, scene_video, tmp_path):
    cameras = "".join(camera_config(name, scene_video("hallway"), fps=5) for name in ("left", "right"))

    def frames(text, **options):
        service = start(text + cameras, **options)
        counts = lambda: [service.camera(name)["frames"] for name in ("left", "right")]
        wait_until(lambda: min(counts()) >= 5)  # Running in.
        first = service.get("/api/cameras").json()["cameras"]
        begin = {c["id"]: (c["frames"], c["last_frame_time"]) for c in first}
        wait_until(lambda: min(counts()) >= 5 + 5 * SECONDS, seconds=3 * SECONDS)
        last = service.get("/api/cameras").json()["cameras"]
        processed = sum(c["frames"] - begin[c["id"]][0] for c in last)
        elapsed = sum(c["last_frame_time"] - begin[c["id"]][1] for c in last)
        return service, processed / elapsed

    service, undisturbed = frames(LOCAL)
    assert service.stop() == 0
    service, rate = frames(aws_config(request.getfixturevalue(away)), environment=CREDENTIALS)
    assert rate == pytest.approx(undisturbed, rel=0.05)

    health = wait_until(lambda: (lambda h: h if "publisher kds" in h.text and "publisher ddb" in h.text else None)(
        service.get("/healthz")), seconds=60)
    assert health.status_code == 200
    body = health.json()
    assert body["status"] == "degraded"
    assert service.metric('publisher_failures_total{sink="kds"}') > 0
    assert service.metric('kinesight_outbox_entries{sink="kds"}') > 0

    lines = kinesight("outbox", "--directory", tmp_path / "state", "--json").stdout.splitlines()
    accounts = {line["sink"]: line for line in map(json.loads, lines)}
    assert accounts["kds"]["waiting"] > 0 and accounts["ddb"]["waiting"] > 0 and accounts["s3"]["waiting"] > 0
    assert service.stop(seconds=30) == 0
    text = "".join(json.dumps(entry) for entry in service.log) + health.text + service.process.stderr.read()
    assert "planted-" not in text
