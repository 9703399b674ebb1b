"""Every query of the dashboards and every alert, asked of a real Prometheus that scrapes running services as deploy/ tells it to."""

import json
import math
import re
import shutil

import pytest
import requests
import yaml

from conftest import LOCAL, Service, wait_until
from peers import serve
from simulator import Simulator
from test_deploy import BOARDS, DEPLOY, RULES, metrics_of
from test_infer_deploy import QUERIES

PROMETHEUS = shutil.which("prometheus")
VARIABLES = {"$__rate_interval": "1m", "$camera": ".*", "$sink": ".*", "$job": ".*"}
CAMERA = """  camera_1:
    fps_target: 5
    kvs: {stream_name: camera_1, region: us-east-1}
    detectors: [{type: object, params: {model_path: %s, conf_threshold: 0.4, cooldown_seconds: 1}}]
"""


class Prometheus:
    def __init__(self, url):
        self.url = url

    def ask(self, path, **parameters):
        answer = requests.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=20).json()
        assert answer["status"] == "success", (parameters, answer)
        return answer["data"]

    def query(self, expression):
        return self.ask("query", query=expression)["result"]


def panel_queries(path):
    for panel in json.loads(path.read_text())["panels"]:
        for target in panel.get("targets", []):
            query = target["expr"]
            for name, value in VARIABLES.items():
                query = query.replace(name, value)
            yield panel["title"], query


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    """{job: service}: a camera of a simulated Kinesis Video Stream whose events nobody takes, and a consumer of a simulated feed."""
    folder = tmp_path_factory.mktemp("services")
    simulator = Simulator("--stream", "camera_1=scene:hallway")
    running = {}
    try:
        cameras = folder / "cameras.yaml"
        nobody = "publishers: {local: {enabled: true}, kds: {stream_name: s, region: us-east-1, endpoint_url: 'http://127.0.0.1:1'}}"
        model = DEPLOY.parent / "models/demo.onnx"
        cameras.write_text(LOCAL.replace("publishers: {local: {enabled: true}}", nobody) + CAMERA % model)
        running["kvs-infer"] = Service(cameras, environment={"AWS_ENDPOINT_URL_KINESIS_VIDEO": simulator.url})
        stream = folder / "stream.yaml"
        stream.write_text("kinesis: {stream_name: s, region: us-east-1}\n")
        running["kinesight-stream"] = Service(stream, "--local", "--simulate", job="consume")
        yield running
    finally:
        for service in running.values():
            service.process.kill()
            service.process.wait()
        simulator.stop()


@pytest.fixture(scope="module")
def prometheus(services, tmp_path_factory):
    """Prometheus with the configuration and the rules of deploy/, in a hurry."""
    if not PROMETHEUS:
        pytest.skip("prometheus is not there; scripts/setup test installs it")
    folder = tmp_path_factory.mktemp("prometheus")
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(DEPLOY / "prometheus" / name) for name in config["rule_files"]]
    for job in config["scrape_configs"]:
        job.pop("scrape_interval", None)
        if job["job_name"] in services:
            job["static_configs"] = [{"targets": [services[job["job_name"]].url.removeprefix("http://")]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    command = [PROMETHEUS, "--config.file", folder / "prometheus.yml", "--storage.tsdb.path", folder / "data", "--web.listen-address",
               "127.0.0.1:0"]
    for server in serve("prometheus", command, folder, {}, r'msg="Listening on" address=(\S+)', "/-/ready"):
        yield Prometheus(server.url)


def test_the_queries_that_people_rely_on_return_data(prometheus):
    def values(query):
        """The answer's numbers; none while it is not a number yet, as quantiles are before the first frame."""
        found = [float(row["value"][1]) for row in prometheus.query(query)]
        return found if found and not any(math.isnan(value) for value in found) else None

    answers = {query: wait_until(lambda query=query: values(query), 60) for query in QUERIES}
    assert all(len(found) == 1 and found[0] >= 0 for query, found in answers.items() if "events" not in query)
    assert answers["sum(worker_alive)"] == [1]
    wait_until(lambda: 0 < values(QUERIES[0])[0] < 10, 60)  # Frames a second, of a camera with fps_target 5.


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.name)
def test_prometheus_understands_each_query_of_a_dashboard_and_answers_it(prometheus, services, path):
    """A query of what a service exposes returns data; of the others it is known that Prometheus understands them."""
    exposed = set(re.findall(r"^(\w+)[{ ]", "".join(service.get("/metrics").text for service in services.values()), re.M))
    answered = 0
    for title, query in panel_queries(path):
        prometheus.query(query)
        if metrics_of(query) <= exposed:
            assert wait_until(lambda query=query: prometheus.query(query), 60), (title, query)
            answered += 1
    assert answered > 5 or path.stem == "clips"


def test_prometheus_evaluates_each_alert(prometheus):
    def groups():
        found = prometheus.ask("rules")["groups"]
        return found if all(rule["lastEvaluation"][:4] != "0001" for group in found for rule in group["rules"]) else None

    rules = [rule for group in wait_until(groups, 60) for rule in group["rules"]]
    assert {rule["name"] for rule in rules} == {
        rule["alert"] for path in RULES for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]}
    assert [rule for rule in rules if rule["health"] != "ok"] == []
    # Nothing is scraped of a clip service, because none runs: its alert is on its way.
    wait_until(lambda: "ClipsDown" in {alert["labels"]["alertname"] for alert in prometheus.ask("alerts")["alerts"]}, 60)
