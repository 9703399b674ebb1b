"""Events as they reach others: the webhook and MQTT publishers, with the receivers that docs/examples shows."""

import base64
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from conftest import LOCAL, ROOT, camera_config, events_of, kinesight, wait_until
from mosquitto import PROGRAM, Mosquitto

EXAMPLES = ROOT / "docs/examples"
DEBIAN_PYTHON = "/usr/bin/python3"  # Has paho-mqtt, as a Debian package.
NO_AWS = {"AWS_PROFILE": "no-such-profile"}  # Whoever asks for a session to AWS fails.


class Receiver:
    """One of the examples, and what it took."""

    def __init__(self, folder, *command, environment=None):
        self.command, self.database = command, folder / "received.sqlite"
        self.environment = {**os.environ, **(environment or {})}
        self.process = None

    def start(self, *arguments):
        """Starts it and waits until it listens."""
        self.process = subprocess.Popen([*self.command, *map(str, arguments)], stdout=subprocess.PIPE, text=True,
                                        env=self.environment)
        line = self.process.stdout.readline()
        assert line.startswith("listening"), line
        return line.split()[-1]

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def events(self):
        """The events by their ids."""
        if not self.database.exists():
            return {}
        with closing(sqlite3.connect(self.database)) as connection:
            tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchall()
            return dict(connection.execute("SELECT event_id, event FROM events")) if tables else {}


@pytest.fixture
def secret():
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def webhook(tmp_path, secret):
    receiver = Receiver(tmp_path, sys.executable, EXAMPLES / "webhook_receiver.py",
                        environment={"KINESIGHT_WEBHOOK_SECRET": secret})
    yield receiver
    receiver.kill()


@pytest.fixture
def broker(tmp_path):
    if not PROGRAM.exists():
        pytest.skip("Mosquitto is not there; scripts/setup test installs it")
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    with Mosquitto(folder) as running:
        yield running


@pytest.fixture
def subscriber(tmp_path, broker):
    receiver = Receiver(tmp_path, DEBIAN_PYTHON, EXAMPLES / "mqtt_receiver.py")
    receiver.start("127.0.0.1", broker.port, receiver.database)
    yield receiver
    receiver.kill()


def config(publisher, video, enabled=True):
    head = LOCAL.replace("{local: {enabled: true}}", f"{{local: {{enabled: true}}, {publisher}}}")
    extra = "" if enabled else "    enabled: false\n"
    return head + "".join(camera_config(name, video, fps=10, extra=extra) for name in ("left", "right"))


def account(folder, sink):
    """What `kinesight outbox` says of a sink."""
    lines = kinesight("outbox", "--directory", folder / "state", "--json").stdout.splitlines()
    return next(line for line in map(json.loads, lines) if line["sink"] == sink)


def stored(folder):
    return {event["event_id"] for event in events_of(folder)}


def waits(service, sink, number):
    return wait_until(lambda: (service.metric(f'kinesight_outbox_entries{{sink="{sink}"}}') or 0) >= number, seconds=90)


def drained(start, folder, sink, text, **options):
    """Runs a service without cameras until nothing waits; how many events the sink's outbox ever took."""
    service = start(text, **options)
    wait_until(lambda: account(folder, sink)["waiting"] == 0, seconds=90)
    assert service.stop() == 0
    last = account(folder, sink)
    assert last["dead"] == last["dropped"] == 0
    assert last["delivered"] == last["accepted"]
    return last["accepted"]


def test_no_event_is_lost_on_the_way_to_a_webhook(start, scene_video, tmp_path, webhook, secret):
    port = webhook.start(0, webhook.database)
    webhook.kill()
    publisher = f"webhook: {{url: 'http://127.0.0.1:{port}/events', secret: {secret}}}"
    video = scene_video("hallway")

    service = start(config(publisher, video), environment=NO_AWS)
    waits(service, "webhook", 3)
    before = stored(tmp_path)
    service.process.kill()
    service.process.wait()
    assert account(tmp_path, "webhook")["waiting"] >= 3

    webhook.start(port, webhook.database)
    service = start(config(publisher, video), environment=NO_AWS)
    wait_until(lambda: len(webhook.events()) >= 2, seconds=90)
    service.process.kill()
    service.process.wait()

    accepted = drained(start, tmp_path, "webhook", config(publisher, video, enabled=False), environment=NO_AWS)
    received = webhook.events()
    assert len(received) == accepted
    assert before <= received.keys()
    mine = {event["event_id"]: event for event in events_of(tmp_path)}
    for event_id, text in received.items():
        if event_id in mine:
            assert json.loads(text) == mine[event_id], "the envelope is the same everywhere"


