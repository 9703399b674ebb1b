"""MultiLangDaemons of the KCL over kinesis-local and moto's DynamoDB, whose record processor is the program."""

import os
import signal
import subprocess

import pytest

from conftest import KINESIGHT, ROOT

JARS = ROOT / ".deps/kcl/lib"
SHIPPED = ROOT / "deploy/kcl/kinesight.properties"


def properties(text):
    """A properties file as a dictionary."""
    lines = (line.strip() for line in text.splitlines())
    return {key.strip(): value.strip() for key, value in (line.split("=", 1) for line in lines if line and line[0] != "#")}


class Daemon:
    """A MultiLangDaemon in a process group of its own: with its processes, it is killed as a machine is."""

    def __init__(self, folder, name, settings):
        self.name, self.log, self.metrics = name, folder / f"{name}.log", folder / f"metrics-{name}"
        config = folder / f"{name}.properties"
        config.write_text("".join(f"{key} = {value}\n" for key, value in {**settings, "workerId": name}.items()))
        command = ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Daws.cborEnabled=false", "-cp", f"{JARS}/*",
                   "software.amazon.kinesis.multilang.MultiLangDaemon", "--properties-file", str(config)]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=subprocess.STDOUT, start_new_session=True, env={**os.environ, "LOG_LEVEL": "INFO"})

    def signal(self, number):
        """To the daemon and its processes alike."""
        os.killpg(self.process.pid, number)

    def kill(self):
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
        return self.process.wait(30)

    def stop(self, seconds=60):
        """SIGTERM to the daemon alone, as systemd and Kubernetes send it."""
        self.process.terminate()
        return self.process.wait(seconds)

    def shown_metrics(self):
        """Of all shards that it has."""
        return "".join(path.read_text() for path in self.metrics.glob("*.prom"))

    def said(self, text):
        return text in self.log.read_text(errors="replace")


def leader(dynamodb, application):
    """The name of the daemon that shares the shards out among all."""
    found = dynamodb.scan(TableName=f"{application}-CoordinatorState", ConsistentRead=True)["Items"]
    return next(item["ownerName"]["S"] for item in found if "ownerName" in item)


@pytest.fixture
def daemon(kinesis_local, moto, tmp_path):
    """daemon(name, stream, config) -> a running Daemon, as shipped but for its haste; all are gone at the end of the test.

    failoverTimeMillis is as shipped: at 2 s on a busy machine the KCL (3.1.3) took its own lease of a child that waited for its parents
    for lost, and never began the child."""
    if not JARS.exists():
        pytest.skip(".deps/kcl is not there; scripts/setup test installs it")
    running = []

    def begin(name, stream, config, **more):
        command = f"{KINESIGHT} consume --multilang --config {config} --metrics-directory {tmp_path}/metrics-{name}"
        settings = {**properties(SHIPPED.read_text()), "executableName": command, "streamName": stream,
                    "applicationName": f"kcl-{stream}", "kinesisEndpoint": kinesis_local.url, "dynamoDBEndpoint": moto.url,
                    "shardSyncIntervalMillis": 1000, "parentShardPollIntervalMillis": 500,
                    "idleTimeBetweenReadsInMillis": 200, "maxRecords": 50, "taskBackoffTimeMillis": 200,
                    "listShardsBackoffTimeInMillis": 200, "schedulerInitializationBackoffTimeMillis": 200,
                    "shutdownGraceMillis": 10000, **more}
        running.append(Daemon(tmp_path, name, settings))
        return running[-1]

    yield begin
    for one in running:
        one.kill()
