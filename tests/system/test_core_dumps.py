"""A process that crashes leaves no core file: it would hold credentials."""

import os
import resource
import signal
import subprocess

from conftest import KINESIGHT, LOCAL, camera_config


def test_a_crash_dumps_no_core(scene_video, tmp_path):
    config = tmp_path / "cameras.yaml"
    config.write_text(LOCAL + camera_config("hall", scene_video("hallway")))
    unlimited = lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    process = subprocess.Popen([KINESIGHT, "infer", "--config", config, "--http", "127.0.0.1:0"], cwd=tmp_path,
                               stdout=subprocess.PIPE, text=True, preexec_fn=unlimited)
    process.stdout.readline()  # It runs.
    process.send_signal(signal.SIGSEGV)
    _, status = os.waitpid(process.pid, 0)
    process.stdout.close()
    assert os.WTERMSIG(status) == signal.SIGSEGV and not os.WCOREDUMP(status)