def test_a_wrong_secret_buries_nothing_and_is_not_shown(start, scene_video, tmp_path, webhook, secret):
    port = webhook.start(0, webhook.database)
    wrong = "whsec_" + base64.b64encode(b"planted-secret-of-a-webhook-").decode()
    publisher = f"webhook: {{url: 'http://127.0.0.1:{port}/planted-path', authorization: planted-token, secret: {{}}}}"
    video = scene_video("hallway")
    service = start(config(publisher.replace("{}", wrong), video))
    wait_until(lambda: "answered 401" in service.get("/healthz").text, seconds=90)
    shown = service.get("/healthz").text + service.get("/metrics").text
    assert service.stop(seconds=40) == 0
    shown += json.dumps(service.log) + service.process.stderr.read()
    assert wrong not in shown and "planted-" not in shown
    assert webhook.events() == {}
    accepted = drained(start, tmp_path, "webhook", config(publisher.replace("{}", secret), video, enabled=False))
    assert len(webhook.events()) == accepted > 0


def test_what_a_receiver_refuses_is_a_dead_letter_that_can_be_sent_again(start, scene_video, tmp_path):
    taken = []

    class Refusing(BaseHTTPRequestHandler):
        status, protocol_version = 422, "HTTP/1.1"

        def do_POST(self):
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = b"no such camera here" if self.status == 422 else b""
            if not body:
                taken.append(event["event_id"])
            self.send_response(self.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        text = config(f"webhook: {{url: 'http://127.0.0.1:{server.server_port}/'}}", scene_video("hallway"))
        service = start(text, environment=NO_AWS)
        wait_until(lambda: (service.metric('kinesight_dead_letters_total{sink="webhook"}') or 0) >= 2, seconds=90)
        assert service.stop(seconds=40) == 0
        dead_letters = lambda *words: kinesight("dead-letters", *words, "--directory", tmp_path / "state", "--sink", "webhook")
        refused = [json.loads(line) for line in dead_letters("list", "--json").stdout.splitlines()]
        assert {letter["error"] for letter in refused} == {"the receiver answered 422: 'no such camera here'"}
        Refusing.status = 204
        dead_letters("retry", "--all")
        service = start(text.replace("fps_target", "enabled: false\n    fps_target"), environment=NO_AWS)
        wait_until(lambda: {letter["name"] for letter in refused} <= set(taken), seconds=90)
        assert service.stop() == 0
        assert dead_letters("list", "--json").stdout == ""
        assert stored(tmp_path) <= set(taken)
        server.shutdown()


def test_no_event_is_lost_on_the_way_to_a_broker(start, scene_video, tmp_path, broker, subscriber):
    publisher = f"mqtt: {{broker: 'mqtt://127.0.0.1:{broker.port}', timeout_seconds: 5}}"
    video = scene_video("hallway")
    service = start(config(publisher, video), environment=NO_AWS)
    wait_until(lambda: len(subscriber.events()) >= 2, seconds=90)
    broker.stop()
    waits(service, "mqtt", 2)
    before = stored(tmp_path)
    service.process.kill()
    service.process.wait()

    broker.start()
    accepted = drained(start, tmp_path, "mqtt", config(publisher, video, enabled=False), environment=NO_AWS)
    wait_until(lambda: len(subscriber.events()) >= accepted, seconds=60)
    assert len(subscriber.events()) == accepted
    assert before <= subscriber.events().keys()


def certificate(folder):
    """A certificate for localhost that signs itself, and its key."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)
    (folder / "key.pem").chmod(0o644)
    return folder / "cert.pem", folder / "key.pem"


def test_a_broker_with_tls_and_a_password(start, scene_video, tmp_path):
    if not PROGRAM.exists():
        pytest.skip("Mosquitto is not there; scripts/setup test installs it")
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    cert, key = certificate(folder)
    subprocess.run(["mosquitto_passwd", "-c", "-b", folder / "passwords", "kinesight", "planted-password"], check=True)
    (folder / "rights").write_text("user kinesight\ntopic write plant/#\n")
    settings = (f"certfile {cert}", f"keyfile {key}", f"password_file {folder}/passwords", f"acl_file {folder}/rights")
    video = scene_video("hallway")

    def publisher(broker, **options):
        options = {"broker": f"mqtts://localhost:{broker.port}", "username": "kinesight", "password": "planted-password",
                   "topic": "plant/{camera_id}/{label}", "ca_file": str(cert), **options}
        return "mqtt: " + json.dumps(options)

    def trouble(service, text):
        return wait_until(lambda: text in service.get("/healthz").text, seconds=90)

    with Mosquitto(folder, *settings, anonymous=False) as broker:
        for options, said in [({"ca_file": ""}, "certificate verify failed"), ({"password": "planted-guess"}, "refused"),
                              ({"topic": "elsewhere/{camera_id}"}, "let us publish there")]:
            service = start(config(publisher(broker, **options), video), environment=NO_AWS)
            trouble(service, said)
            shown = service.get("/healthz").text
            assert service.stop(seconds=40) == 0
            assert "planted-" not in shown + json.dumps(service.log)
        for version in ("3.1.1", "5"):
            service = start(config(publisher(broker, version=version), video), environment=NO_AWS)
            wait_until(lambda: (service.metric('kinesight_published_total{sink="mqtt"}') or 0) >= 2, seconds=90)
            assert service.stop(seconds=40) == 0
        last = account(tmp_path, "mqtt")
        assert last["dead"] == last["dropped"] == 0
