"""The pages for operators say what is so: tests, alerts, metrics and files that they name exist, and their sums are right."""

import re

import pytest
import yaml

from conftest import ROOT
from test_deploy import DEPLOY, catalog

PAGE = (ROOT / "docs/operations.md").read_text()
CAPACITY = (ROOT / "docs/capacity.md").read_text()


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)[1]


def named_tests(text):
    return set(re.findall(r"`(test_\w+|\w+\.[A-Z]\w+)`", text))


def test_each_case_names_tests_that_reproduce_it():
    there = set()
    for path in (ROOT / "tests").rglob("*.py"):
        there |= set(re.findall(r"^def (test_\w+)\(", path.read_text(), re.M))
    for path in (ROOT / "tests").rglob("*_test.cpp"):
        there |= {".".join(name) for name in re.findall(r"^TEST(?:_[FP])?\((\w+),\s*(\w+)\)", path.read_text(), re.M)}
    assert sorted(named_tests(PAGE) - there) == []
    for case in ("Ending", "Worker thread not starting", "High memory usage", "Metrics not updating", "Publisher failures"):
        assert named_tests(section(case)), case


def test_each_alert_is_explained():
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts-infer.yml").read_text())["groups"]
    alerts = [rule["alert"] for group in groups for rule in group["rules"]]
    assert re.findall(r"^\| `(\w+)` \|", section("Alerts"), re.M) == alerts


def test_metrics_that_are_named_exist():
    named = set(re.findall(r"`((?:infer|kinesight|kvs_hls|publisher|worker)_\w+)`", PAGE))
    assert "worker_alive" in named and named <= catalog()


@pytest.mark.parametrize("anchor", sorted(set(re.findall(r"\]\(#([\w-]+)\)", PAGE))))
def test_links_within_the_page_lead_somewhere(anchor):
    assert anchor in {title.lower().replace(" ", "-") for title in re.findall(r"^## (.*)$", PAGE, re.M)}


def rows(text, columns):
    """The cells of each row of the tables in `text` that have so many columns, without heads."""
    found = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
    return [row for row in found if len(row) == columns and set(row[1]) != {"-"}]


def part(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", CAPACITY, re.M | re.S)[1]


def test_what_aws_charges_is_added_up_right():
    bill = part("What AWS charges for one camera")
    _, *charged, together = rows(bill, 5)
    costs = {name: float(cost) for name, *_, cost in charged}
    for name, amount, _, price, cost in charged:
        assert round(float(amount) * float(price), 2) == pytest.approx(float(cost), abs=0.006), name
    assert float(together[-1]) == pytest.approx(sum(costs.values()), abs=0.006)

    amounts = {name: float(amount) for name, amount, *_ in charged}
    video, days, events, picture = (float(re.search(pattern, bill)[1]) for pattern in (
        r"sends (\d+) Mbit/s", r"kept for (\d+) days", r"raises (\d+) events", r"picture of (\d+) KB"))
    daily = video * 1e6 / 8 * 86400 / 1e9
    monthly = events * 30
    assert amounts == pytest.approx({
        "Kinesis Video Streams, sent in": daily * 30, "Kinesis Video Streams, read over HLS": daily * 30,
        "Kinesis Video Streams, kept": daily * days, "S3, pictures put": monthly / 1000, "S3, pictures kept": monthly * picture * 1e3 / 1e9,
        "Kinesis, events put": monthly / 1e6, "DynamoDB, events written": monthly / 1e6})
    assert "of October 2025" in bill and f"{daily * 30:g} GB at $0.09 are ${daily * 30 * 0.09:.2f}" in bill
    assert f"720 hours at $0.015, is ${720 * 0.015:.2f}" in bill


def test_cameras_a_core_follow_from_the_formula():
    for _, _, decoding, models, together, cameras in rows(part("CPU"), 6)[1:]:
        assert int(decoding) + int(models) == int(together)
        assert int(0.7 * 1000 / int(together)) == int(cameras)
