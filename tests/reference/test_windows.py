"""`kinesight windows` agrees with DuckDB, which is given the same records: those that Python can read, each message once, in
whatever order. KINESIGHT_TEST_SEED replays a run."""

import datetime
import json
import math
import os
import random
import subprocess

import duckdb
import pytest

from conftest import KINESIGHT

RECORDS = 20_000
EPOCH = datetime.datetime(1970, 1, 1)
SEED004 = """avg(pm25_value) AS avg_pm25, max(pm25_value) AS max_pm25, avg(aqi_value) AS avg_aqi, max(aqi_value) AS max_aqi,
    count(*) AS record_count"""


@pytest.fixture
def seed(record_property):
    seed = int(os.environ.get("KINESIGHT_TEST_SEED", random.randrange(2**32)))
    record_property("seed", seed)
    print(f"seed: KINESIGHT_TEST_SEED={seed}")
    return seed


@pytest.fixture
def feed(tmp_path, seed):
    """Some hours of the simulated feed, line by line: with duplicates, late and broken records."""
    (tmp_path / "simulator.yaml").write_text("simulator: {pace: max, start: 2026-01-31T12:00, rate: 2, cities: 7}\n")
    done = subprocess.run([KINESIGHT, "produce", "--config", tmp_path / "simulator.yaml", "--mode", "development",
                           "--seed", str(seed), "--count", str(RECORDS), "--output", "-"],
                          check=True, capture_output=True, timeout=60)
    lines = done.stdout.splitlines()
    assert len(lines) == RECORDS
    return lines


def windows(*arguments, config=None, check=True, **options):
    """The rows, and what stands on standard error."""
    words = ["--config", config] if config else []
    done = subprocess.run([KINESIGHT, "windows", "--json", *words, *map(str, arguments)], check=check, capture_output=True,
                          text=True, timeout=120, **options)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def readable(line):
    """The record, when it is one: an object with a key, a time, and numbers where there ought to be some."""
    try:
        record = json.loads(line.decode())
        record["at"] = datetime.datetime.fromisoformat(record["timestamp"])
    except (ValueError, TypeError, KeyError):
        return None
    numbers = [record.get(name) for name in ("pm25_value", "aqi_value", "temperature_c")]
    sound = isinstance(record.get("city_id"), str) and all(isinstance(number, (int, float)) for number in numbers)
    return record if sound else None


def good(lines):
    return [record for record in map(readable, lines) if record]


def by_duckdb(tmp_path, records, aggregates=SEED004, size=300, slide=None):
    """The same rows, of records that are good: the first of each message id, those that say they are duplicates left out."""
    slide = slide or size
    columns = ["city_id", "pm25_value", "aqi_value", "message_id"]
    path = tmp_path / "good.ndjson"
    path.write_text("".join(json.dumps({**{name: record[name] for name in columns},
                                        "ms": round((record["at"] - EPOCH) / datetime.timedelta(milliseconds=1) - 0.4995),
                                        "again": bool(record.get("is_duplicate")), "place": place}) + "\n"
                            for place, record in enumerate(records)))
    answer = duckdb.sql(f"""
        WITH records AS (
          SELECT * FROM read_json('{path}', format = 'newline_delimited', columns = {{city_id: 'VARCHAR', pm25_value: 'DOUBLE',
            aqi_value: 'DOUBLE', message_id: 'VARCHAR', ms: 'BIGINT', again: 'BOOLEAN', place: 'BIGINT'}})
          WHERE NOT again QUALIFY row_number() OVER (PARTITION BY message_id ORDER BY place) = 1),
        placed AS (
          SELECT *, (ms // {slide * 1000} - back) * {slide * 1000} AS start
          FROM records, unnest(range(0, {-(-size // slide)})) AS steps(back)
          WHERE (ms // {slide * 1000} - back) * {slide * 1000} + {size * 1000} > ms)
        SELECT city_id, strftime(make_timestamp(start * 1000), '%Y-%m-%dT%H:%M:%SZ') AS window_start,
          strftime(make_timestamp((start + {size * 1000}) * 1000), '%Y-%m-%dT%H:%M:%SZ') AS window_end, {aggregates}
        FROM placed GROUP BY city_id, start ORDER BY start, city_id""")
    return [dict(zip(answer.columns, row)) for row in answer.fetchall()]


