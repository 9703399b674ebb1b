#!/usr/bin/env python3
"""`make bench-stream`: records a second of CPU (so much does one core do): sent into Kinesis, beside boto3; summed up in
five-minute windows, beside Flink (deploy/flink), DuckDB's group-by over the same file and the limit (reading it). And the memory that
a million open keys take.

Of Flink what it takes without any record is left out: the start of Java and of its mini cluster. What its compiler takes is not; it
is the less the longer a job runs (--records).

The fake of AWS runs on another core, keeps nothing and checks no signatures. Figures are medians of interleaved runs; ratios within
one run are what to quote."""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))

from publish import Fake, say  # noqa: E402

KINESIGHT = ROOT / "build/release/kinesight"
FLINK = [ROOT / "scripts/flink-job", "--output", "none", "--input"]
STREAM = "detection-events"  # The one that the fake has.
AIMS = {"times boto3": 10, "produced a second": 200_000, "windowed a second": 500_000, "times Flink": 5, "MiB of a million keys": 1000}
PAD_TO = 500
DUCKDB = """
import duckdb, sys
duckdb.sql("SET threads = 1")
print(len(duckdb.sql(f'''
    SELECT city_id, time_bucket(INTERVAL '5 minutes', timestamp) AS window_start, avg(pm25_value), max(pm25_value), avg(aqi_value),
           max(aqi_value), count(*)
    FROM (SELECT DISTINCT ON (message_id) * FROM read_json('{sys.argv[1]}', format = 'newline_delimited', columns = {{
      city_id: 'VARCHAR', timestamp: 'TIMESTAMP', pm25_value: 'DOUBLE', aqi_value: 'DOUBLE', message_id: 'VARCHAR'}}))
    GROUP BY ALL''').fetchall()))
"""


def cores():
    return sorted(os.sched_getaffinity(0))


