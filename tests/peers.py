"""The real servers that tests talk to, each started on a free port of loopback for the session and stopped at its end:
`minio` (S3), `azurite` (Azure Blob), `moto` (DynamoDB and STS; it checks no signature) and `kinesis_local` (Kinesis; it checks none either);
`rabbitmq` and `redis` are a broker and a cache that tests may kill and start again.
"""

import base64
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from rabbitmq import PROGRAMS as RABBITMQ
from rabbitmq import RabbitMq
from redis_server import PROGRAM as REDIS
from redis_server import RedisServer

ROOT = Path(__file__).resolve().parent.parent
MINIO = ROOT / ".deps/go/bin/minio"
NODE = ROOT / ".deps/toolchains/bin/node"
AZURITE = ROOT / ".deps/npm/node_modules/azurite/dist/src/blob/main.js"
KINESIS_LOCAL = ROOT / ".deps/npm/node_modules/kinesis-local"
PLAIN_PORT = 4568  # Where kinesis-local speaks HTTP without TLS, before loopback.js moves it.

REGION, ACCESS_KEY, SECRET_KEY = "us-east-1", "kinesight-tests", "kinesight-tests-secret"
AZURE_ACCOUNT, AZURE_KEY = "kinesighttests", base64.b64encode(b"kinesight-tests-secret-of-azure").decode()
START_SECONDS = 60


@dataclass
class Peer:
    """A running server."""

    name: str
    url: str
    log: Path
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY
    region: str = REGION

    def client(self, service, **options):
        """A boto3 client of this server; `options` replace what it would be made with."""
        made_with = {"endpoint_url": self.url, "region_name": self.region, "aws_access_key_id": self.access_key,
                     "aws_secret_access_key": self.secret_key}
        return boto3.session.Session().client(service, **{**made_with, **options})


def records_of(kinesis, stream):
    """Every record of a stream, shard by shard."""
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard["ShardId"],
                                              ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while True:
            answer = kinesis.get_records(ShardIterator=iterator)
            yield from answer["Records"]
            iterator = answer["NextShardIterator"]
            if not answer["Records"] and answer["MillisBehindLatest"] == 0:
                break


@pytest.fixture(scope="session", autouse=True)
def only_test_credentials(tmp_path_factory):
    """Nothing of the user's AWS set-up or proxies reaches a test or what it starts; the peers' credentials do."""
    nothing = tmp_path_factory.mktemp("aws") / "nothing"
    nothing.touch()
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("AWS_") or name.lower().endswith("_proxy"):
                patch.delenv(name)
        patch.setenv("AWS_CONFIG_FILE", str(nothing))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nothing))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_REGION", REGION)
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        yield


@pytest.fixture(scope="session")
def minio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("minio")
    command = [needed(MINIO), "server", "--address", "127.0.0.1:0", folder / "data"]
    options = {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY, "MINIO_BROWSER": "off",
               "MINIO_UPDATE": "off"}
    yield from serve("MinIO", command, folder, options, r"API: http://(\S+)", "/minio/health/ready")


@pytest.fixture(scope="session")
def azurite(tmp_path_factory):
    """Its access key is the account's name, its URL names the account in the path."""
    folder = tmp_path_factory.mktemp("azurite")
    command = [needed(NODE), needed(AZURITE), "--blobHost", "127.0.0.1", "--blobPort", "0", "--location", folder / "data",
               "--disableTelemetry"]
    options = {"AZURITE_ACCOUNTS": f"{AZURE_ACCOUNT}:{AZURE_KEY}"}
    for peer in serve("Azurite", command, folder, options, r"successfully listens on http://(\S+)", health=None):
        peer.access_key, peer.secret_key = AZURE_ACCOUNT, AZURE_KEY
        peer.url += f"/{AZURE_ACCOUNT}"
        yield peer


@pytest.fixture(scope="session")
def moto(tmp_path_factory):
    yield from serve_moto(tmp_path_factory.mktemp("moto"))


def serve_moto(folder):
    command = [sys.executable, "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    yield from serve("moto", command, folder, {}, r"Running on http://(\S+)", "/moto-api/data.json")


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory):
    if not (RABBITMQ / "rabbitmq-server").exists():
        pytest.skip("RabbitMQ is not there; scripts/setup test installs it")
    with RabbitMq(tmp_path_factory.mktemp("rabbitmq")) as broker:
        yield broker


@pytest.fixture(scope="session")
def redis(tmp_path_factory):
    if not REDIS.exists():
        pytest.skip("Redis is not there; scripts/setup test installs it")
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def kinesis_local(tmp_path_factory):
    yield from serve_kinesis(tmp_path_factory.mktemp("kinesis-local"))


def serve_kinesis(folder):
    command = [needed(NODE), "--require", ROOT / "tests/support/peers/loopback.js", needed(KINESIS_LOCAL / "main.js")]
    options = {"KINESIS_MOCK_CERT_PATH": str(KINESIS_LOCAL / "server.json"), "SHARD_LIMIT": "1000",
               "KINESIS_MOCK_PLAIN_PORT": str(PLAIN_PORT), "AWS_REGION": REGION}
    yield from serve("kinesis-local", command, folder, options, rf"port {PLAIN_PORT} is (\S+)", "/healthcheck")


def needed(path):
    """`path`, or a skip of the test that needs it."""
    if not path.exists():
        pytest.skip(f"{path.relative_to(ROOT)} is not there; scripts/setup test installs it")
    return path


def serve(name, command, folder, options, address, health):
    """Runs the server in `folder`, yields its Peer as soon as it answers, and ends it afterwards. The pattern `address`
    finds in its output where it listens; `health` is a path there that answers when it is ready, None for none."""
    log = folder / "log.txt"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", **options}
    with log.open("wb") as output:
        process = subprocess.Popen([str(part) for part in command], cwd=folder, env=environment,
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield Peer(name, wait_until_it_answers(name, process, log, address, health), log)
    finally:
        process.kill()  # Asked politely it would wait for its clients; what it holds is thrown away.
        process.wait()
        shutil.rmtree(folder / "data", ignore_errors=True)  # Gigabytes, perhaps.


def wait_until_it_answers(name, process, log, address, health):
    """The server's URL."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        said = re.search(address, log.read_text(errors="replace"))
        if said and (health is None or answers(f"http://{said[1]}{health}")):
            return f"http://{said[1]}"
        time.sleep(0.05)
    state = "is silent" if process.poll() is None else f"ended with code {process.returncode}"
    pytest.fail(f"{name} {state}; its output ({log}) ends:\n{log.read_text(errors='replace')[-2000:]}", pytrace=False)


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False
