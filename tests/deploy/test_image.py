"""The package and the image of `kinesight infer`, tried on a bare Debian: the image is the package on it, so that installing both is
done once. (The images of the other services are the same but for the command.)"""

import os
import re
import shutil
import signal
import subprocess

import pytest
import requests

from buildah import Buildah, needed_for_images
from conftest import DEMO_MODEL, LOCAL, ROOT, camera_config, wait_until

pytestmark = pytest.mark.timeout(900)  # A gigabyte is unpacked.

USER = 10001  # Of the image; the manifests name it.


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package of the release build, in the place where the image looks for it."""
    needed_for_images()
    folder = tmp_path_factory.mktemp("package")
    done = subprocess.run(["cpack", "--config", ROOT / "build/release/CPackConfig.cmake", "-B", folder / "packages"],
                          capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(folder / "packages/_CPack_Packages")
    (found,) = (folder / "packages").iterdir()
    yield found
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def image(package, tmp_path_factory):
    buildah = Buildah(tmp_path_factory.mktemp("buildah"))
    try:
        yield buildah.build("kvs-infer", package.parent.parent)
    finally:
        buildah.clean()


def test_the_package_is_what_it_says(package):
    assert re.fullmatch(r"kinesight_\d+\.\d+\.\d+_amd64\.deb", package.name)
    depends = subprocess.run(["dpkg-deb", "-f", package, "Depends"], capture_output=True, text=True, check=True, timeout=60).stdout
    names = {dependency.split()[0] for dependency in depends.split(",")}
    assert {"libc6", "libavformat59", "librabbitmq4", "libhiredis0.14", "libseccomp2", "libcurl4", "adduser"} <= names
    assert not [name for name in names if name.endswith("-dev") or name.startswith(("libopenvino", "libtbb"))]
    listed = subprocess.run(["dpkg-deb", "-c", package], capture_output=True, text=True, check=True, timeout=60).stdout
    assert all(line.split()[1] == "root/root" for line in listed.splitlines())
    for name in ("kvs-infer/kvs-infer.env", "kinesight/sightapi-s2.env", "kinesight/kinesight-stream.env"):
        assert re.search(rf"^-rw------- .* \./etc/{re.escape(name)}$", listed, re.M)  # They will hold secrets.


def test_the_image_holds_the_package_and_has_no_more_rights_than_it_needs(package, image):
    assert image.run("kinesight", "--version").stdout.split()[-1] == package.name.split("_")[1]
    config = image.config
    assert config["User"] == f"{USER}:{USER}" and config["Volumes"] == {"/var/lib/kinesight": {}}
    assert config["Entrypoint"] == ["kinesight"] and config["ExposedPorts"] == {"8080/tcp": {}}
    assert config["Healthcheck"]["Test"] == ["CMD", "healthy", "8080"]
    writable = image.run("find", "/", "-xdev", "-writable", "-not", "-type", "l", "-not", "-path", "/proc/*", check=False).stdout.split()
    allowed = ("/dev", "/proc", "/sys", "/tmp", "/var/tmp", "/var/lib/kinesight", "/run/lock")
    assert [path for path in writable if not path.startswith(allowed)] == []


def test_the_image_watches_cameras_and_writes_to_its_volume_alone(image, scene_video, tmp_path):
    for name in ("state", "config", "models"):
        (tmp_path / name).mkdir()
    os.chown(tmp_path / "state", USER, USER)
    shutil.copy(DEMO_MODEL, tmp_path / "models/demo.onnx")
    shutil.copy(scene_video("hallway"), tmp_path / "models/hallway.mp4")
    cameras = camera_config("hall", "models/hallway.mp4", model="models/demo.onnx") + camera_config(
        "cars", "models/hallway.mp4", detectors="[{type: alpr}]")  # It needs the models that read text, too.
    (tmp_path / "config/cameras.yaml").write_text(LOCAL.replace("state_directory: ./state\n", "") + cameras)
    volumes = [f"{tmp_path}/state:/var/lib/kinesight", f"{tmp_path}/config:/app/config:ro", f"{tmp_path}/models:/app/models:ro"]

    running = image.serve(volumes)
    try:
        url = running.wait_for(r"HTTP server listens: (http://[\d.:]+)")[1]
        found = lambda: {c["id"]: c for c in requests.get(f"{url}/api/cameras", timeout=10).json()["cameras"]}  # noqa: E731
        wait_until(lambda: all(camera["frames"] > 0 for camera in found().values()) and found()["hall"]["events"] > 0, 60)
        assert {camera["error"] for camera in found().values()} == {""}
        assert requests.get(f"{url}/healthz", timeout=10).text == '{"status":"ok","service":"kvs-infer"}'
        port = url.rsplit(":", 1)[1]
        assert image.run("healthy", port).returncode == 0
        assert [os.stat(f"/proc/{process}").st_uid for process in running.processes()] == [USER]
    finally:
        running.stop(signal.SIGTERM)
    running.wait_for("exit code 0")
    log = running.log.read_text()
    assert "Graceful shutdown complete" in log
    assert image.run("healthy", port, check=False).returncode != 0
    written = sorted((tmp_path / "state").rglob("*"))
    assert [path for path in written if path.suffix == ".jpg"], (written, log)
    assert {path.stat().st_uid for path in written} == {USER}


def test_the_package_runs_as_its_unit_says_and_a_purge_leaves_nothing_but_state(image):
    unit = (image.root / "usr/lib/systemd/system/kvs-infer.service").read_text()
    said = lambda name: re.search(rf"^{name}=(.*)$", unit, re.M)[1]  # noqa: E731
    command = said("ExecStart").replace("0.0.0.0:8080", "127.0.0.1:0").split()
    environment = [word for line in re.findall(r"^Environment=(.*)$", unit, re.M) for word in ("--env", line)]
    root = ["--user", "0"]
    state = re.search(r"KINESIGHT_STATE_DIRECTORY=(\S+)", unit)[1]
    image.run("install", "-d", "-o", said("User"), "-g", said("Group"), "-m", "0700", state, options=root)
    done = image.run(*command, "--stop-after", "1", options=[
        "--user", f"{said('User')}:{said('Group')}", "--workingdir", said("WorkingDirectory"), *environment,
        "--env", "AWS_EC2_METADATA_DISABLED=true"])
    assert "Graceful shutdown complete" in done.stdout
    assert "Worker started: front_door" in done.stdout  # Of the configuration that came with it.

    image.run("apt-get", "purge", "--yes", "kinesight", options=[*root, "--env", "DEBIAN_FRONTEND=noninteractive"])
    left = {str(path.relative_to(image.root)) for folder in ("etc", "opt", "usr", "var") for path in (image.root / folder).rglob("*")
            if re.search(r"kinesight|kvs-infer|sightapi", path.name)}
    assert left - {"var/lib/kinesight"} == {state[1:]}  # The other is the image's.
    assert any((image.root / state[1:]).iterdir())
