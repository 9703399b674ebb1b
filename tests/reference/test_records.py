"""The product stamps records as Python does: message_id is hashlib's of the same text, ingestion_timestamp is
datetime.utcnow().isoformat(), and the record that comes out is {**record, both}. KINESIGHT_TEST_SEED replays a run."""

import datetime
import hashlib
import json
import os
import random
import struct
import subprocess
from pathlib import Path

import pytest

from seed004 import message_id

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("KINESIGHT_BIN_DIR", ROOT / "build/release/bin"))
CASES = 3000
TEXTS = ["BKK", "", "None", "München", "門", "\U0001f4f7", "a\"b\\c", "tab\t", "nul\0", "_", "2026-01-31T12:00:00"]


def stamped_by_python(record, now):
    moment = datetime.datetime.fromtimestamp(now, datetime.timezone.utc).replace(tzinfo=None)
    return {**record, "ingestion_timestamp": moment.isoformat(), "message_id": message_id(record)}


def some_float(rng):
    """Any double that is finite, and those where repr() changes its form."""
    if rng.random() < 0.3:
        return rng.choice([0.0, -0.0, 1e16, 9999999999999998.0, 1e-4, 9.9e-5, 1e22, 5e-324, 1.7976931348623157e308, 0.1, 100.0])
    if rng.random() < 0.5:
        return rng.uniform(-1, 1) * 10.0 ** rng.randint(-8, 20)
    number = struct.unpack("<d", rng.randbytes(8))[0]
    return number if number - number == 0 else 1.5


def some_value(rng):
    return rng.choice([
        lambda: rng.choice(TEXTS),
        lambda: "".join(chr(rng.choice([rng.randint(1, 127), rng.randint(0x80, 0xD7FF)])) for _ in range(rng.randint(0, 40))),
        lambda: rng.randint(-(2**63), 2**64 - 1),
        lambda: rng.randint(-5, 2_000_000_000),
        lambda: some_float(rng),
        lambda: rng.choice([True, False, None])])()


def some_record(rng):
    names = ["city_id", "timestamp", "pm25_value", "message_id", "ingestion_timestamp", "x", "\u00e4"]
    record = {name: some_value(rng) for name in rng.sample(names, rng.randint(0, len(names)))}
    if rng.random() < 0.3:
        record["nested"] = {"message_id": [some_value(rng), {"city_id": "}"}]}
    return record


def as_text(rng, record):
    """JSON in one of the ways in which it may be written."""
    return json.dumps(record, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, None, 0, 2]),
                      separators=rng.choice([(", ", ": "), (",", ":"), (" , ", " :\t")]))


def ask_product(questions):
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run([BIN / "dump_records"], input=lines, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.split("\n")[:-1]]  # splitlines() ends lines at U+2028, too.


@pytest.fixture
def rng(record_property):
    seed = int(os.environ.get("KINESIGHT_TEST_SEED", random.randrange(2**32)))
    record_property("seed", seed)
    print(f"seed: KINESIGHT_TEST_SEED={seed}")
    return random.Random(seed)


def test_a_record_is_stamped_as_in_python(rng):
    records = [some_record(rng) for _ in range(CASES)]
    # In steps that a double can hold whatever the second, as a clock of microseconds gives them.
    moments = [rng.randint(1_600_000_000, 1_900_000_000) + rng.choice([0, rng.randrange(64) / 64]) for _ in records]
    questions = [{"now": now, "record": as_text(rng, record)} for now, record in zip(moments, records)]
    answers = ask_product(questions)
    assert len(answers) == CASES
    for record, now, question, answer in zip(records, moments, questions, answers):
        expected = stamped_by_python(record, now)
        assert answer.get("id") == expected["message_id"], f"{question}: {answer}"
        assert answer["now"] == expected["ingestion_timestamp"]
        stamped = json.loads(answer["data"])
        assert stamped == expected and list(stamped) == list(expected), f"{question}: {answer}"


def test_the_known_id_of_a_measurement():
    record = {"city_id": "BKK", "timestamp": "2026-01-31T12:00:00"}
    [answer] = ask_product([{"now": 0, "record": json.dumps(record)}])
    assert answer["id"] == message_id(record) == hashlib.sha256(b"BKK_2026-01-31T12:00:00").hexdigest()[:16]
