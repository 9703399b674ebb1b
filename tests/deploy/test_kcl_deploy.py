"""deploy/kcl is right as far as it can be seen without a cluster: its properties are ones that the daemon knows, the manifest has
those of the file, and the unit is one that systemd takes."""

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
import yaml

from conftest import ROOT, kinesight
from kcl import JARS, SHIPPED, properties

KCL = ROOT / "deploy/kcl"
DAEMON = "software.amazon.kinesis.multilang."


def config_map():
    return next(document for document in yaml.safe_load_all((KCL / "kubernetes.yaml").read_text())
                if document and document["kind"] == "ConfigMap")["data"]


def test_the_manifest_has_the_properties_of_the_file():
    assert properties(config_map()["kinesight.properties"]) == properties(SHIPPED.read_text())


def test_the_daemon_knows_each_property(tmp_path):
    jar = JARS / "amazon-kinesis-client-multilang-3.1.3.jar"
    if not jar.exists():
        pytest.skip(".deps/kcl is not there; scripts/setup test installs it")
    shutil.unpack_archive(jar, tmp_path, "zip")
    names = b"".join(path.read_bytes() for path in (tmp_path / "software").rglob("*.class"))
    for name in properties(SHIPPED.read_text()):
        setter = f"set{name[0].upper()}{name[1:]}".encode()
        assert setter in names or name.encode() in names or name[0].lower().encode() + name[1:].encode() in names, name


def test_the_configuration_in_the_manifest_can_be_used(tmp_path):
    config = tmp_path / "stream.yaml"
    config.write_text(config_map()["stream.yaml"])
    done = kinesight("check", "--of", "stream", "--config", config, check=False)
    assert done.returncode == 0 and "0 errors, 0 warnings" in done.stdout + done.stderr, done.stdout + done.stderr
    settings = properties(SHIPPED.read_text())
    stream = yaml.safe_load(config.read_text())
    assert settings["streamName"] == stream["kinesis"]["stream_name"]
    assert settings["regionName"] == stream["kinesis"]["region"]


def test_the_policy_names_the_tables_that_the_kcl_makes():
    application = properties(SHIPPED.read_text())["applicationName"]
    named = {resource.split("/", 1)[1] for statement in json.loads((KCL / "iam.json").read_text())["Statement"]
             for resource in statement["Resource"] if ":table/" in resource}
    assert named == {application, f"{application}/index/*", f"{application}-WorkerMetricStats", f"{application}-CoordinatorState"}


def test_the_unit_is_sound_and_hardened(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not there")
    unit = KCL / "kinesight-kcl.service"
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=60)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if unit.name in line]
    assert done.returncode == 0 and ours == []
    done = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=25", unit], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr  # 2.5 of 10 at most: Java compiles, and reads /proc.
    command = re.search(r"^ExecStart=(.*?[^\\])$", unit.read_text(), re.M | re.S)[1]
    assert "/etc/kinesight/kinesight.properties" in command


def test_the_jars_are_pinned():
    pom = ElementTree.parse(KCL / "pom.xml").getroot()
    versions = [element.text for element in pom.iter() if element.tag.endswith("}version")]
    assert versions and all(re.fullmatch(r"[\d.]+", version) for version in versions)