def assert_same(rows, expected):
    assert len(rows) == len(expected)
    for row, other in zip(rows, expected):
        assert list(row) == list(other)
        for name, value in other.items():
            same = math.isclose(row[name], value, rel_tol=1e-12) if isinstance(value, float) else row[name] == value
            assert same, f"{name}: {row} against {other}"


def write(path, lines):
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def test_the_simulated_feed_has_the_rows_of_duckdb(tmp_path, feed):
    records = good(feed)
    assert 0.9 * RECORDS < len(records) < RECORDS, "some are broken"
    expected = by_duckdb(tmp_path, records)
    counted = sum(row["record_count"] for row in expected)
    assert counted < len(records), "some are duplicates"
    rows, said = windows("--input", write(tmp_path / "feed.ndjson", feed))
    assert_same(rows, expected)
    assert said.splitlines()[-1] == (
        f"kinesight: {RECORDS} records read, {counted} counted in {len(rows)} windows, {len(records) - counted} duplicates, "
        f"{RECORDS - len(records)} broken")


def test_order_and_the_division_into_files_do_not_matter(tmp_path, feed, seed):
    rows, _ = windows("--input", write(tmp_path / "feed.ndjson", feed))
    rng = random.Random(seed)
    rng.shuffle(feed)
    cut = rng.randrange(RECORDS)
    first = write(tmp_path / "first.ndjson", feed[:cut])
    shuffled, _ = windows("--input", first, "--input", "-", input=b"\n".join(feed[cut:]).decode(errors="surrogateescape"),
                          errors="surrogateescape")
    assert_same(shuffled, rows)


def test_sliding_windows_and_every_function(tmp_path, feed, seed):
    rng = random.Random(seed)
    slide = rng.choice([20, 50, 60, 90])
    size = slide * rng.randint(2, 6) - rng.choice([0, 10])
    quantile = rng.choice([0, 0.25, 0.5, 0.95, 1])
    config = tmp_path / "stream.yaml"
    config.write_text(f"""windows:
  size_seconds: {size}
  slide_seconds: {slide}
  aggregates:
    - {{name: n, function: count, field: pm25_value}}
    - {{name: total, function: sum, field: pm25_value}}
    - {{name: least, function: min, field: pm25_value}}
    - {{name: opening, function: first, field: pm25_value}}
    - {{name: closing, function: last, field: pm25_value}}
    - {{name: q, function: quantile, field: pm25_value, quantile: {quantile}}}
""")
    expected = by_duckdb(tmp_path, good(feed), f"""count(pm25_value) AS n, fsum(pm25_value) AS total, min(pm25_value) AS least,
        list(pm25_value ORDER BY ms, pm25_value)[1] AS opening, list(pm25_value ORDER BY ms, pm25_value)[-1] AS closing,
        list(pm25_value ORDER BY pm25_value)[1 + floor({quantile} * (count(*) - 1))::BIGINT] AS q""", size, slide)
    rows, _ = windows("--input", write(tmp_path / "feed.ndjson", feed), config=config)
    for row, other in zip(rows, expected):
        assert row.pop("q") == pytest.approx(other.pop("q"), rel=0.01)
    assert_same(rows, expected)


def test_a_lateness_leaves_out_what_came_after_its_window(tmp_path, feed):
    lateness, size = 60, 300
    newest, ended, kept, late, seen = None, None, [], 0, set()
    for record in good(feed):
        if record.get("is_duplicate"):
            continue
        second = (record["at"] - EPOCH).total_seconds()
        end = (second // size + 1) * size
        if ended is not None and end <= ended:
            late += 1
            continue
        if record["message_id"] in seen:
            continue
        seen.add(record["message_id"])
        kept.append(record)
        newest = max(newest or second, second)
        ended = newest - lateness
    assert late > 0
    rows, said = windows("--lateness", lateness, "--input", write(tmp_path / "feed.ndjson", feed))
    assert_same(rows, by_duckdb(tmp_path, kept))
    assert f" {late} late, in no window" in said


def test_csv_of_the_same_records_has_the_same_rows(tmp_path, feed):
    records = good(feed)
    names = ["city_id", "timestamp", "pm25_value", "aqi_value", "message_id", "is_duplicate"]
    text = "".join(",".join("" if record.get(name) is None else str(record[name]) for name in names) + "\n" for record in records)
    (tmp_path / "feed.csv").write_text(",".join(names) + "\n" + text)
    rows, _ = windows("--input", tmp_path / "feed.csv")
    assert_same(rows, by_duckdb(tmp_path, records))
