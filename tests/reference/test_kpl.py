"""KPL aggregation agrees with AWS's own Python implementation (aws-kinesis-agg): what one packs the other unpacks to the
same records, and what is damaged passes through both as it is. KINESIGHT_TEST_SEED replays a run."""

import json
import os
import random
import subprocess
from pathlib import Path

import pytest
from aws_kinesis_agg.aggregator import RecordAggregator

from kpl import unpack as reference_unpack

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("KINESIGHT_BIN_DIR", ROOT / "build/release/bin"))
CASES = 100  # Of each kind.
MAX_RECORD_BYTES = 1024 * 1024
KEYS = ["front", "gate-2", "a" * 256, "tür", "門", "κάμερα.7", "\U0001f4f7", "x", "0", "yard_west"]


class Product:
    """The product's own code, asked line by line."""

    def __init__(self):
        self.process = subprocess.Popen([BIN / "aggregate_records"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def pack(self, records):
        """[(key, data)] -> the same of the records that go to Kinesis, and which of them holds each."""
        answer = self.ask({"pack": [{"key": key, "data": data.hex()} for key, data in records]})
        return [(r["key"], bytes.fromhex(r["data"])) for r in answer["records"]], answer["record_of"]

    def unpack(self, key, data):
        """Whether it was aggregated, and its [(key, data, hash key)]."""
        answer = self.ask({"unpack": {"key": key, "data": data.hex()}})
        return answer["aggregated"], [(r["key"], bytes.fromhex(r["data"]), r.get("hash_key")) for r in answer["records"]]


@pytest.fixture(scope="module")
def product():
    running = Product()
    yield running
    running.process.stdin.close()
    assert running.process.wait(10) == 0


@pytest.fixture
def rng(record_property):
    seed = int(os.environ.get("KINESIGHT_TEST_SEED", random.randrange(2**32)))
    record_property("seed", seed)
    print(f"seed: KINESIGHT_TEST_SEED={seed}")
    return random.Random(seed)


def payload(rng):
    kind = rng.random()
    if kind < 0.1:
        return b""
    if kind < 0.5:
        return json.dumps({"label": rng.choice(KEYS), "n": rng.random()}, ensure_ascii=False).encode()
    if kind < 0.97:
        return rng.randbytes(rng.choice([1, 119, 120, 121, 127, 128, 500, 2000, 16_383, 16_384]))
    return rng.randbytes(rng.randrange(200_000, 400_000))


def some_records(rng):
    keys = rng.sample(KEYS, rng.randint(1, len(KEYS)))
    return [(rng.choice(keys), payload(rng)) for _ in range(rng.randint(1, 80))]


def reference_pack(records):
    """[(key, data, hash key)] in aggregated records of AWS's implementation: [(key, data)]."""
    aggregator = RecordAggregator()
    full = [aggregator.add_user_record(*record) for record in records]
    packed = [record for record in [*full, aggregator.clear_and_get()] if record]
    return [(key, data) for key, _, data in (record.get_contents() for record in packed)]


def of_key(records, key):
    return [data for other, data in records if other == key]


def test_the_reference_unpacks_what_the_product_packs(product, rng):
    aggregated_records = 0
    for case in range(CASES):
        records = some_records(rng)
        packed, record_of = product.pack(records)
        unpacked = [reference_unpack(key, data) for key, data in packed]
        found = [record for _, inner in unpacked for record in inner]
        for key in {key for key, _ in records}:
            assert of_key(found, key) == of_key(records, key), f"case {case}, key {key}"
        for record, where in zip(records, record_of, strict=True):
            assert record in unpacked[where][1], f"case {case}: it is said to be in another record"
        for (key, data), (aggregated, inner) in zip(packed, unpacked, strict=True):
            assert len(key.encode()) + len(data) <= MAX_RECORD_BYTES
            assert aggregated == (len(inner) > 1), f"case {case}: a lone record goes plain"
            aggregated_records += aggregated
    assert aggregated_records > CASES


def test_the_product_unpacks_what_the_reference_packs(product, rng):
    for case in range(CASES):
        records = [(key, data, rng.choice([None, str(rng.getrandbits(128))])) for key, data in some_records(rng)]
        found = []
        for key, data in reference_pack(records):
            aggregated, inner = product.unpack(key, data)
            assert aggregated, f"case {case}"
            found += inner
        assert found == records, f"case {case}"


def damaged(rng, record):
    kind = rng.randrange(5)
    if kind == 0:
        return record[: rng.randrange(len(record))]
    if kind == 1:
        return record + rng.randbytes(rng.randint(1, 20))
    if kind == 2:
        return rng.randbytes(4) + record[4:]
    at = rng.randrange(len(record))
    return record[:at] + bytes([record[at] ^ rng.randint(1, 255)]) + record[at + 1:]


def test_what_is_damaged_passes_through_both_as_it_is(product, rng):
    for case in range(CASES):
        [(key, whole)] = reference_pack([(KEYS[0], rng.randbytes(rng.randrange(50))) for _ in range(rng.randint(1, 9))])
        record = damaged(rng, whole)
        assert product.unpack("outer", record) == (False, [("outer", record, None)]), f"case {case}"
        assert reference_unpack("outer", record) == (False, [("outer", record)]), f"case {case}"
