"""`kinesight detect` with the demo model on pictures of the renderer, whose truth is known."""

import json

import cv2
import pytest

from conftest import DEMO_MODEL, kinesight

CLASSES = ["knife", "gun", "fire", "smoke", "plate"]
SIZE = (640, 360)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Pictures with what is in them: (file, [(class, x, y, w, h) in pixels])."""
    folder = tmp_path_factory.mktemp("pictures")
    kinesight("sim", "dataset", "--output", folder, "--count", 20, "--seed", 77, "--width", SIZE[0], "--height", SIZE[1])

    def boxes(label):
        for line in label.read_text().splitlines():
            index, x, y, w, h = map(float, line.split())
            yield CLASSES[int(index)], (x - w / 2) * SIZE[0], (y - h / 2) * SIZE[1], w * SIZE[0], h * SIZE[1]

    return [(file, list(boxes(folder / "labels" / f"{file.stem}.txt"))) for file in sorted((folder / "images").iterdir())]


def detect(*arguments, check=True):
    run = kinesight("detect", "--type", "object", "--param", f"model_path={DEMO_MODEL}", "--json", *arguments, check=check)
    return [json.loads(line) for line in run.stdout.splitlines()]


def overlap(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(width, 0) * max(height, 0)
    return common / (a[2] * a[3] + b[2] * b[3] - common)


def test_finds_what_is_there(pictures):
    lines = detect("--param", "conf_threshold=0.4", *[file for file, _ in pictures])
    assert [line["image"] for line in lines] == [str(file) for file, _ in pictures]
    true = found = right = 0
    for line, (_, truth) in zip(lines, pictures):
        true += len(truth)
        found += len(line["detections"])
        right += sum(any(d["label"] == label and overlap(d["bbox"], box) >= 0.5 for d in line["detections"])
                     for label, *box in truth)
    print(f"{right} of {true} objects found, {found} answers")
    assert true > 20 and right >= 0.6 * true and found <= 1.3 * true


def test_a_picture_and_the_same_turned_in_its_exif_are_one(pictures, tmp_path):
    """A camera that was held upright writes its picture lying and says so in EXIF; what counts is how it looks."""
    file, _ = next((file, truth) for file, truth in pictures if truth)
    upright = cv2.imread(str(file))
    lying = tmp_path / "lying.jpg"
    cv2.imwrite(str(lying), cv2.rotate(upright, cv2.ROTATE_90_COUNTERCLOCKWISE), [cv2.IMWRITE_JPEG_QUALITY, 98])
    turn = bytes.fromhex("ffe1002245786966000049492a000800000001001201030001000000060000000000000000")[:36]
    data = lying.read_bytes()
    lying.write_bytes(data[:2] + turn + data[2:])
    [expected], [found] = detect(file), detect(lying)
    sure = [d for d in expected["detections"] if d["conf"] >= 0.7]  # JPEG twice over moves the score of the others.
    assert sure
    for a in sure:
        assert any(a["label"] == b["label"] and overlap(a["bbox"], b["bbox"]) > 0.8 for b in found["detections"])


def test_annotated_pictures(pictures, tmp_path):
    file, truth = max(pictures, key=lambda picture: len(picture[1]))
    detect("--annotate", tmp_path / "out", file)
    drawn = cv2.imread(str(tmp_path / "out" / f"{file.stem}.annotated.jpg"))
    assert drawn.shape[:2] == SIZE[::-1]
    assert cv2.absdiff(drawn, cv2.imread(str(file))).max() > 100


def test_bad_pictures_are_named_and_the_others_looked_at(pictures, tmp_path):
    (tmp_path / "cut.jpg").write_bytes(pictures[0][0].read_bytes()[:500])
    run = kinesight("detect", "--type", "object", "--param", f"model_path={DEMO_MODEL}", "--json", tmp_path / "cut.jpg",
                    pictures[1][0], check=False)
    assert run.returncode == 1
    assert "cut.jpg" in run.stderr
    assert json.loads(run.stdout)["image"] == str(pictures[1][0])
