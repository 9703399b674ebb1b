"""The HTTP API of `kinesight infer`, asked by its own OpenAPI document: by a program that likes to ask for trouble, and by
somebody without the token."""

import re

import pytest
import requests

from conftest import LOCAL, camera_config, events_of, wait_until
from schemathesis_run import ask_all

TOKEN = "the-token-of-this-test"
# It has no end, so that whoever waits for one waits too long; test_demo.py and event_stream_test.cpp follow it.
ENDLESS = "/api/events/stream"
# What schemas do not say: the order of two parameters, what is wrong with a camera or a region, which token is right, and
# that a camera that was just resumed has no picture yet.
EXCEPTIONS = """
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]

[[operations]]
include-path = "/api/login"
checks = { positive_data_acceptance = { expected-statuses = ["2xx", "401"] } }

[[operations]]
include-path = "/api/coverage"
checks = { positive_data_acceptance = { expected-statuses = ["2xx", "400", "404"] } }

[[operations]]
include-path = "/api/cameras/{id}/latest.jpg"
checks = { positive_data_acceptance = { expected-statuses = ["2xx", "404", "503"] }, not_a_server_error = { expected-statuses = ["2xx", "3xx", "4xx", "503"] } }

[[operations]]
include-path-regex = "^/api/cameras(/[^/]+/regions)?$"
include-method = "POST"
checks = { positive_data_acceptance = { expected-statuses = ["2xx", "400", "404", "409", "422"] } }
"""


@pytest.fixture
def service(start, scene_video):
    running = start(LOCAL + camera_config("hall", scene_video("hallway")))
    wait_until(lambda: running.camera("hall")["events"] > 0)
    wait_until(lambda: running.get("/api/events").json()["events"])
    return running


def operations(service, **options):
    document = service.get("/api/openapi.json", **options).json()
    return [(path, method, operation) for path, item in document["paths"].items() for method, operation in item.items()]


def test_every_route_is_described(service):
    """A route that says nothing of itself is in the document all the same: it is caught here."""
    named = [operation.get("operationId") for _, _, operation in operations(service)]
    assert all(named) and len(set(named)) == len(named)
    for path, method, operation in operations(service):
        assert operation["summary"] and any(status.startswith("2") for status in operation["responses"]), path
        told = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}
        assert told == set(re.findall(r"{(\w+)}", path)), path
        if method == "get" and path != ENDLESS:
            assert str(service.get(path).status_code) in operation["responses"], path


def test_what_is_there_is_answered_as_described(service, tmp_path):
    event = events_of(tmp_path)[0]
    assert service.get(f"/api/events/{event['event_id']}").json() == event
    assert service.get("/api/events/of-no-event").status_code == 404
    label = event["payload"]["label"]
    found = service.get("/api/events", params={"q": label.upper()[:3], "limit": 1000}).json()["events"]
    assert event["event_id"] in {one["event_id"] for one in found}
    assert service.get("/api/events", params={"q": "nothing is called so"}).json() == {"events": []}


def test_schemathesis_finds_nothing(service, tmp_path):
    ask_all(f"{service.url}/api/openapi.json", EXCEPTIONS, tmp_path, but=ENDLESS)
    assert service.get("/healthz").status_code == 200


def test_without_the_token_nothing_is_told(start, scene_video):
    service = start(LOCAL + camera_config("hall", scene_video("hallway")), http="0.0.0.0:0",
                    environment={"KINESIGHT_HTTP_TOKEN": TOKEN})
    known = {"headers": {"Authorization": f"Bearer {TOKEN}"}}
    guarded = [(path, method) for path, method, operation in operations(service, **known) if operation.get("security")]
    assert {path for path, _ in guarded} >= {"/api/cameras", "/api/events", "/api/openapi.json", "/snapshots/{key}"}
    wrong = [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN,
             f"Bearer {TOKEN.upper()}"]
    for path, method in guarded:
        for authorization in wrong:
            headers = {} if authorization is None else {"Authorization": authorization}
            answer = requests.request(method, service.url + path.replace("{", "").replace("}", ""), headers=headers, timeout=10)
            assert (answer.status_code, set(answer.json())) == (401, {"error"}), (path, authorization)
            assert "token" in answer.json()["error"]
    assert service.get("/api/cameras", **known).status_code == 200
    for path in ("/healthz", "/health", "/metrics", "/"):
        assert service.get(path).status_code == 200
