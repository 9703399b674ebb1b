"""Rendered pictures as arrays on disk, and batches of them."""

import json
from pathlib import Path

import cv2
import numpy as np
import torch

PAD = 114  # The grey beside a letterboxed picture.


def letterbox_size(width, height, side):
    """The scaled size of a picture in a square of `side`, and its margins left and top: as the product letterboxes."""
    scale = min(side / width, side / height)
    w, h = round(width * scale), round(height * scale)
    return w, h, (side - w) / 2, (side - h) / 2


class Pictures:
    """A folder that `kinesight sim dataset` wrote, letterboxed to `side`; wide pictures lose the empty rows.

    images: uint8 [count, H, W, 3] RGB, a memory map beside the folder; boxes: list of float arrays [k, 5] class, x1, y1, x2, y2.
    """

    def __init__(self, folder, side=320):
        folder = Path(folder)
        files = sorted((folder / "images").iterdir())
        first = cv2.imread(str(files[0]))
        self.w, self.h, _, _ = letterbox_size(first.shape[1], first.shape[0], side)
        rows = min(side, -(-self.h // 32) * 32)
        self.top, self.left = (rows - self.h) // 2, (side - self.w) // 2
        self.images = self._decoded(folder, files, (len(files), rows, side, 3))
        self.boxes = [self._boxes(folder / "labels" / (f.stem + ".txt")) for f in files]

    def __len__(self):
        return len(self.boxes)

    def _decoded(self, folder, files, shape):
        cache, note = folder / "decoded.bin", folder / "decoded.json"
        if not (note.exists() and json.loads(note.read_text()) == list(shape)):
            images = np.memmap(cache, np.uint8, "w+", shape=shape)
            images[:] = PAD
            # Half of them are averaged, half sampled as the product's letterbox does.
            for k, file in enumerate(files):
                picture = cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB)
                images[k, self.top:self.top + self.h, self.left:self.left + self.w] = cv2.resize(
                    picture, (self.w, self.h), interpolation=cv2.INTER_AREA if k % 2 else cv2.INTER_LINEAR)
            images.flush()
            note.write_text(json.dumps(list(shape)))
        return np.memmap(cache, np.uint8, "r", shape=shape)

    def _boxes(self, file):
        lines = [[float(v) for v in line.split()] for line in file.read_text().splitlines()]
        if not lines:
            return np.zeros((0, 5), np.float32)
        c, cx, cy, w, h = np.array(lines, np.float32).T
        x, y = self.left + cx * self.w, self.top + cy * self.h
        w, h = w * self.w, h * self.h
        return np.stack((c, x - w / 2, y - h / 2, x + w / 2, y + h / 2), 1).astype(np.float32)


def batches(sets, size, random, favoured=()):
    """Shuffled (set, indices) of one epoch; a batch has pictures of one shape.

    favoured: classes; of the pictures that show none of them only every second one, at random, is in the epoch.
    """
    result = []
    for pictures in sets:
        order = random.permutation(len(pictures))
        if favoured:
            rest = [k for k in order if not np.isin(pictures.boxes[k][:, 0], favoured).any()]
            order = np.setdiff1d(order, rest[::2])
            random.shuffle(order)
        result += [(pictures, np.sort(order[k:k + size])) for k in range(0, len(order) - size + 1, size)]
    random.shuffle(result)
    return result


def with_photographs(images, boxes, photographs, count, random):
    """Adds `count` photographs, which show nothing, to a batch; some shine through the pictures of the others."""
    chosen = photographs.images[random.randint(len(photographs), size=count)]
    for k in range(len(images)):
        if random.random() < 0.25:
            share = random.uniform(0.1, 0.35)
            images[k] = images[k] * (1 - share) + chosen[random.randint(count)] * share
    return np.concatenate((images, chosen)), boxes + [np.zeros((0, 5), np.float32)] * count


def load(pictures, indices, random, photographs=None, count=0):
    """Images [B, 3, H, W] from 0 to 1 and boxes: flipped, brightened and sometimes letterboxed to a square at random.

    photographs: pictures of nothing, of which `count` join each batch of their shape.
    """
    images = pictures.images[indices].copy()
    boxes = [pictures.boxes[k].copy() for k in indices]
    if photographs and images.shape[1:] == photographs.images.shape[1:]:
        images, boxes = with_photographs(images, boxes, photographs, count, random)
    width = images.shape[2]
    for k in range(len(images)):
        if random.random() < 0.5:
            images[k] = images[k, :, ::-1]
            boxes[k][:, [1, 3]] = width - boxes[k][:, [3, 1]]
    if images.shape[1] < width and random.random() < 0.15:
        margin = (width - images.shape[1]) // 2
        images = np.pad(images, ((0, 0), (margin, margin), (0, 0), (0, 0)), constant_values=PAD)
        for b in boxes:
            b[:, [2, 4]] += margin
    x = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    gain = torch.from_numpy(random.uniform(0.8, 1.2, (len(images), 1, 1, 1)) * random.uniform(0.93, 1.07, (len(images), 3, 1, 1))).float()
    bias = torch.from_numpy(random.uniform(-0.06, 0.06, (len(images), 1, 1, 1))).float()
    return (x * gain + bias).clamp(0, 1).contiguous(memory_format=torch.channels_last), boxes
