#!/usr/bin/env python3
"""How many licence plates of still photographs are found and read: by `kinesight detect --type alpr` as it is configured by
itself, without any model of plates, beside Tesseract and RapidOCR on the same pictures.

    bench/plates.py [--kinesight BUILD/kinesight] [--only ours,…] [--list] FOLDER

FOLDER holds pictures NAME.jpg (or .png) and NAME.txt beside each with a line a plate: file, x, y, width, height, text, parted
by tabs (the layout of OpenALPR's end-to-end benchmark). Letters and digits alone count, in upper case.

    exact   of the plates: one answer that overlaps the plate says what the truth says
    one off                ... or differs from it in one character (put in, left out, or replaced)
    false   answers that overlap no plate of the truth file, by 100 pictures

`ours_tesseract` is the product with Tesseract as its ocr_engine; `tesseract` is that program by itself, on the whole picture.
Tesseract and RapidOCR do not say which text is a plate's: they are given the benefit of the doubt, their best line that
overlaps the plate counts, and what else they read is no false plate (a dash). The pictures are halved by their first plate's
text, and both halves reported: figures that are far apart would say that the finder was fitted to some of them. What is
needed besides the product: the `tesseract` program (it is left out where there is none), and the Python packages
opencv-python-headless and rapidocr-onnxruntime (`scripts/setup test` brings both)."""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINES = ("ours", "ours_tesseract", "tesseract", "rapidocr")


def letters(text):
    return re.sub("[^A-Z0-9]", "", text.upper())


def truth(folder):
    """{picture: [((x, y, w, h), text)]} of all pictures; one without a text file has no plate."""
    plates = {}
    for picture in sorted(folder.glob("*.jpg")) + sorted(folder.glob("*.png")):
        lines = picture.with_suffix(".txt").read_text().splitlines() if picture.with_suffix(".txt").exists() else []
        rows = [line.split("\t") for line in lines if line.count("\t") >= 5]
        plates[picture] = [(tuple(map(int, row[1:5])), letters(row[5])) for row in rows]
    return plates


def one_half(plates):
    """The texts of one half of the plates, chosen by chance once and for all."""
    texts = sorted({text for rows in plates.values() for _, text in rows[:1]})
    random.Random(7).shuffle(texts)
    return set(texts[:len(texts) // 2])


def distance(one, other):
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def overlap(a, b):
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def ours(pictures, kinesight, params=()):
    """{picture: [(box, text)]}. One process looks at all pictures."""
    command = [kinesight, "detect", "--type", "alpr", "--json"]
    command += [word for param in params for word in ("--param", param)]
    done = subprocess.run([*map(str, command), *map(str, pictures)], capture_output=True, text=True, timeout=3600)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr}")
    lines = map(json.loads, done.stdout.splitlines())
    return {Path(line["image"]): [(tuple(one["bbox"]), letters(one["label"])) for one in line["detections"]]
            for line in lines}


def tesseract(pictures):
    """Lines of text, as Tesseract finds them by itself in sparse text (--psm 11)."""
    found = {}
    for picture in pictures:
        table = subprocess.run(["tesseract", str(picture), "-", "--psm", "11", "tsv"], capture_output=True, text=True,
                               check=True).stdout
        lines = {}
        for row in (line.split("\t") for line in table.splitlines()[1:]):
            if len(row) == 12 and row[11].strip():
                x, y, w, h = map(int, row[6:10])
                box, text = lines.get(tuple(row[1:5]), ((x, y, 0, 0), ""))
                right, bottom = max(box[0] + box[2], x + w), max(box[1] + box[3], y + h)
                left, top = min(box[0], x), min(box[1], y)
                lines[tuple(row[1:5])] = ((left, top, right - left, bottom - top), text + row[11])
        found[picture] = [(box, letters(text)) for box, text in lines.values()]
    return found


def rapidocr(pictures):
    """Lines of text, as RapidOCR finds them by itself in the whole picture."""
    sys.path.extend(map(str, (ROOT / ".deps/run/lib").glob("python3*/site-packages")))
    from rapidocr_onnxruntime import RapidOCR
    reader, found = RapidOCR(), {}
    for picture in pictures:
        lines, _ = reader(str(picture), use_cls=False)
        found[picture] = []
        for corners, text, _ in lines or []:
            xs, ys = [x for x, _ in corners], [y for _, y in corners]
            box = (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
            found[picture].append((box, letters(text)))
    return found


def score(plates, answers, chosen=lambda text: True):
    """Counts over the pictures whose first plate `chosen` names."""
    counts = {"pictures": 0, "plates": 0, "exact": 0, "one off": 0, "false": 0, "missed": []}
    for picture, rows in plates.items():
        if not chosen(rows[0][1] if rows else ""):
            continue
        said = answers.get(picture, [])
        counts["pictures"] += 1
        counts["false"] += sum(not any(overlap(box, plate) for plate, _ in rows) for box, _ in said)
        for plate, text in rows:
            there = [answer for box, answer in said if overlap(box, plate)]
            off = min((distance(answer, text) for answer in there), default=len(text))
            counts["plates"] += 1
            counts["exact"] += off == 0
            counts["one off"] += off <= 1
            if off:
                counts["missed"].append((picture.name, text, there))
    return counts


def line(name, counts, seconds, says_which):
    share = lambda count: f"{100 * count / max(counts['plates'], 1):6.1f} %"
    false = f"{100 * counts['false'] / max(counts['pictures'], 1):6.2f}" if says_which else "     –"
    time_each = f"{seconds / max(counts['pictures'], 1):6.2f} s" if seconds else ""
    return f"{name:<22} {counts['plates']:>6} {share(counts['exact'])} {share(counts['one off'])} {false}  {time_each}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kinesight", type=Path, default=ROOT / "build/release/kinesight")
    parser.add_argument("--only", default=",".join(ENGINES), help="which readers, parted by commas")
    parser.add_argument("--list", action="store_true", help="name the plates that were not read exactly")
    options = parser.parse_args()
    plates = truth(options.folder)
    if not plates:
        sys.exit(f"{options.folder}: expected pictures (.jpg, .png), found none")
    half = one_half(plates)
    readers = {"ours": lambda: ours(list(plates), options.kinesight),
               "ours_tesseract": lambda: ours(list(plates), options.kinesight, ["ocr_engine=tesseract"]),
               "tesseract": lambda: tesseract(list(plates)),
               "rapidocr": lambda: rapidocr(list(plates))}
    print(f"{'':<22} plates    exact   one off  false/100  each")
    for name in options.only.split(","):
        if name == "tesseract" and not shutil.which("tesseract"):
            print("tesseract: not installed")
            continue
        begin = time.monotonic()
        answers = readers[name]()
        counts = score(plates, answers)
        print(line(name, counts, time.monotonic() - begin, name.startswith("ours")))
        if name == "ours":
            print(line("  one half", score(plates, answers, lambda text: text in half), None, True))
            print(line("  the other half", score(plates, answers, lambda text: text not in half), None, True))
        for picture, text, there in counts["missed"] if options.list else []:
            print(f"    {picture}: {text}, read {', '.join(there) or 'nothing'}")


if __name__ == "__main__":
    main()
