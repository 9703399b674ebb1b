"""The product signs as botocore signs: 1,000 generated requests, in headers and in presigned queries, for S3 and for the
other services. KINESIGHT_SEED replays a run."""

import json
import os
import random
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

auth = pytest.importorskip("botocore.auth")
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("KINESIGHT_BIN_DIR", ROOT / "build/release/bin"))
REQUESTS = 1000
SIGNED_ELSEWHERE = ["Authorization", "X-Amz-Date", "X-Amz-Security-Token", "x-amz-content-sha256"]

LETTERS = "abcXYZ019-._~"
ODD = "!$&'()*+,;=:@ %\"<>[]^`{|}\\#?äß漢字🎥\u0301"


def word(draw, longest=12, odd=0.3):
    return "".join(draw.choice(ODD if draw.random() < odd else LETTERS) for _ in range(draw.randint(0, longest)))


def path(draw, s3):
    """As it is sent. An S3 key may hold what other services fold: dots and doubled slashes."""
    segments = [draw.choice(["", ".", "..", "...", word(draw)]) if draw.random() < 0.3 else word(draw)
                for _ in range(draw.randint(0, 6))]
    return "/" + quote("/".join(segments), safe="/~")


def query(draw, repeated):
    keys = [word(draw, 5) or "k" for _ in range(draw.randint(0, 5))]
    if repeated:
        keys += keys[:2]
    else:
        keys = list(dict.fromkeys(keys))
    draw.shuffle(keys)
    pairs = [(quote(key, safe="-_.~"), quote(word(draw), safe="-_.~")) for key in keys]
    return "&".join(key if not value and repeated and draw.random() < 0.3 else f"{key}={value}" for key, value in pairs)


def header_value(draw):
    blanks = [" ", "  ", "\t", "   \t "]
    words = [word(draw, 6, 0.1).replace(" ", "") for _ in range(draw.randint(0, 4))]
    return draw.choice(["", *blanks]) + draw.choice(blanks).join(words) + draw.choice(["", *blanks])


def headers(draw):
    names = ["x-amz-meta-note", "X-Amz-Target", "Content-Type", "My-Header", "ACCEPT", "Range", "User-Agent", "Connection"]
    chosen = [[name, header_value(draw)] for name in draw.sample(names, draw.randint(0, 5))]
    for name, _ in list(chosen):
        if draw.random() < 0.3:
            chosen.append([name.swapcase() if draw.random() < 0.5 else name, header_value(draw)])
    return chosen


def request(draw):
    s3 = draw.random() < 0.4
    presigned = draw.random() < 0.4
    scheme = draw.choice(["https", "http"])
    host = draw.choice(["kinesis.us-east-1.amazonaws.com", "My-Bucket.S3.amazonaws.com", "127.0.0.1", "[::1]"])
    port = draw.choice(["", "", f":{443 if scheme == 'https' else 80}", ":4567"])
    asked = query(draw, repeated=not presigned)
    return {
        "method": draw.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]),
        "url": f"{scheme}://{host}{port}{path(draw, s3)}" + (f"?{asked}" if asked else ""),
        "headers": headers(draw),
        "body": "" if presigned else word(draw, 200),
        "access_key": "AKIA" + "".join(draw.choices("ABCDEFG234567", k=16)),
        "secret_key": "".join(draw.choices("abcXYZ019+/", k=40)),
        "token": "".join(draw.choices("abcXYZ019+/=", k=60)) if draw.random() < 0.5 else "",
        "region": draw.choice(["us-east-1", "eu-central-1", "cn-north-1"]),
        "service": "s3" if s3 else draw.choice(["kinesis", "dynamodb", "sts", "kinesisvideo"]),
        "time": draw.randint(0, 4_000_000_000),
        "s3": s3,
        "unsigned": presigned and s3 or draw.random() < 0.2 and not presigned and s3,
        "expires": draw.randint(1, 604_800) if presigned else None,
    }


def botocore_signs(asked, monkeypatch):
    now = datetime.fromtimestamp(asked["time"], timezone.utc)
    monkeypatch.setattr(auth, "get_current_datetime", lambda *_, **__: now)
    message = AWSRequest(asked["method"], asked["url"], data=asked["body"].encode())
    for name, value in asked["headers"]:
        message.headers.add_header(name, value)
    message.context["payload_signing_enabled"] = not asked["unsigned"]
    if asked["unsigned"] and asked["expires"] is None:
        message.headers["Content-MD5"] = "x"  # Without it botocore signs S3's payloads all the same.
        asked["headers"].append(["Content-MD5", "x"])
    credentials = Credentials(asked["access_key"], asked["secret_key"], asked["token"] or None)
    kind = {(False, False): auth.SigV4Auth, (True, False): auth.S3SigV4Auth,
            (False, True): auth.SigV4QueryAuth, (True, True): auth.S3SigV4QueryAuth}[asked["s3"], asked["expires"] is not None]
    more = {} if asked["expires"] is None else {"expires": asked["expires"]}
    kind(credentials, asked["service"], asked["region"], **more).add_auth(message)
    if asked["expires"] is not None:
        return {"url": message.url}
    return {"headers": {name: message.headers[name] for name in SIGNED_ELSEWHERE if name in message.headers}}


def comparable(signed):
    """A presigned URL's query may be in any order."""
    if "url" not in signed:
        return signed
    parts = urlsplit(signed["url"])
    return parts.scheme, parts.path, parse_qs(parts.query, keep_blank_values=True)


def test_a_thousand_requests_are_signed_alike(monkeypatch, record_property):
    seed = int(os.environ.get("KINESIGHT_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed: KINESIGHT_SEED={seed}")
    record_property("seed", seed)
    draw = random.Random(seed)
    requests = [request(draw) for _ in range(REQUESTS)]
    expected = [botocore_signs(asked, monkeypatch) for asked in requests]

    lines = "".join(json.dumps(asked) + "\n" for asked in requests)
    done = subprocess.run([BIN / "sign_requests"], input=lines, capture_output=True, text=True, timeout=60, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == REQUESTS
    for asked, theirs, ours in zip(requests, expected, found):
        assert comparable(ours) == comparable(theirs), json.dumps(asked)
    kinds = {(asked["s3"], asked["expires"] is not None, asked["unsigned"], bool(asked["token"])) for asked in requests}
    assert len(kinds) >= 9, f"not every kind of request was there: {kinds}"
