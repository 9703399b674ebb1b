"""HTTPS of `kinesight infer`: shown certificates, their renewal, and clients that speak something else or nothing."""

import queue
import socket
import ssl
import subprocess
import time

import pytest
import requests

from conftest import KINESIGHT, LOCAL, camera_config, wait_until

TOKEN = "the-token-of-this-test"


def make_certificate(folder, name):
    """A key and a certificate of 127.0.0.1 that is its own authority, put where the last ones lay."""
    new = [folder / f"new.{kind}" for kind in ("key", "crt")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", new[0], "-out", new[1]],
                   check=True, capture_output=True)
    for path in new:
        path.rename(folder / f"server{path.suffix}")
    return folder / "server.crt"


@pytest.fixture
def certificate(tmp_path):
    return make_certificate(tmp_path, "first")


@pytest.fixture
def service(start, scene_video, certificate):
    config = "http: {tls_cert: server.crt, tls_key: server.key}\n" + LOCAL + camera_config("hall", scene_video("hallway"))
    running = start(config, http="0.0.0.0:0", environment={"KINESIGHT_HTTP_TOKEN": TOKEN})
    assert running.url.startswith("https://127.0.0.1:")
    return running


def connect(service):
    return socket.create_connection(("127.0.0.1", int(service.url.rsplit(":", 1)[1])), timeout=30)


def shown_name(service, context):
    """Of the certificate that a new connection is shown."""
    with context.wrap_socket(connect(service)) as tls:
        der = tls.getpeercert(binary_form=True)
    subject = subprocess.run(["openssl", "x509", "-inform", "der", "-noout", "-subject"], input=der, capture_output=True, check=True)
    return subject.stdout.decode().strip().rsplit("=", 1)[1].strip()


def logged(service, start):
    """Whether a line that begins so is there by now."""
    try:
        return service.wait_for_line(start, seconds=0.2)
    except queue.Empty:
        return None


def lenient(**limits):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for name, value in limits.items():
        setattr(context, name, value)
    return context


def test_everything_comes_over_tls(service, certificate):
    known = {"verify": certificate, "headers": {"Authorization": f"Bearer {TOKEN}"}}
    assert service.get("/healthz", verify=certificate).json()["status"] == "ok"
    assert service.get("/api/cameras", verify=certificate).status_code == 401
    wait_until(lambda: service.get("/api/cameras", **known).json()["cameras"][0]["frames"] > 0)
    picture = service.get("/api/cameras/hall/latest.jpg", **known)  # More than one record of TLS.
    assert picture.content[:3] == b"\xff\xd8\xff" and picture.content[-2:] == b"\xff\xd9"
    cookie = requests.post(f"{service.url}/api/login", timeout=10, **known).headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    with requests.Session() as session:  # Several on one connection, a long request header among them.
        for length in (1, 20_000, 1):
            assert session.get(f"{service.url}/metrics", headers={"X-Long": "x" * length}, verify=certificate, timeout=10).ok


def test_nothing_older_than_tls_1_2(service):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with lenient(minimum_version=version, maximum_version=version).wrap_socket(connect(service)) as tls:
            assert tls.version() == version.name.replace("_", ".")
    with pytest.raises(ssl.SSLError), pytest.warns(DeprecationWarning):
        lenient(minimum_version=ssl.TLSVersion.TLSv1_1, maximum_version=ssl.TLSVersion.TLSv1_1).wrap_socket(connect(service))


def test_who_speaks_something_else_is_told_or_left(service, certificate):
    plain = requests.get(service.url.replace("https", "http") + "/healthz", timeout=30)
    assert (plain.status_code, plain.json()) == (400, {"error": "this port speaks HTTPS: ask for https://"})
    with connect(service) as noise:
        noise.sendall(b"\x00\xff" * 1000)
        try:
            while (said := noise.recv(1000)):
                assert b"HTTP" not in said
        except ConnectionResetError:
            pass  # Nobody has read it to its end.
    with lenient().wrap_socket(connect(service)) as abrupt:  # Ends in the middle of a request.
        abrupt.sendall(b"GET /metrics HTTP/1.1\r\n")
    assert service.get("/healthz", verify=certificate).ok


def test_who_says_nothing_keeps_nobody_waiting(service, certificate):
    silent = [connect(service) for _ in range(30)]  # More than there are threads.
    silent[0].sendall(b"\x16\x03\x01")  # The beginning of a handshake.
    begin = time.monotonic()
    assert service.get("/healthz", verify=certificate).ok
    assert time.monotonic() - begin < 9, "none of them had its ten seconds"
    assert silent[0].recv(100) == b"", "and each is given up in the end"
    for connection in silent:
        connection.close()


def test_a_renewed_certificate_is_shown_and_a_broken_one_is_not(service, tmp_path):
    assert shown_name(service, lenient()) == "first"
    make_certificate(tmp_path, "second")
    wait_until(lambda: shown_name(service, lenient()) == "second")
    (tmp_path / "server.key").write_text("no key")
    wait_until(lambda: shown_name(service, lenient()) == "second" and logged(service, "The TLS certificate stays the old one"))
    make_certificate(tmp_path, "third")
    wait_until(lambda: shown_name(service, lenient()) == "third")


@pytest.mark.parametrize("broken, reason", [("missing", "cannot read"), ("other", "expected the key of"), ("empty", "in PEM")])
def test_a_pair_that_is_none_ends_the_start(start, scene_video, tmp_path, certificate, broken, reason):
    key = tmp_path / "server.key"
    if broken == "missing":
        key.unlink()
    elif broken == "empty":
        key.write_text("")
    else:
        (tmp_path / "other").mkdir()
        make_certificate(tmp_path / "other", "other")
        (tmp_path / "other" / "server.key").rename(key)
    config = tmp_path / "cameras.yaml"
    config.write_text("http: {tls_cert: server.crt, tls_key: server.key}\n" + LOCAL + camera_config("hall", scene_video("hallway")))
    ended = subprocess.run([KINESIGHT, "infer", "--config", config, "--http", "127.0.0.1:0"], cwd=tmp_path, capture_output=True,
                           text=True, timeout=60)
    assert ended.returncode == 1
    assert "http.tls_key" in ended.stdout + ended.stderr and reason in ended.stdout + ended.stderr
