"""`make stream-demo`'s script: a simulated feed becomes rows, windows and dead letters, without any cloud."""

import os
import re
import subprocess
import sys

import pytest

from conftest import KINESIGHT, ROOT

SCRIPT = ROOT / "scripts/stream-demo"


def run(*arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=120,
                          env={**environment, "KINESIGHT": str(KINESIGHT)})


@pytest.mark.parametrize("stream", [[], ["--simulate"]], ids=["kinesis-local", "within"])
def test_the_newest_and_the_windows_are_shown(tmp_path, stream):
    done = run("--output", tmp_path / "demo", "--seconds", 16, *stream)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("starting kinesis-local" in done.stdout) == (stream == [])
    assert len(re.findall(r"^\S+Z  Delhi ", done.stdout, re.M)) == 5
    windows = re.findall(r"^  (\S+)Z – (\S+)Z  pm2.5 +\S+ on average, +\S+ at most; (\d+) records$", done.stdout, re.M)
    assert windows and all(int(count) > 0 for *_, count in windows)
    assert (tmp_path / "demo/tables.db").exists()
    again = run("--output", tmp_path / "demo", "--seconds", 1, "--simulate")
    assert again.returncode == 0, again.stdout + again.stderr


def test_a_folder_of_others_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    done = run("--output", tmp_path)
    assert done.returncode == 1 and "holds what is not the demo's" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"
