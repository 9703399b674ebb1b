"""`kinesight windows` as people and scripts use it: the table, what it says of records that are in no window, exit codes."""

import json
import subprocess

import pytest

from conftest import KINESIGHT

NOON = 1_769_860_800  # 2026-01-31T12:00:00Z
ROW = {"city_id": "delhi", "window_start": "2026-01-31T12:00:00Z", "window_end": "2026-01-31T12:05:00Z", "avg_pm25": 12.5,
       "max_pm25": 20, "avg_aqi": 60, "max_aqi": 70, "record_count": 2}


def record(second, pm25=5.0, aqi=50, city="delhi", **more):
    return json.dumps({"city_id": city, "timestamp": NOON + second, "pm25_value": pm25, "aqi_value": aqi, **more})


def windows(*lines, arguments=()):
    return subprocess.run([KINESIGHT, "windows", "--input", "-", *arguments], input="\n".join(lines), capture_output=True,
                          text=True, timeout=60)


def test_a_row_is_that_of_seed_004():
    run = windows(record(1), record(299, 20.0, 70), arguments=["--json"])
    assert run.returncode == 0
    assert [json.loads(line) for line in run.stdout.splitlines()] == [ROW]
    assert run.stdout.startswith('{"city_id":"delhi","window_start":"2026-01-31T12:00:00Z","window_end":')
    assert '"record_count":2}' in run.stdout, "a count has no fraction"
    assert run.stderr == "kinesight: 2 records read, 2 counted in 1 windows\n"


def test_a_person_gets_a_table():
    run = windows(record(1), record(299, 20.0, 70), record(400, pm25=None, city="x\033[2Jy"))
    head, *rows = [line.split() for line in run.stdout.splitlines()]
    assert head == list(ROW)
    assert rows[0] == ["delhi", "2026-01-31T12:00:00Z", "2026-01-31T12:05:00Z", "12.500", "20", "60", "70", "2"]
    assert rows[1][-5:] == ["-", "-", "50", "50", "1"], "no record has the field"
    assert "\033" not in run.stdout, "a record must not paint the terminal"


def test_broken_records_are_told_with_their_line_up_to_a_bound():
    run = windows(record(1), *["{"] * 30, record(2))
    said = run.stderr.splitlines()
    assert run.returncode == 0
    assert said[0].startswith("kinesight: cannot be read: standard input:2: expected a JSON object")
    assert len([line for line in said if "cannot be read: standard input" in line]) == 20
    assert said[-2] == "kinesight: further records that cannot be read are only counted"
    assert said[-1] == "kinesight: 32 records read, 2 counted in 1 windows, 30 broken"


@pytest.mark.parametrize("lines, arguments, code, why", [
    ([record(1), "{"], ["--strict"], 1, "--strict: 1 records are in no window"),
    ([record(1), record(900), record(2)], ["--strict", "--lateness", "60"], 1, "--strict: 1 records are in no window"),
    ([record(1), record(900), record(2)], ["--strict"], 0, "3 counted in 2 windows"),
    (["{", "["], [], 1, "none of the 2 records can be read"),
    ([], [], 0, "0 records read"),
    ([record(1)], ["--input", "no/such/file.ndjson"], 1, "no/such/file.ndjson: cannot be opened"),
    ([record(1)], ["--config", "no/such/stream.yaml"], 2, "no/such/stream.yaml"),
    ([record(1)], ["--lateness", "-1"], 2, "--lateness: expected"),
])
def test_exit_codes(lines, arguments, code, why):
    run = windows(*lines, arguments=arguments)
    assert run.returncode == code, run.stderr
    assert why in run.stderr


def test_windows_end_while_records_come_where_a_lateness_is_given():
    with subprocess.Popen([KINESIGHT, "windows", "--json", "--lateness", "10", "--input", "-"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdin.write(record(1) + "\n" + record(310) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["window_start"] == ROW["window_start"], "the input has not ended"
        out, said = process.communicate(timeout=30)
        assert process.returncode == 0
        assert json.loads(out)["window_start"] == ROW["window_end"]
        assert "2 counted in 2 windows" in said


def test_memory_has_a_bound_and_a_lateness_is_the_remedy(tmp_path):
    path = tmp_path / "many.ndjson"
    path.write_text("".join(record(10 * i, city=f"city {i}") + "\n" for i in range(200_000)))
    words = [KINESIGHT, "windows", "--json", "--memory-mb", "32", "--input", path]
    run = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert run.returncode == 1
    assert "with a lateness windows end while records come" in run.stderr
    assert run.stdout == "", "no window that may lack records"
    bounded = subprocess.run([*words, "--lateness", "0"], capture_output=True, text=True, timeout=120)
    assert bounded.returncode == 0, bounded.stderr
    assert "200000 counted in 200000 windows" in bounded.stderr


def test_processing_time_means_nothing_to_a_file(tmp_path):
    config = tmp_path / "stream.yaml"
    config.write_text("windows: {time: processing}\n")
    run = windows(record(1), arguments=["--config", config])
    assert run.returncode == 0
    assert "files are summed up by the time of the records" in run.stderr
    assert "2026-01-31T12:00:00Z" in run.stdout
