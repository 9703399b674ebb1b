"""Images without an engine and without a registry: buildah with chroot isolation and the vfs driver, on the bare Debian of
`scripts/setup test`. For root alone."""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from conftest import ROOT, wait_until

BARE = ROOT / ".deps/debian"
# buildah 1.28 makes this file in each container; where it cannot, it gives up.
READ_ONLY = ('touch "$0/run/.containerenv" && mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"')


def needed_for_images():
    if os.geteuid() != 0:
        pytest.skip("images and bare trees are tried by root alone")
    if not (BARE / "base.tar").exists() or not shutil.which("buildah"):
        pytest.skip("buildah or .deps/debian is not there; scripts/setup test, as root, brings both")


class Buildah:
    """buildah with a store of its own in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.program = ["buildah", "--root", folder / "store", "--runroot", folder / "run", "--storage-driver", "vfs"]

    def __call__(self, *arguments, seconds=280, check=True):
        done = subprocess.run([*self.program, *arguments], capture_output=True, text=True, timeout=seconds, cwd=ROOT)
        assert not check or done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done

    def build(self, target, packages):
        """The image of a target of deploy/docker/Dockerfile, with `packages` for what its stage `build` would have made."""
        file = self.folder / "Bare"
        # As debian:12-slim has it: dpkg does not wait for the disk after each file.
        file.write_text("FROM scratch\nADD base.tar /\nRUN echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/docker-apt-speedup\n")
        self("build", "--quiet", "--isolation", "chroot", "--tag", "localhost/debian:12-slim", "--file", file, BARE)
        self("build", "--quiet", "--format", "docker", "--isolation", "chroot", "--pull-never", "--build-context", f"build={packages}",
             "--volume", f"{BARE}/archives:/var/cache/apt/archives", "--target", target, "--tag", target,
             "--file", ROOT / "deploy/docker/Dockerfile", ROOT)
        return Image(self, target)

    def clean(self):
        self("rm", "--all", check=False)
        self("rmi", "--all", "--force", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


class Image:
    """An image, and one container of it."""

    def __init__(self, buildah, name):
        self.buildah = buildah
        self.config = json.loads(buildah("inspect", "--type", "image", name).stdout)["Docker"]["config"]
        self.container = buildah("from", "--pull-never", name).stdout.strip()
        # Or buildah would mount a folder of its own there, at times over ours.
        buildah("config", *(word for path in self.config["Volumes"] for word in ("--volume", f"{path}-")), self.container)
        self.root = Path(buildah("mount", self.container).stdout.strip())

    def command(self, *command, volumes=(), options=()):
        mounts = [word for volume in volumes for word in ("--volume", volume)]
        return [*self.buildah.program, "run", "--isolation", "chroot", *mounts, *options, self.container, "--", *command]

    def run(self, *command, check=True, **what):
        done = subprocess.run(self.command(*command, **what), capture_output=True, text=True, timeout=120)
        assert not check or done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done

    def serve(self, volumes):
        """The service, as the image says, but for the port."""
        listen = self.config["Cmd"].index("--http") + 1
        command = [*self.config["Cmd"][:listen], "127.0.0.1:0", *self.config["Cmd"][listen + 1:]]
        return Container(self, [*self.config["Entrypoint"], *command], volumes)


class Container:
    """A command in an image's container, whose root cannot be written to."""

    def __init__(self, image, command, volumes):
        self.image, self.mark = image, f"MARK={image.root}"
        self.log = image.buildah.folder / "container.log"
        # Its code comes in its output: buildah's own is that of its cleaning up, which trips over the root that it cannot write.
        inner = image.command("sh", "-c", '"$@"; echo "exit code $?"', "sh", *command, volumes=volumes, options=["--env", self.mark])
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(["unshare", "--mount", "sh", "-c", READ_ONLY, image.root, *inner], stdout=output,
                                            stderr=output)

    def wait_for(self, pattern, seconds=60):
        found = wait_until(lambda: re.search(pattern, self.log.read_text()) or self.process.poll() is not None, seconds)
        assert found is not True, self.log.read_text()[-3000:]
        return found

    def processes(self):
        """The ids of the program's processes in it."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (folder / "environ").read_bytes() and (folder / "comm").read_text() == "kinesight\n":
                    yield int(folder.name)
            except OSError:  # It has ended.
                continue

    def stop(self, number):
        for process in self.processes():
            os.kill(process, number)
        deadline = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
