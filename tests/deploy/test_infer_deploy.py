"""What deploy/ has for `kinesight infer`: names, ports, probes, queries and alerts are those that its users rely on, the
configurations can be used, and the unit's confinement lets cameras be watched."""

import json
import re
import subprocess
import sys

import pytest
import yaml

from conftest import DEMO_MODEL, KINESIGHT, LOCAL, ROOT, camera_config, kinesight, wait_until
from test_deploy import DEPLOY, calls_allowed, manifests, of_kind, workload

BASE, ONE, SHARDS = (DEPLOY / f"kubernetes/kvs-infer{name}.yaml" for name in ("-base", "", "-shards"))

# Each alert with its expression and how long it must hold; each query of a dashboard. People have these in use.
ALERTS = {
    "WorkerDown": ("worker_alive == 0", "1m", "critical"),
    "HighInferenceLatency": ("histogram_quantile(0.95, rate(infer_latency_ms_bucket[5m])) > 1000", "5m", "warning"),
    "HighPublisherFailureRate": ("rate(publisher_failures_total[5m]) > 0.1", "5m", "warning"),
    "NoFramesProcessed": ("rate(infer_frames_total[5m]) == 0", "2m", "critical"),
}
QUERIES = [
    'rate(infer_frames_total{camera_id="camera_1"}[5m])',
    'rate(infer_events_total{camera_id="camera_1"}[5m])',
    'histogram_quantile(0.50, rate(infer_latency_ms_bucket{camera_id="camera_1"}[5m]))',
    'histogram_quantile(0.95, rate(infer_latency_ms_bucket{camera_id="camera_1"}[5m]))',
    'histogram_quantile(0.99, rate(infer_latency_ms_bucket{camera_id="camera_1"}[5m]))',
    'rate(publisher_failures_total{sink="kds"}[5m])',
    "sum(worker_alive)",
]


def pod(path):
    return workload(path)["spec"]["template"]["spec"]


def test_the_alerts_that_people_rely_on_are_there():
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts-infer.yml").read_text())["groups"]
    rules = next(group["rules"] for group in groups if group["name"] == "kvs-infer")
    assert {rule["alert"]: (rule["expr"], rule["for"], rule["labels"]["severity"]) for rule in rules} == ALERTS


def test_the_queries_that_people_rely_on_are_on_the_dashboard():
    board = json.loads((DEPLOY / "grafana/infer.json").read_text())
    shown = {target["expr"] for panel in board["panels"] for target in panel.get("targets", [])}
    wanted = {re.sub(r'(camera|sink)(_id)?="\w+"', r'\1\2=~"$\1"', query) for query in QUERIES}
    assert wanted <= shown


def test_the_manifests_are_called_as_they_always_were():
    assert [document["metadata"]["name"] for document in manifests(ONE) if document["kind"] in ("Deployment", "Service")] == \
        ["kvs-infer", "kvs-infer"]
    service = of_kind(ONE, "Service")["spec"]
    assert service["type"] == "LoadBalancer"
    assert [(port["port"], port["targetPort"]) for port in service["ports"]] == [(80, 8080)]
    assert {volume["name"]: volume for volume in pod(ONE)["volumes"]}["models"]["persistentVolumeClaim"] == {"claimName": "models-pvc"}
    assert of_kind(BASE, "ConfigMap")["metadata"]["name"] == "kvs-infer-config"
    assert of_kind(BASE, "PersistentVolumeClaim")["metadata"]["name"] == "models-pvc"
    assert workload(ONE)["spec"]["replicas"] == 1


@pytest.mark.parametrize("path", [ONE, SHARDS], ids=lambda path: path.name)
def test_pods_are_asked_in_time_and_keep_their_state(path):
    container = pod(path)["containers"][0]
    times = ("path", "initialDelaySeconds", "periodSeconds", "timeoutSeconds")
    asked = {probe: {**container[probe], **container[probe]["httpGet"]} for probe in ("livenessProbe", "readinessProbe")}
    assert [asked["livenessProbe"][key] for key in times] == ["/healthz", 30, 10, 5]
    assert [asked["readinessProbe"][key] for key in times] == ["/readyz", 10, 5, 3]
    assert container["resources"] == {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "2", "memory": "2Gi"}}
    mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
    assert mounts["config"]["mountPath"] == "/app/config" and mounts["models"]["mountPath"] == "/app/models"
    assert "readOnly" not in mounts["state"]
    kept = {claim["metadata"]["name"] for claim in workload(path)["spec"].get("volumeClaimTemplates", [])} | {
        volume["name"] for volume in pod(path)["volumes"] if "persistentVolumeClaim" in volume}
    assert "state" in kept


def test_there_are_as_many_shards_as_pods():
    arguments = pod(SHARDS)["containers"][0]["args"]
    assert arguments[arguments.index("--shard") + 1] == f"auto/{workload(SHARDS)['spec']['replicas']}"
    # Beyond their shares, both manifests run the same.
    assert pod(SHARDS)["containers"][0]["image"] == pod(ONE)["containers"][0]["image"]
    assert [word for word in arguments if word not in ("--shard", "auto/3")] == pod(ONE)["containers"][0]["args"]


def test_the_configuration_in_the_manifest_can_be_used(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models/yolo11n.onnx").symlink_to(DEMO_MODEL)
    config = tmp_path / "cameras.yaml"
    config.write_text(of_kind(BASE, "ConfigMap")["data"]["cameras.yaml"])
    done = kinesight("check", "--config", config, check=False, cwd=tmp_path)
    assert done.returncode == 0 and "0 errors, 0 warnings" in done.stdout + done.stderr, done.stdout + done.stderr


def test_the_unit_lets_cameras_be_watched(scene_video, tmp_path):
    """Under the unit's filter of system calls video is decoded, the model compiled, events stored."""
    allowed = calls_allowed(DEPLOY / "systemd/kvs-infer.service")
    assert "mount" not in allowed and "bpf" not in allowed
    config = tmp_path / "cameras.yaml"
    config.write_text(LOCAL + camera_config("hall", scene_video("hallway"), pace="max", loop=False))
    done = subprocess.run([sys.executable, ROOT / "tests/deploy/under_filter.py", ",".join(allowed), KINESIGHT, "infer", "--config",
                           config, "--http", "127.0.0.1:0", "--stop-when-done"], capture_output=True, text=True, timeout=120,
                          cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Detections: " in done.stdout and "Graceful shutdown complete" in done.stdout


@pytest.mark.parametrize("path", [ONE, SHARDS], ids=lambda path: path.name)
def test_what_the_manifest_asks_is_answered(path, start, scene_video):
    container = pod(path)["containers"][0]
    arguments = container["args"]
    more = arguments[arguments.index("--http") + 2:]  # --shard, of the first pod.
    service = start(LOCAL + "".join(camera_config(f"hall{i}", scene_video("hallway")) for i in range(6)), *more,
                    environment={"HOSTNAME": "kvs-infer-shard-0"})
    for probe in ("livenessProbe", "readinessProbe"):
        wait_until(lambda probe=probe: service.get(container[probe]["httpGet"]["path"]).status_code == 200)