def cpu_of(command, **options):
    """CPU seconds, user and system, of a command on one core."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["taskset", "-c", str(cores()[0]), *map(str, command)], capture_output=True, text=True, timeout=1800,
                          **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, command[:2]))} failed: {done.stderr[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def simulated(folder, count, name, **simulator):
    """Stamped records of the feed, sound ones alone."""
    config = folder / f"{name}.yaml"
    config.write_text(json.dumps({"simulator": {"pace": "max", "duplicates": 0, "late": 0, "broken": 0, **simulator}}))
    path = folder / f"{name}.ndjson"
    with path.open("w") as output:
        subprocess.run([KINESIGHT, "produce", "--config", config, "--mode", "production", "--count", str(count), "--output", "-"],
                       check=True, stdout=output, stderr=subprocess.DEVNULL)
    return path


def padded(path, folder):
    """As a producer gets them: without its stamps, 500 bytes each."""
    into = folder / "raw.ndjson"
    with path.open() as lines, into.open("w") as output:
        for line in lines:
            record = json.loads(line)
            del record["ingestion_timestamp"], record["message_id"]
            text = json.dumps(record)
            output.write(json.dumps({**record, "note": "x" * max(0, PAD_TO - len(text) - 12)}) + "\n")
    return into


def rates_of(jobs, runs):
    """Records a second of CPU of each job, run after run; a job may name CPU seconds that are not counted."""
    rates = {name: [] for name in jobs}
    for turn in range(runs):
        for name, (count, command, environment, *start) in jobs.items():
            say(f"{name}, run {turn + 1} of {runs}")
            rates[name].append(count / (cpu_of(command, env={**os.environ, **environment}) - sum(start)))
    return rates


def table(rates, peer):
    return {name: {"records a second": statistics.median(values),
                   f"times {peer}": statistics.median(a / b for a, b in zip(values, rates[peer]))}
            for name, values in rates.items()}


def produced(folder, runs, count):
    raw = padded(simulated(folder, count, "feed"), folder)
    few = folder / "few.ndjson"
    with raw.open() as lines, few.open("w") as output:
        output.writelines(line for line, _ in zip(lines, range(count // 10)))
    with Fake() as aws:
        environment = {"AWS_ACCESS_KEY_ID": "AKIDBENCHMARK", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
                       "AWS_DEFAULT_REGION": "us-east-1"}
        as_to_aws = folder / "as_to_aws.yaml"
        as_to_aws.write_text("produce: {protocol: cbor}\n")
        to = ["--stream", STREAM, "--endpoint-url", aws.url]
        send = [KINESIGHT, "produce", "--config", as_to_aws, *to]
        jobs = {"kinesight produce": (count, [*send, raw], environment),
                "kinesight produce --aggregate": (count, [*send, "--aggregate", raw], environment),
                "kinesight produce, in JSON": (count, [KINESIGHT, "produce", *to, raw], environment),
                "kinesight produce --spool": (count, [*send, "--spool", folder / "spool", raw], environment),
                "boto3": (count // 10, [sys.executable, ROOT / "bench/stream_peer.py", aws.url, STREAM, few], environment)}
        return table(rates_of(jobs, runs), "boto3")


def flink_start(folder, runs):
    """CPU seconds of a job without records."""
    say("Flink without records")
    nothing = folder / "nothing.ndjson"
    nothing.touch()
    return statistics.median(cpu_of([*FLINK, nothing]) for _ in range(runs))


def windowed(folder, runs, count):
    feed = simulated(folder, count, "windows")
    jobs = {"kinesight windows": (count, [KINESIGHT, "windows", "--input", feed, "--json"], {}),
            "Flink 1.19": (count, [*FLINK, feed], {}, flink_start(folder, runs)),
            "DuckDB, one thread": (count, [sys.executable, "-c", DUCKDB, feed], {}),
            "reading alone (wc -l)": (count, ["wc", "-l", feed], {"LC_ALL": "C"})}
    rates = rates_of(jobs, runs)
    figures = table(rates, "DuckDB, one thread")
    figures["kinesight windows"]["times Flink"] = statistics.median(
        ours / theirs for ours, theirs in zip(rates["kinesight windows"], rates["Flink 1.19"]))
    return figures


def spooled(folder):
    """Records a second of the clock through a spool on this disk, synced, with an eager Kinesis behind it."""
    say("through a spool")
    raw = folder / "raw.ndjson"
    with Fake() as aws:
        environment = {**os.environ, "AWS_ACCESS_KEY_ID": "AKIDBENCHMARK", "AWS_SECRET_ACCESS_KEY": "secret",
                       "AWS_REGION": "us-east-1"}
        command = [KINESIGHT, "produce", "--config", folder / "as_to_aws.yaml", "--stream", STREAM, "--endpoint-url", aws.url, "--json",
                   "--spool", folder / "spool", raw]
        done = subprocess.run(list(map(str, command)), env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["records_per_second"]


def million_keys(folder, quantile=False):
    """Resident memory of a million keys in one open window, with ten records each where there is a quantile to tell."""
    say("a million keys" + (" with a quantile" if quantile else ""))
    path = folder / "keys.ndjson"
    records = 10 if quantile else 1
    with path.open("w") as output:
        for number in range(1_000_000 * records):
            output.write(f'{{"city_id":"city-{number % 1_000_000:08}","timestamp":1769860800,"pm25_value":{12.5 + number % 97},'
                         f'"aqi_value":50,"message_id":"{number:016x}"}}\n')
    program = [KINESIGHT, "windows", "--input", path, "--json", "--memory-mb", "8000"]
    if quantile:
        config = folder / "quantile.yaml"
        config.write_text("windows: {aggregates: [{name: avg_pm25, function: avg, field: pm25_value}, {name: record_count, "
                          "function: count}, {name: p95_pm25, function: quantile, field: pm25_value, quantile: 0.95}]}\n")
        program += ["--config", config]
    done = subprocess.run(["/usr/bin/env", "python3", "-c",
                           "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
                           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)", *map(str, program)],
                          check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--runs", type=int, default=3, help="times that each job is measured (3)")
    parser.add_argument("--records", type=int, default=1_000_000, help="that each job has (1,000,000; boto3 a tenth)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as name:
        folder = Path(name)
        figures = {"produced": produced(folder, arguments.runs, arguments.records),
                   "windowed": windowed(folder, arguments.runs, arguments.records), "spooled a second": spooled(folder),
                   "MiB of a million keys": million_keys(folder),
                   "MiB of a million keys with a quantile": million_keys(folder, quantile=True)}
    say("")
    if arguments.json:
        print(json.dumps({**figures, "aims": AIMS}, indent=2))
        return
    for title, peer in (("produced", "boto3"), ("windowed", "DuckDB, one thread")):
        print(f"{title + ', a second of CPU':34} {'records/s':>12} {'times ' + peer:>24}")
        for row, values in figures[title].items():
            print(f"{row:34} {values['records a second']:12,.0f} {values['times ' + peer]:23.2f}x")
        print()
    print(f"kinesight windows: {figures['windowed']['kinesight windows']['times Flink']:.1f} times Flink (aim {AIMS['times Flink']})")
    print(f"a million keys in an open window: {figures['MiB of a million keys']:,.0f} MiB resident "
          f"(aim {AIMS['MiB of a million keys']:,}); with a quantile of ten records each "
          f"{figures['MiB of a million keys with a quantile']:,.0f} MiB")
    print(f"through a spool, synced, of the clock: {figures['spooled a second']:,.0f} records/s")


if __name__ == "__main__":
    main()
