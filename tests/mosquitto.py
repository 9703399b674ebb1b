"""Mosquitto for tests: a broker of its own on a free port, that tests may stop and start again. What it has taken for a
subscriber who is away outlives a stop; nothing of the machine's Mosquitto is used."""

import os
import socket
import subprocess
import time
from pathlib import Path

from rabbitmq import free_ports

PROGRAM = Path("/usr/sbin/mosquitto")
START_SECONDS = 30


class Mosquitto:
    """A broker; `with Mosquitto(folder) as broker:` starts and ends it. `settings` are further lines of its configuration."""

    def __init__(self, folder, *settings, anonymous=True):
        self.folder, self.process = folder, None
        (self.port,) = free_ports(1)
        self.config = folder / "mosquitto.conf"
        self.config.write_text("\n".join([
            f"listener {self.port} 127.0.0.1", f"allow_anonymous {str(anonymous).lower()}", "persistence true",
            f"persistence_location {folder}/", "user root", *settings]) + "\n")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Starts the broker and waits until it takes connections."""
        log = self.folder / "output.txt"
        with log.open("ab") as output:
            self.process = subprocess.Popen([PROGRAM, "-c", self.config], cwd=self.folder, stdin=subprocess.DEVNULL,
                                            stdout=output, stderr=output, env={"PATH": os.environ["PATH"]})
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("Mosquitto does not start: " + log.read_text()[-2000:])
            time.sleep(0.02)

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        """Ends the broker, which writes down what waits for subscribers."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(30)
            finally:
                self.process.kill()
                self.process.wait()
            self.process = None
