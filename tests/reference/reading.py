"""The independent reference for text in pictures: RapidOCR's own Python, over ONNX Runtime, with the models that the
product reads with. Its wheel is the product's (scripts/requirements-run.txt); what it needs is among the tests'."""

import sys
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX)
# Without what these fonts draw alike (O and 0, I and 1, small and capital letters): that is anybody's guess, and a column
# of padding more or less decides it.
LETTERS = list("023456789ABCDEFGHJKLMNPQRSTUVWXYZ-")


def rapid_ocr():
    # Last, so that nothing of the product's Python packages comes before the tests' own.
    sys.path.extend(map(str, (ROOT / ".deps/run/lib").glob("python3*/site-packages")))
    from rapidocr_onnxruntime import RapidOCR
    return RapidOCR()


class Reference:
    def __init__(self):
        self.ocr = rapid_ocr()

    def boxes(self, picture):
        """Corners of the texts, [4, 2] each."""
        found, _ = self.ocr.auto_text_det(picture)
        return [] if found is None else [box.tolist() for box in found]

    def read(self, picture, box):
        """(text, score). One at a time: in company a line is padded to the longest one's width."""
        crop = self.ocr.get_crop_img_list(picture, [np.array(box, np.float32)])[0]
        return self.ocr.text_rec([crop])[0][0]


def overlap(one, other):
    """Intersection over union of two quadrilaterals."""
    one, other = np.array(one, np.float32), np.array(other, np.float32)
    both, _ = cv2.intersectConvexConvex(one, other)
    return both / max(cv2.contourArea(one) + cv2.contourArea(other) - both, 1e-9)


def rendered(random):
    """A picture with a few lines of random text in it, tilted, blurred and noisy; and the corners of each text."""
    height, width = int(random.integers(300, 720)), int(random.integers(400, 1280))
    ground = random.integers(0, 256)
    ink = int((ground + random.integers(90, 166)) % 256)
    picture = np.full((height, width, 3), ground, np.uint8)
    quads, top = [], 10
    while True:
        text = "".join(random.choice(LETTERS, random.integers(3, 13))).strip("-") or "X"
        font, thick = FONTS[random.integers(len(FONTS))], int(random.integers(1, 4))
        scale = random.uniform(0.7, 1.8)
        (text_width, text_height), below = cv2.getTextSize(text, font, scale, thick)
        top += 25 + text_height
        if top + below + 10 > height:
            break
        if text_width + 20 > width:
            continue
        left = int(random.integers(10, width - text_width - 9))
        cv2.putText(picture, text, (left, top), font, scale, (ink, ink, ink), thick, cv2.LINE_AA)
        above, under = top - text_height - 6, top + below + 4
        quads.append([[left - 5, above], [left + text_width + 5, above], [left + text_width + 5, under],
                      [left - 5, under]])
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-4, 4), 1)
    picture = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, 1.2)).astype(np.float32)
    noisy = np.clip(picture + random.normal(0, random.uniform(0, 8), picture.shape), 0, 255).astype(np.uint8)
    turned = [(np.array(quad) @ turn[:, :2].T + turn[:, 2]).tolist() for quad in quads]
    return noisy, turned
