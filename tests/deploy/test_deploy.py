"""deploy/ is right as far as it can be seen without a cluster: manifests fit Kubernetes' schemas, rules do what promtool's tests
say, units are what systemd takes, and every metric, option and file that is named there exists."""

import http.server
import json
import re
import shutil
import subprocess
import sys
import threading

import kubernetes_validate
import pytest
import yaml

from conftest import KINESIGHT, ROOT, kinesight

DEPLOY = ROOT / "deploy"
KCL = DEPLOY / "kcl"
MANIFESTS = sorted([*(DEPLOY / "kubernetes").glob("*.yaml"), KCL / "kubernetes.yaml"])
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
RULES = sorted(path for path in (DEPLOY / "prometheus").glob("alerts-*.yml") if not path.stem.endswith("_test"))
BOARDS = sorted((DEPLOY / "grafana").glob("*.json"))


def manifests(path):
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def workload(path):
    """What a manifest runs: its Deployment or StatefulSet; None where it has none."""
    return next((document for document in manifests(path) if document["kind"] in ("Deployment", "StatefulSet")), None)


def of_kind(path, kind):
    return next(document for document in manifests(path) if document["kind"] == kind)


def catalog():
    """The names of the product's metrics, as they are exposed."""
    text = (ROOT / "src/telemetry/catalog.h").read_text()
    found = re.findall(r'MetricSpec k\w+\{\s*"(\w+)",\s*MetricType::(\w+)', text)
    assert len(found) == len(re.findall(r"MetricSpec k\w+\{", text)) > 40
    names = {"up"}
    for name, kind in found:
        names |= {f"{name}_bucket", f"{name}_sum", f"{name}_count"} if kind == "histogram" else {name}
    return names


