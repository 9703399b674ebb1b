"""Videos whose frames carry their number, so that a test can tell which ones came out: ten upright bars, black or white,
the bits of the number, lowest at the left. tests/video/movie.h draws and reads the same."""

import subprocess

import cv2
import numpy as np

BITS = 10
WIDTH, HEIGHT = 160, 120


def picture_of(number):
    """The picture's luma."""
    bars = [235 if number >> (x * BITS // WIDTH) & 1 else 16 for x in range(WIDTH)]
    return np.tile(np.array(bars, np.uint8), (HEIGHT, 1))


def number_in(luma):
    row = luma[luma.shape[0] // 2]
    return sum(1 << bit for bit in range(BITS) if row[(2 * bit + 1) * luma.shape[1] // (2 * BITS)] > 128)


def write(path, frames, fps, keyframe_every):
    """H.264 with B-frames: frames 0 to frames-1, a keyframe every so many of them."""
    command = ["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}", "-r", fps, "-i", "-",
               "-c:v", "libx264", "-bf", 2, "-g", keyframe_every, "-keyint_min", keyframe_every, "-sc_threshold", 0,
               "-pix_fmt", "yuv420p", path]
    pictures = b"".join(picture_of(number).tobytes() for number in range(frames))
    subprocess.run(list(map(str, command)), input=pictures, check=True, capture_output=True, timeout=120)


def shown_by_ffmpeg(path):
    """The numbers of the frames that ffmpeg shows, none doubled or dropped for the sake of a rate."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray",
                           "-"], capture_output=True, timeout=60, check=True)
    assert done.stderr == b"", path
    return [number_in(luma) for luma in np.frombuffer(done.stdout, np.uint8).reshape(-1, HEIGHT, WIDTH)]


def shown_by_opencv(path):
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    shown = []
    while True:
        there, picture = capture.read()
        if not there:
            return shown
        shown.append(number_in(picture[:, :, 1]))
