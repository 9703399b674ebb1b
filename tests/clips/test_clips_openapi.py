"""The OpenAPI document of `kinesight clips`, read by somebody else's JSON Schema: each schema is one, what is answered and
what is taken is as they say. Neither RabbitMQ nor AWS is there: the document is, all the same."""

import copy
import re

import jsonschema
import pytest
import yaml

from conftest import Service
from rabbitmq import free_ports

METHODS = {"get", "post"}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("openapi")
    rabbitmq, aws = free_ports(2)
    config = folder / "clips.yaml"
    config.write_text(yaml.safe_dump({
        "state_directory": str(folder / "state"), "rabbitmq": {"url": f"amqp://127.0.0.1:{rabbitmq}/"},
        "kvs": {"region": "us-east-1", "endpoint_url": f"http://127.0.0.1:{aws}"},
        "storage": {"type": "directory", "path": str(folder / "clips")}}))
    running = Service(config, job="clips", environment={"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"})
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def document(service):
    return service.get("/openapi.json").json()


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def validator(document, schema):
    """Of `schema`, whose references are into the document."""
    return jsonschema.Draft202012Validator({**schema, "components": document["components"]})


def test_it_is_of_the_form_that_openapi_3_1_asks_for(document):
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert set(document) == {"openapi", "info", "paths", "components"}
    assert {"title", "version"} <= set(document["info"])
    for path, method, operation in operations(document):
        assert path.startswith("/") and method in METHODS
        assert set(operation) <= {"operationId", "summary", "description", "parameters", "requestBody", "responses",
                                  "security"}
        assert all(re.fullmatch(r"[1-5]\d\d", status) for status in operation["responses"])
        for response in operation["responses"].values():
            assert set(response) == {"description", "content"} and response["description"]
        for need in operation.get("security", []):
            assert set(need) <= set(document["components"]["securitySchemes"])
        for parameter in operation.get("parameters", []):
            assert parameter["in"] in {"path", "query"}
            assert parameter["required"] or parameter["in"] == "query"


def test_each_schema_is_one(document):
    schemas = list(document["components"]["schemas"].values())
    for _, _, operation in operations(document):
        schemas += [parameter["schema"] for parameter in operation.get("parameters", [])]
        bodies = [*operation["responses"].values(), *filter(None, [operation.get("requestBody")])]
        schemas += [media["schema"] for body in bodies for media in body["content"].values()]
    for schema in schemas:
        jsonschema.Draft202012Validator.check_schema(schema)
        list(validator(document, schema).iter_errors({}))  # Each of its references leads somewhere.


def test_what_is_answered_is_as_it_says(service, document):
    asked = 0
    for path, method, operation in operations(document):
        answer = (service.post if method == "post" else service.get)(path.replace("{id}", "front"))
        response = operation["responses"][str(answer.status_code)]
        media = answer.headers["Content-Type"].split(";")[0]
        if media == "application/json":
            validator(document, response["content"][media]["schema"]).validate(answer.json())
        asked += media in response["content"]
    assert asked == len(list(operations(document))) == 9
    health = service.get("/health")
    assert health.status_code == 503 and health.json()["rabbitmq"] == "disconnected"


WRONG = [("camera_id", None), ("camera_id", ".."), ("camera_id", "a/b"), ("camera_id", 3), ("stream_name", 3),
         ("process_id", "201"), ("process_id", 1.5), ("inference_config", []), ("start_time", True), ("start_tme", 1)]


def test_what_the_schema_takes_is_what_is_taken(service, document):
    clip = document["paths"]["/trigger/clip"]["post"]["requestBody"]["content"]["application/json"]
    schema = validator(document, clip["schema"])
    good = clip["example"]
    for taken in (good, {**good, "process_id": 7, "inference_config": {"a": 1}}, {**good, "stream_arn": None},
                  {"camera_id": "a", "stream_arn": "b"}, {**good, "start_time": 1772116200, "end_time": 1772116260.5}):
        schema.validate(taken)
        assert service.post("/trigger/clip", json=taken).status_code == 503, "nothing is wrong with it but the broker"
    for name, value in WRONG:
        body = {**copy.deepcopy(good), name: value}
        assert not schema.is_valid(body), name
        assert service.post("/trigger/clip", json=body).status_code == 400, name
    for missing in ("camera_id", "stream_name", "start_time", "end_time"):
        body = {name: value for name, value in good.items() if name != missing}
        assert not schema.is_valid(body), missing
        assert service.post("/trigger/clip", json=body).status_code == 400, missing