def metrics_of(expression):
    """The metrics in a query: words that neither are followed by a parenthesis nor stand in braces, brackets or a `by (…)`."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^]]*\]|\b(by|without|on)\s*\([^)]*\)', " ", expression)
    words = re.findall(r"[a-zA-Z_:][\w:]*(?!\w*\s*\()", bare)
    return {word for word in words if word not in ("or", "and", "unless", "offset", "m", "h")}


def test_metrics_of_queries_are_found():
    assert metrics_of('sum by (le, a) (rate(x_total{job=~"$job"}[5m])) / y > 0.1 or z offset 15m') == {"x_total", "y", "z"}


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_fit_the_schemas_of_kubernetes(path):
    for document in manifests(path):
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


def test_schemas_refuse_what_is_wrong():
    deployment = of_kind(DEPLOY / "kubernetes/sightapi-s2.yaml", "Deployment")
    deployment["spec"]["template"]["spec"]["containers"][0]["securityContext"]["readOnlyRootFileSystem"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("path", [path for path in MANIFESTS if workload(path)], ids=lambda path: path.name)
def test_pods_have_no_more_than_they_need(path):
    pod = workload(path)["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False  # REDIS_PORT, set to a URL, would keep the service from starting.
    for container in pod["containers"]:
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"] is True and rights["allowPrivilegeEscalation"] is False
        assert rights["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]


def test_a_pod_of_clips_is_not_restarted_because_rabbitmq_is_away():
    container = of_kind(DEPLOY / "kubernetes/sightapi-s2.yaml", "Deployment")["spec"]["template"]["spec"]["containers"][0]
    assert container["readinessProbe"]["httpGet"]["path"] == "/health"  # 503 without RabbitMQ.
    for probe in ("livenessProbe", "startupProbe"):
        assert container[probe]["httpGet"]["path"] == "/healthz"  # 200 as long as the service answers.
    assert of_kind(DEPLOY / "kubernetes/sightapi-s2.yaml", "Service")["spec"]["ports"][0]["port"] == 7084


def test_the_clips_configuration_in_the_manifest_can_be_used(tmp_path):
    config = tmp_path / "clips.yaml"
    config.write_text(of_kind(DEPLOY / "kubernetes/sightapi-s2.yaml", "ConfigMap")["data"]["clips.yaml"])
    done = kinesight("check", "--of", "clips", "--config", config, check=False, env={"RABBITMQ_URL": "amqp://u:secret@h/"})
    assert done.returncode == 0 and "0 errors, 0 warnings" in done.stdout + done.stderr, done.stdout + done.stderr
    state = yaml.safe_load(config.read_text())["state_directory"]
    pod = of_kind(DEPLOY / "kubernetes/sightapi-s2.yaml", "Deployment")["spec"]["template"]["spec"]
    writable = [mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"] if not mount.get("readOnly")]
    assert any(state.startswith(folder + "/") for folder in writable)


def test_the_stream_configuration_in_the_manifest_can_be_used_and_its_state_outlives_the_pod(tmp_path):
    path = DEPLOY / "kubernetes/kinesight-stream.yaml"
    config = tmp_path / "stream.yaml"
    config.write_text(of_kind(path, "ConfigMap")["data"]["stream.yaml"])
    done = kinesight("check", "--of", "stream", "--config", config, check=False)
    assert done.returncode == 0 and "0 errors, 0 warnings" in done.stdout + done.stderr, done.stdout + done.stderr
    spec = workload(path)["spec"]
    assert spec["replicas"] == 1
    claims = {claim["metadata"]["name"] for claim in spec["volumeClaimTemplates"]}
    container = spec["template"]["spec"]["containers"][0]
    kept = [mount["mountPath"] for mount in container["volumeMounts"] if mount["name"] in claims]
    state = yaml.safe_load(config.read_text())["state_directory"]
    assert any(state.startswith(folder + "/") for folder in kept)
    for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
        assert container[probe]["httpGet"] == {"path": "/health", "port": "http"}
    assert of_kind(path, "Service")["spec"]["ports"][0]["port"] == container["ports"][0]["containerPort"] == 7085


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_alerts_name_metrics_that_exist_and_are_tested(path):
    known = catalog()
    rules = [rule for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]]
    assert rules
    tests = path.with_name(f"{path.stem}_test.yml").read_text()
    for rule in rules:
        assert metrics_of(rule["expr"]) and metrics_of(rule["expr"]) <= known, rule["alert"]
        cases = re.findall(rf"alertname: {rule['alert']}\b,?\s+exp_alerts:(\s*\[\])?", tests)
        assert "" in cases and any(cases), f"{rule['alert']}: expected a test in which it speaks up and one in which it does not"


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_alerts_speak_up_when_they_should(path):
    if not shutil.which("promtool"):
        pytest.skip("promtool is not there; scripts/setup test installs it")
    for command in (["check", "rules", path.name], ["test", "rules", f"{path.stem}_test.yml"]):
        done = subprocess.run(["promtool", *command], cwd=path.parent, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_is_told_of_all_services_and_rules():
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    assert sorted(config["rule_files"]) == [path.name for path in RULES]
    asked = {job["job_name"]: job["static_configs"][0]["targets"] for job in config["scrape_configs"]}
    assert asked == {"kvs-infer": ["localhost:8080"], "sightapi-s2": ["localhost:7084"], "kinesight-stream": ["localhost:7085"]}
    for path in RULES:  # The jobs that alerts name are these.
        assert set(re.findall(r'job="([^"]+)"', path.read_text())) <= asked.keys()


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.name)
def test_dashboards_ask_for_metrics_that_exist(path):
    board = json.loads(path.read_text())
    queries = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    assert queries and len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    asked = set().union(*(metrics_of(query) for query in queries))
    assert asked <= catalog()


@pytest.mark.parametrize(("metrics", "board"), [("kClipsMetrics", "clips"), ("kStreamMetrics", "stream"),
                                                  ("kProduceMetrics", "stream"), ("kInferMetrics", "infer")])
def test_the_dashboard_of_a_service_leaves_none_of_its_metrics_out(metrics, board):
    text = (ROOT / "src/telemetry/catalog.h").read_text()
    declared = re.search(rf"{metrics} = \{{(.*?)\}};", text, re.S)[1]
    names = [re.search(rf'MetricSpec {name}\{{\s*"(\w+)"', text)[1] for name in re.findall(r"&(k\w+)", declared)]
    shown = (DEPLOY / f"grafana/{board}.json").read_text()
    assert names and [name for name in names if name not in shown] == []


@pytest.fixture
def unit(tmp_path):
    """unit(path) -> a copy whose program exists."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not there")

    def copy(path):
        text = path.read_text()
        assert "ExecStart=/usr/bin/kinesight " in text
        found = tmp_path / path.name
        found.write_text(text.replace("/usr/bin/kinesight", str(KINESIGHT)))
        return found

    return copy


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_are_sound_and_hardened(path, unit):
    copy = unit(path)
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, timeout=60)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if path.name in line]
    assert done.returncode == 0 and ours == []
    command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", copy]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr  # 2.0 of 10 at most.


