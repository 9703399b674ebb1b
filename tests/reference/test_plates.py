"""The product finds and reads licence plates of photographs without any model of plates: over the European set of OpenALPR's
benchmark at least 80 % are read exactly, and fewer than 2 answers a hundred pictures are where no plate is (bench/plates.py
says how it is counted)."""

import sys

import pytest

from test_agreement import BIN, ROOT, SHARED, need

sys.path.append(str(ROOT / "bench"))
import plates  # noqa: E402

LEAST_EXACT, LEAST_ONE_OFF, MOST_FALSE = 0.80, 0.90, 2

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def photographs():
    return plates.truth(need(SHARED / "plates_eu"))


@pytest.fixture(scope="module")
def answers(photographs):
    return plates.ours(list(photographs), BIN.parent / "kinesight", ["precision=f32"])


@pytest.mark.parametrize("half", ["one", "other"])
def test_plates_are_read_and_nothing_else_is_taken_for_one(photographs, answers, half):
    chosen = plates.one_half(photographs)
    counts = plates.score(photographs, answers, lambda text: (text in chosen) == (half == "one"))
    print(half, counts)
    assert counts["plates"] >= 50
    assert counts["exact"] >= LEAST_EXACT * counts["plates"]
    assert counts["one off"] >= LEAST_ONE_OFF * counts["plates"]


def test_false_plates_are_rare(photographs, answers):
    counts = plates.score(photographs, answers)
    assert 100 * counts["false"] < MOST_FALSE * counts["pictures"]


def test_the_count_tells_right_from_wrong(photographs):
    """Were all answers right, nothing would be counted as wrong; and the other way round."""
    truth = {picture: list(rows) for picture, rows in photographs.items()}
    right = plates.score(photographs, truth)
    assert right["exact"] == right["one off"] == right["plates"] and right["false"] == 0
    wrong = plates.score(photographs, {picture: [((0, 0, 1, 1), "XX")] for picture in photographs})
    assert wrong["exact"] == wrong["one off"] == 0 and wrong["false"] == wrong["pictures"]
