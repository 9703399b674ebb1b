"""`make flink-demo`'s script: a simulated feed becomes rows of windows by way of Kinesis, Flink and DynamoDB, without any cloud."""

import os
import re
import subprocess
import sys

from conftest import KINESIGHT, ROOT

SCRIPT = ROOT / "scripts/flink-demo"


def run(*arguments):
    return subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=170,
                          env={**os.environ, "KINESIGHT": str(KINESIGHT)})


def test_windows_are_shown_and_the_job_is_gone(tmp_path):
    done = run("--output", tmp_path / "demo", "--seconds", 12)
    assert done.returncode == 0, done.stdout + done.stderr
    windows = re.findall(r"^  (\S+)Z – (\S+)Z  \w+  pm2.5 +\S+ on average, +\S+ at most; (\d+) records$", done.stdout, re.M)
    assert windows and all(int(count) > 0 for *_, count in windows)
    processes = subprocess.run(["ps", "-eo", "args"], check=True, capture_output=True, text=True).stdout
    assert str(tmp_path / "demo") not in processes


def test_a_folder_of_others_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    done = run("--output", tmp_path)
    assert done.returncode == 1 and "holds what is not the demo's" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"
