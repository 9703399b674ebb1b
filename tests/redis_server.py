"""Redis for tests: a server of its own with a password, that tests may kill and start again. It keeps nothing beyond its
life, as a cache may; nothing of the machine's Redis is used."""

import contextlib
import os
import secrets
import signal
import subprocess
import time
from pathlib import Path

from keeper import keeper
from rabbitmq import free_ports

PROGRAM = Path("/usr/bin/redis-server")
CLIENT = Path("/usr/bin/redis-cli")
START_SECONDS = 30


class RedisServer:
    """A server; `with RedisServer(folder) as redis:` starts and ends it."""

    def __init__(self, folder):
        self.folder, self.process = folder, None
        self.host, (self.port,) = "127.0.0.1", free_ports(1)
        self.password = secrets.token_hex(12)
        self.config = folder / "redis.conf"
        self.config.write_text(f"bind {self.host}\nport {self.port}\nrequirepass {self.password}\ndir {folder}\n"
                               'save ""\nappendonly no\ndaemonize no\nlogfile ""\n')
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
                            "REDISCLI_AUTH": self.password}

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_):
        self.kill()

    def start(self):
        """Starts the server and waits until it answers."""
        log = self.folder / "output.txt"
        with log.open("ab") as output:
            self.process = subprocess.Popen([PROGRAM, self.config], cwd=self.folder, env=self.environment,
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("Redis does not start: " + log.read_text()[-2000:])
            time.sleep(0.02)

    def answers(self):
        with contextlib.suppress(RuntimeError):
            return self.cli("ping") == "PONG"
        return False

    def kill(self):
        """Ends the server without a chance to say or to save anything."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self):
        """The server does nothing any more, and its connections stay."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        """The server goes on after freeze()."""
        self.process.send_signal(signal.SIGCONT)

    def cli(self, *command):
        """What redis-cli prints for a command; an error of the server is one."""
        done = subprocess.run([CLIENT, "-h", self.host, "-p", str(self.port), "-e", *map(str, command)], env=self.environment,
                              capture_output=True, text=True, timeout=20)
        if done.returncode != 0:
            raise RuntimeError(f"redis-cli {command}: {done.stdout}{done.stderr}")
        return done.stdout.removesuffix("\n")

    def keeper(self):
        """The keeper of this server: it takes "kill", "start", "freeze", "thaw" and "cli WORD…"."""
        return keeper(self.kill, self.start, self.freeze, self.thaw, self.cli)
