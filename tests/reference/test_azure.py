"""The product signs Azure's requests and links as azure-storage-blob signs them: 600 generated ones. KINESIGHT_SEED replays
a run."""

import base64
import json
import os
import random
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

authentication = pytest.importorskip("azure.storage.blob._shared.authentication")
from azure.storage.blob import BlobSasPermissions  # noqa: E402
from azure.storage.blob._shared_access_signature import BlobSharedAccessSignature  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("KINESIGHT_BIN_DIR", ROOT / "build/release/bin"))
REQUESTS = 600
VERSION = "2021-12-02"
CHARACTERS = "abcXYZ019_.-~ +%&=?#'\"()*!,;:@$<>é漢🎥"


def name(draw):
    return "/".join("".join(draw.choices(CHARACTERS, k=draw.randint(1, 12))) for _ in range(draw.randint(1, 3)))


def request(draw):
    headers = [["Content-Type", "video/mp4"]] if draw.random() < 0.7 else []
    for header, value in [("Content-MD5", "pjyQzDaErYsKIXamqP6QBQ=="), ("If-None-Match", "*"), ("If-Match", '"0x0"'),
                          ("x-ms-blob-type", "BlockBlob"), ("x-ms-blob-content-md5", "pjyQzDaErYsKIXamqP6QBQ=="),
                          ("x-ms-blob-content-type", "video/mp4")]:
        if draw.random() < 0.4:
            headers.append([header, value])
    names = {draw.choice("abxyz_") + "".join(draw.choices("ab19_z", k=draw.randint(0, 5))) for _ in range(draw.randint(0, 6))}
    headers += [[f"x-ms-meta-{one}", draw.choice(["v", "a b", "x,y;z=1", "100%"])] for one in sorted(names)]
    draw.shuffle(headers)
    host = draw.choice(["https://clips.blob.core.windows.net", "http://127.0.0.1:10000/clips"])
    query = draw.choice(["", "", "?comp=blocklist", "?comp=block&blockid=" + quote("AAEC+/8=", safe=""), "?restype=container"])
    return {"method": draw.choice(["PUT", "HEAD", "GET"]), "url": f"{host}/container/{quote(name(draw), safe='/~')}{query}",
            "headers": headers, "body": "x" * draw.choice([0, 0, 1, 1000]), "time": draw.randint(0, 4_000_000_000)}


def link(draw):
    return {"container": "container", "blob": name(draw), "expires": draw.randint(1_000_000_000, 4_000_000_000),
            "https_only": draw.random() < 0.5}


def their_request(line, ours):
    """Authorization as the other implementation writes it over the same headers."""
    headers = {one: value for one, value in ours["headers"] if one != "Authorization"}
    if line["body"]:
        headers["Content-Length"] = str(len(line["body"]))
    url = urlsplit(line["url"])
    theirs = SimpleNamespace(method=line["method"], url=line["url"], headers=headers,
                             query=dict(one.split("=", 1) for one in url.query.split("&")) if url.query else {})
    policy = authentication.SharedKeyCredentialPolicy(line["account"], line["key"])
    policy.on_request(SimpleNamespace(http_request=theirs, context=SimpleNamespace(transport=None)))
    return theirs.headers["Authorization"]


def their_link(line):
    signer = BlobSharedAccessSignature(line["account"], line["key"])
    signer.x_ms_version = VERSION
    told = []
    token = signer.generate_blob(line["container"], line["blob"], permission=BlobSasPermissions(read=True),
                                 expiry=datetime.fromtimestamp(line["expires"], timezone.utc),
                                 protocol="https" if line["https_only"] else "https,http", sts_hook=told.append)
    return told[0], dict(parse_qsl(token))


def test_the_product_signs_as_azures_own_client_signs(record_property):
    seed = int(os.environ.get("KINESIGHT_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed: KINESIGHT_SEED={seed}")
    record_property("seed", seed)
    draw = random.Random(seed)
    account = {"account": "clips", "key": base64.b64encode(draw.randbytes(64)).decode()}
    lines = [account | (request(draw) if i % 2 else link(draw)) for i in range(REQUESTS)]
    done = subprocess.run([BIN / "sign_azure"], input="".join(json.dumps(line) + "\n" for line in lines), capture_output=True,
                          text=True, timeout=60, check=True)
    answers = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert len(answers) == REQUESTS
    for line, ours in zip(lines, answers):
        if "blob" in line:
            text, query = their_link(line)
            assert (ours["string_to_sign"], dict(parse_qsl(ours["query"]))) == (text, query), json.dumps(line)
        else:
            headers = dict(ours["headers"])
            assert headers["x-ms-version"] == VERSION
            assert datetime.strptime(headers["x-ms-date"], "%a, %d %b %Y %H:%M:%S GMT").replace(
                tzinfo=timezone.utc).timestamp() == line["time"]
            assert headers["Authorization"] == their_request(line, ours), json.dumps(line)
