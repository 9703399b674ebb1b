"""`kinesight produce --spool`, killed at any moment over a Kinesis that throttles and cuts connections: what counted as read is
in the stream, and what is there twice says so by its message_id. And what --http serves of it."""

import json
import os
import random
import re
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections import defaultdict

import pytest

from conftest import KINESIGHT, wait_until
from test_produce import faulty, stream, unpacked, write  # noqa: F401

COUNT = 30_000
CUTS = ({"kind": "partial", "service": "kinesis", "action": "PutRecords", "share": 0.2, "probability": 0.3,
         "code": "ProvisionedThroughputExceededException"},
        {"kind": "reset_after", "service": "kinesis", "action": "PutRecords", "probability": 0.05},
        {"kind": "reset_before", "service": "kinesis", "action": "PutRecords", "probability": 0.05})


def records(begin):
    return [{"city_id": f"city-{number % 50}", "timestamp": 1769860800 + number, "number": number} for number in range(begin, COUNT)]


class Run:
    """A running `kinesight produce --http`."""

    def __init__(self, stream, *arguments):
        self.process = subprocess.Popen(
            [KINESIGHT, "produce", *map(str, arguments), "--stream", stream.name, "--json", "--http", "127.0.0.1:0"],
            env=stream.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.errors, self.url = [], None
        for line in self.process.stderr:
            self.errors.append(line)
            if found := re.search(r"HTTP server listens: (http://\S+?)/?$", line):
                self.url = found[1]
                break
        threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True).start()
        assert self.url, self.errors

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read().decode()

    def metric(self, name):
        """Its value; None when it is not there, or the process is gone."""
        try:
            found = re.search(rf"^{re.escape(name)} (\S+)$", self.get("/metrics"), re.MULTILINE)
        except (urllib.error.URLError, OSError):
            return None
        return float(found[1]) if found else None

    def end(self):
        summary = self.process.stdout.read()
        return self.process.wait(30), json.loads(summary) if summary else None


@pytest.fixture
def run():
    """run(stream, *arguments) -> Run; all are gone at the end of the test."""
    runs = []

    def begin(stream, *arguments):
        runs.append(Run(stream, *arguments))
        return runs[-1]

    yield begin
    for one in runs:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()


@pytest.mark.parametrize("arguments", [["--strict-order"], ["--strict-order", "--aggregate"], []])
def test_what_counted_as_read_arrives_whatever_is_killed(faulty, run, tmp_path, arguments):  # noqa: F811
    seed = int(os.environ.get("KINESIGHT_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"seed: KINESIGHT_TEST_SEED={seed}")
    rng = random.Random(seed)
    to = faulty(*CUTS)
    config = tmp_path / "stream.yaml"
    config.write_text("produce: {base_backoff_ms: 1, max_backoff_ms: 20, batch_records: 100}\n")
    spool = ["--spool", tmp_path / "spool", "--config", config]
    begin = 0
    for _ in range(6):
        # Who feeds it goes on after what he saw counted as read.
        process = run(to, write(tmp_path / "a.ndjson", records(begin)), "--rate", 2000, *spool, *arguments)
        goal = rng.randint(1, 3000)
        read = wait_until(lambda: ((process.metric("kinesight_produce_read_total") or 0) >= goal  # noqa: B023
                                   and process.metric("kinesight_produce_read_total")))  # noqa: B023
        process.process.kill()
        process.process.wait()
        begin += int(read)
    done = subprocess.run([KINESIGHT, "produce", *map(str, spool), "--stream", to.name, "--json", *arguments], env=to.environment,
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["read"] == summary["unsent"] == 0 and summary["sent"] == summary["resumed"]

    found = [json.loads(data) for _, data in unpacked(to.found())]
    ids, firsts = defaultdict(set), defaultdict(list)
    for record in found:
        if record["number"] not in ids:
            firsts[record["city_id"]].append(record["number"])
        ids[record["number"]].add(record["message_id"])
    assert set(range(begin)) <= ids.keys(), f"lost of {begin}: {sorted(set(range(begin)) - ids.keys())[:20]}"
    assert all(len(of_one) == 1 for of_one in ids.values())
    if arguments:
        assert all(numbers == sorted(numbers) for numbers in firsts.values())


def test_an_outage_is_seen_and_ends(faulty, run, tmp_path):  # noqa: F811
    to = faulty({"kind": "throttle", "service": "kinesis", "action": "PutRecords", "count": 25})
    config = tmp_path / "stream.yaml"
    config.write_text("produce: {base_backoff_ms: 100, max_backoff_ms: 200, in_flight: 1}\n")
    process = run(to, write(tmp_path / "a.ndjson", records(COUNT - 1000)), "--spool", tmp_path / "spool", "--config", config)
    reasons = wait_until(lambda: json.loads(process.get("/health")).get("reasons"))
    assert any(reason.startswith("kinesis: ") for reason in reasons), reasons
    wait_until(lambda: process.metric("kinesight_produce_spool_bytes") > 1000 * 100)
    assert process.metric("kinesight_produce_waiting") == process.metric("kinesight_produce_read_total") == 1000
    assert process.metric('kinesight_produce_failures_total{reason="throttled"}') > 0
    code, summary = process.end()
    assert code == 0, process.errors
    assert summary["sent"] == 1000 and summary["unsent"] == summary["unkept"] == 0


def test_sigterm_leaves_the_rest_to_the_next_run(faulty, run, tmp_path):  # noqa: F811
    to = faulty({"kind": "throttle", "service": "kinesis", "action": "PutRecords", "count": 40})
    config = tmp_path / "stream.yaml"
    config.write_text("produce: {stop_seconds: 0.2, base_backoff_ms: 100, max_backoff_ms: 100}\n")
    spool = ["--spool", tmp_path / "spool", "--config", config]
    process = run(to, write(tmp_path / "a.ndjson", records(COUNT - 1000)), *spool)
    wait_until(lambda: process.metric("kinesight_produce_read_total") == 1000)
    process.process.send_signal(signal.SIGTERM)
    code, summary = process.end()
    assert code == 1 and summary["unsent"] > 0 and summary["unkept"] == 0
    process = run(to, *spool)
    code, rest = process.end()
    assert code == 0, process.errors
    assert rest["resumed"] == summary["unsent"] and len(to.found()) == 1000


def test_kinesis_local_gets_all_of_a_killed_run(stream, run, tmp_path):  # noqa: F811
    spool = ["--spool", tmp_path / "spool"]
    process = run(stream, write(tmp_path / "a.ndjson", records(COUNT - 5000)), "--rate", 4000, *spool)
    read = int(wait_until(lambda: process.metric("kinesight_produce_read_total")))
    process.process.kill()
    process.process.wait()
    stream.produce(*spool)
    found = {json.loads(data)["number"] for _, data in stream.found()}
    assert set(range(COUNT - 5000, COUNT - 5000 + read)) <= found