def calls_of(name, seen=()):
    """The system calls of one of systemd's sets, those of the sets in it included."""
    done = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, timeout=20, check=True)
    calls = set()
    for word in (line.strip() for line in done.stdout.splitlines()[1:]):
        if word.startswith("@") and word not in seen:
            calls |= calls_of(word, (*seen, word))
        elif word and not word.startswith(("#", "@")):
            calls.add(word)
    return calls


def calls_allowed(path):
    """The system calls that a unit allows."""
    allowed = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", path.read_text(), re.M):
        listed = set()
        for word in line.lstrip("~").split():
            listed |= calls_of(word) if word.startswith("@") else {word}
        allowed = allowed - listed if line.startswith("~") else allowed | listed
    return allowed


@pytest.fixture
def calls_of_clips(unit):
    return calls_allowed(unit(DEPLOY / "systemd/sightapi-s2.service"))


def sandbox_under(calls, folder):
    """What `clips doctor` says of the sandbox where these calls alone are allowed."""
    config = folder / "clips.yaml"
    config.write_text(f"state_directory: {folder}/state\nrabbitmq: {{url: 'amqp://127.0.0.1:1/'}}\n"
                      "kvs: {region: us-east-1, endpoint_url: 'http://127.0.0.1:1'}\n"
                      f"storage: {{type: directory, path: {folder}/clips}}\n")
    done = subprocess.run([sys.executable, ROOT / "tests/deploy/under_filter.py", ",".join(calls), KINESIGHT, "clips", "doctor",
                           "--json", "--config", config], capture_output=True, text=True, timeout=120)
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    return next((finding for finding in findings if finding.get("check") == "sandbox"), done.stdout + done.stderr)


def test_the_unit_of_clips_lets_it_have_its_sandbox(calls_of_clips, tmp_path):
    assert "mount" not in calls_of_clips and "bpf" not in calls_of_clips
    assert sandbox_under(calls_of_clips, tmp_path)["verdict"] == "ok"
    assert sandbox_under(calls_of_clips - {"seccomp"}, tmp_path)["verdict"] == "failed"


def test_what_the_images_are_made_of_exists():
    text = (DEPLOY / "docker/Dockerfile").read_text()
    for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    targets = re.findall(r"^FROM \S+ AS (\S+)$", text, re.M)
    for target, port in (("kvs-infer", 8080), ("sightapi-s2", 7084), ("kinesight-stream", 7085)):
        assert target in targets
        service = text[text.index(f"AS {target}"):].split("\nFROM ")[0]
        assert f"EXPOSE {port}" in service and f'CMD ["healthy", "{port}"]' in service
    runtime = text[text.index("AS runtime"):]
    assert re.search(r"^USER [1-9]\d+:", runtime, re.M) and "USER root" not in runtime


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_health_check_of_images_asks_health(status, healthy):
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        done = subprocess.run([DEPLOY / "docker/healthy", str(server.server_port)], timeout=20, capture_output=True)
        thread.join(20)
    assert (done.returncode == 0) is healthy
    assert asked == ["/health"]


def test_the_health_check_of_images_says_no_where_nobody_listens():
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        port = server.server_port
    assert subprocess.run([DEPLOY / "docker/healthy", str(port)], timeout=20, capture_output=True).returncode != 0


def test_the_iam_policy_of_clips_is_what_its_configuration_needs():
    done = kinesight("iam-policy", "--of", "clips", "--config", ROOT / "config/clips.yaml")
    assert json.loads((DEPLOY / "iam/clips.json").read_text()) == json.loads(done.stdout)
