"""The job of `bench_kvs … bgr` by OpenCV's VideoCapture: every frame of an HLS session.

kvs_peer.py ENDPOINT_URL STREAM SECONDS RECORDING: prints one JSON object, as bench_kvs does.

FFmpeg's HLS reader tells no capture times, so each frame is told by its pixels: RECORDING is what the camera repeats, and a
fragment that is fetched by hand has a date in the playlist and shows where in the recording it stands."""

import json
import re
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from datetime import datetime

import boto3
import cv2


def session_url(endpoint, stream):
    video = boto3.client("kinesisvideo", endpoint_url=endpoint)
    where = video.get_data_endpoint(StreamName=stream, APIName="GET_HLS_STREAMING_SESSION_URL")["DataEndpoint"]
    archive = boto3.client("kinesis-video-archived-media", endpoint_url=where)
    return archive.get_hls_streaming_session_url(
        StreamName=stream, PlaybackMode="LIVE", ContainerFormat="FRAGMENTED_MP4", DisplayFragmentTimestamp="ALWAYS",
        Expires=3600)["HLSStreamingSessionURL"]


def get(url):
    with urllib.request.urlopen(url, timeout=10) as reply:
        return reply.read()


def first_uri(playlist):
    return next(line for line in playlist.splitlines() if line and not line.startswith("#"))


def listed(url):
    """The fragments that a session lists: (Unix seconds of the first frame, seconds, URL), and the URL of their init."""
    media_url = urllib.parse.urljoin(url, first_uri(get(url).decode()))
    text = get(media_url).decode()
    absolute = lambda uri: urllib.parse.urljoin(media_url, uri)
    fragments = []
    for block in text.split("#EXT-X-PROGRAM-DATE-TIME:")[1:]:
        date = datetime.fromisoformat(block.split()[0].replace("Z", "+00:00")).timestamp()
        fragments.append((date, float(re.search(r"#EXTINF:([\d.]+)", text)[1]), absolute(first_uri(block.split("\n", 1)[1]))))
    return fragments, absolute(re.search(r'#EXT-X-MAP:URI="([^"]+)"', text)[1])


def print_of(frame):
    """What tells a frame from all others of the recording, at no cost."""
    return hash(frame[::16, ::16].tobytes())


def prints_of(path):
    capture = cv2.VideoCapture(path)
    prints = []
    while (read := capture.read())[0]:
        prints.append(print_of(read[1]))
    return prints, capture.get(cv2.CAP_PROP_FPS)


def watch(url, seconds):
    """(CPU seconds, seconds, when it began, [(print, when it was handed out)])."""
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
    if not capture.isOpened():
        sys.exit("kvs_peer: VideoCapture does not open the session")
    frames, cpu, begin = [], time.process_time(), time.time()
    while time.time() - begin < seconds:
        good, frame = capture.read()
        if not good:
            sys.exit("kvs_peer: VideoCapture ended")
        frames.append((print_of(frame), time.time()))
    return time.process_time() - cpu, time.time() - begin, begin, frames


def first_frames(frames, numbers, anchor, length, fps, count):
    """[begin, length, when handed out] of each fragment: its first frame is a whole number of fragments from `anchor`
    (Unix seconds, number), and was handed out less than a recording's length after it was captured."""
    (when, number), found = anchor, []
    step, loop = round(length * fps), count / fps
    for frame, handed_out in frames:
        offset = (numbers[frame] - number) % count
        if offset % step:
            continue
        begin = when + offset / fps
        begin += (handed_out - begin) // loop * loop
        found.append([begin, length, handed_out])
    return found


def main():
    endpoint, stream, seconds, path = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]
    prints, fps = prints_of(path)
    numbers = {frame: number for number, frame in enumerate(prints)}
    if len(numbers) != len(prints):
        sys.exit("kvs_peer: frames of the recording look the same")
    url = session_url(endpoint, stream)
    cpu, lasted, begin, frames = watch(url, seconds)
    fragments, init = listed(url)
    date, length, fragment_url = fragments[-1]
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        file.write(get(init) + get(fragment_url))
        file.flush()
        number = numbers[prints_of(file.name)[0][0]]
    print(json.dumps({"cpu_seconds": cpu, "seconds": lasted, "begin": begin, "frames": len(frames),
                      "fragments": first_frames(frames, numbers, (date, number), length, fps, len(prints))}))


if __name__ == "__main__":
    main()
