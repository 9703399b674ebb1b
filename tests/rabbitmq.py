"""RabbitMQ for tests: a broker of its own, that tests may kill and start again. Nothing of the machine's RabbitMQ is used:
home, cookie, node name, port mapper and ports are all its own."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path

from keeper import keeper

PROGRAMS = Path("/usr/lib/rabbitmq/bin")  # Those in the PATH become another user, when they are root's.
EPMD = Path("/usr/bin/epmd")
START_SECONDS = 180
GONE_SECONDS = 20


def free_ports(count):
    """Ports of loopback that nobody uses at the moment, and that no connection gets by itself: a server that is killed and
    started again finds its own free."""
    first_of_connections = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    with contextlib.ExitStack() as stack:
        found = []
        for port in random.sample(range(min(10_000, first_of_connections // 2), first_of_connections), 200):
            one = stack.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                one.bind(("127.0.0.1", port))
                found.append(port)
            if len(found) == count:
                return found
        raise RuntimeError(f"of 200 ports below {first_of_connections} hardly one is free")


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


class RabbitMq:
    """A broker; `with RabbitMq(folder) as broker:` starts and ends it."""

    def __init__(self, folder):
        self.folder, self.node = folder, None
        self.port, self.tls_port, self.mapper_port, self.node_port = free_ports(4)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/"
        self.tls_url = f"amqps://guest:guest@127.0.0.1:{self.tls_port}/"
        self.certificate, key = folder / "certificate.pem", folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
                        "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", self.certificate],
                       check=True, capture_output=True)
        config = folder / "rabbitmq.conf"
        config.write_text(f"listeners.tcp.local = 127.0.0.1:{self.port}\nlisteners.ssl.local = 127.0.0.1:{self.tls_port}\n"
                          f"ssl_options.certfile = {self.certificate}\nssl_options.keyfile = {key}\n"
                          "disk_free_limit.absolute = 50MB\nvm_memory_high_watermark.relative = 0.9\n")
        (folder / "plugins").write_text("[].\n")
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "ERL_EPMD_PORT": str(self.mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_NODENAME": f"kinesight{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self.node_port), "RABBITMQ_CONFIG_FILE": str(config),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"), "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"), "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}"}

    def __enter__(self):
        # In a session of its own: a Ctrl-C that ended it would have the node start one that outlives all.
        self.mapper = subprocess.Popen([EPMD, "-port", str(self.mapper_port), "-address", "127.0.0.1"], env=self.environment,
                                       cwd=self.folder, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.kill()
        self.mapper.kill()
        self.mapper.wait()

    def start(self):
        """Starts the node and waits until it takes connections."""
        with (self.folder / "output.txt").open("ab") as output:
            self.node = subprocess.Popen([PROGRAMS / "rabbitmq-server"], cwd=self.folder, env=self.environment,
                                         stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while not self.takes_connections():
            if self.node.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("RabbitMQ does not start: " + (self.folder / "output.txt").read_text()[-2000:])
            time.sleep(0.1)

    def takes_connections(self):
        """Whether both listeners answer; the one for TLS is the last that the node opens."""
        return listens(self.port) and listens(self.tls_port)

    def kill(self):
        """Ends the node without a chance to say or to save anything."""
        if self.node is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.node.pid, signal.SIGKILL)
            self.node.wait()
            self.node = None
            deadline = time.monotonic() + GONE_SECONDS
            while listens(self.port) or listens(self.tls_port):  # What was killed has children, which take a moment.
                if time.monotonic() > deadline:
                    raise RuntimeError("RabbitMQ still takes connections, after it was killed")
                time.sleep(0.01)

    def freeze(self):
        """The node does nothing any more, and its connections stay."""
        os.killpg(self.node.pid, signal.SIGSTOP)

    def thaw(self):
        """The node goes on after freeze()."""
        os.killpg(self.node.pid, signal.SIGCONT)

    def ctl(self, *arguments):
        """Runs rabbitmqctl; its output."""
        done = subprocess.run([PROGRAMS / "rabbitmqctl", "--quiet", *map(str, arguments)], env=self.environment, cwd=self.folder,
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"rabbitmqctl {arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def keeper(self):
        """The keeper of this broker: it takes "kill", "start", "freeze", "thaw" and "ctl ARGUMENT…"."""
        return keeper(self.kill, self.start, self.freeze, self.thaw, self.ctl)
