"""Footage out of `kinesight sim`, fetched with AWS's own client and played with FFmpeg (inside OpenCV): each frame is
told by its pixels, which no remuxing may change."""

import base64
import datetime
import hashlib
import re
import struct
import subprocess
import time

import cv2
import numpy
import pytest
import requests
from botocore.exceptions import ClientError

from conftest import kinesight, wait_until
from simulator import Simulator

FPS = 10
SECONDS = 12  # Of the recording, which the camera sends again and again.
FRAGMENT = 2  # Seconds of each.
STREAM = "front"
NOT_FOUND, INVALID = (404, "ResourceNotFoundException"), (400, "InvalidArgumentException")

EBML, SEGMENT, TAGS, TAG, SIMPLE_TAG, TAG_NAME, TAG_STRING = (
    0x1A45DFA3, 0x18538067, 0x1254C367, 0x7373, 0x67C8, 0x45A3, 0x4487)


def fingerprint(picture):
    return hashlib.sha256(numpy.ascontiguousarray(picture)).hexdigest()


def frames_of(source):
    """The fingerprint of every frame that OpenCV reads from a file or URL."""
    capture = cv2.VideoCapture(str(source), cv2.CAP_FFMPEG)
    assert capture.isOpened(), source
    frames = []
    while True:
        there, picture = capture.read()
        if not there:
            return frames
        frames.append(fingerprint(picture))


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """(path, fingerprints of its frames); no two frames are the same."""
    path = tmp_path_factory.mktemp("recording") / "front.mp4"
    kinesight("sim", "render", "--scene", "parking", "--seconds", SECONDS, "--width", 320, "--height", 180,
              "--fps", FPS, "--output", path)
    frames = frames_of(path)
    assert len(frames) == len(set(frames)) == FPS * SECONDS
    return path, frames


@pytest.fixture(scope="module")
def simulator(recording):
    """A camera that has been sending for ten minutes."""
    running = Simulator("--stream", f"{STREAM}={recording[0]}", "--fragment-seconds", FRAGMENT,
                        "--footage-seconds", 600, "--no-limits")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def archive(simulator):
    """The archived-media client, at the endpoint that the service names."""
    video = simulator.client("kinesisvideo")
    endpoint = video.get_data_endpoint(StreamName=STREAM, APIName="GET_CLIP")["DataEndpoint"]
    return simulator.client("kinesis-video-archived-media", endpoint)


@pytest.fixture(autouse=True)
def no_faults(simulator):
    yield
    simulator.clear_faults()


def selector(start, end, clock="PRODUCER_TIMESTAMP"):
    return {"FragmentSelectorType": clock, "TimestampRange": {"StartTimestamp": start, "EndTimestamp": end}}


def listed(archive, start, end, **options):
    """Fragments in the order of their time, from all pages."""
    pages = archive.get_paginator("list_fragments").paginate(
        StreamName=STREAM, FragmentSelector=selector(start, end), **options)
    return sorted((one for page in pages for one in page["Fragments"]), key=lambda one: one["ProducerTimestamp"])


@pytest.fixture
def span(archive):
    """A minute that ended half a minute ago: its fragments."""
    now = time.time()
    return listed(archive, now - 90, now - 30)


def error_of(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    assert answer["Error"]["Message"]
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


def url_of(archive, **request):
    return archive.get_hls_streaming_session_url(StreamName=STREAM, **request)["HLSStreamingSessionURL"]


def frames_after(frames, first, count):
    """`count` frames of the loop from the one that is `first`."""
    begin = frames.index(first)
    return [frames[(begin + i) % len(frames)] for i in range(count)]


def test_fragments_are_listed_whole_and_in_no_order(archive, span):
    assert len(span) == 30
    for before, after in zip(span, span[1:]):
        assert (after["ProducerTimestamp"] - before["ProducerTimestamp"]).total_seconds() == pytest.approx(FRAGMENT)
        assert int(after["FragmentNumber"]) > int(before["FragmentNumber"])
    assert {one["FragmentLengthInMilliseconds"] for one in span} == {1000 * FRAGMENT}
    assert min(one["FragmentSizeInBytes"] for one in span) > 1000
    one_page = archive.list_fragments(StreamName=STREAM, FragmentSelector=selector(
        span[0]["ProducerTimestamp"], span[-1]["ProducerTimestamp"]))["Fragments"]
    assert sorted(map(str, one_page)) == sorted(map(str, span))
    assert one_page != span

    ends = span[0]["ProducerTimestamp"], span[-1]["ProducerTimestamp"]
    assert listed(archive, *ends, PaginationConfig={"PageSize": 7}) == span


def test_a_clip_has_the_frames_of_its_fragments_and_no_others(archive, recording, span, tmp_path):
    start = span[3]["ProducerTimestamp"]
    answer = archive.get_clip(StreamName=STREAM, ClipFragmentSelector=selector(
        start - datetime.timedelta(seconds=0.5), start + datetime.timedelta(seconds=8)))
    assert answer["ContentType"] == "video/mp4"
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(answer["Payload"].read())
    frames = frames_of(clip)
    assert frames == frames_after(recording[1], frames[0], 5 * FRAGMENT * FPS)
    assert cv2.VideoCapture(str(clip)).get(cv2.CAP_PROP_FPS) == pytest.approx(FPS)


def test_a_clip_is_cut_off_at_two_hundred_fragments(archive, tmp_path):
    now = time.time()
    answer = archive.get_clip(StreamName=STREAM, ClipFragmentSelector=selector(now - 500, now - 20))
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(answer["Payload"].read())
    assert len(frames_of(clip)) == 200 * FRAGMENT * FPS


def elements(data, begin=0, end=None):
    """(id, payload) of the EBML elements between two places (RFC 8794); those of unknown size go to the end."""
    end = len(data) if end is None else end
    at = begin
    while at < end:
        length = 9 - data[at].bit_length()
        name = int.from_bytes(data[at:at + length], "big")
        at += length
        length = 9 - data[at].bit_length()
        size = int.from_bytes(data[at:at + length], "big") & ((1 << 7 * length) - 1)
        at += length
        after = end if size == (1 << 7 * length) - 1 else at + size
        yield name, data[at:after]
        at = after


def matroska_chunks(data):
    """Each EBML head with the segment that follows it."""
    parts = list(elements(data))
    assert [name for name, _ in parts] == [EBML, SEGMENT] * (len(parts) // 2)
    starts = [found.start() for found in re.finditer(re.escape(struct.pack(">I", EBML)), data)]
    return [data[begin:end] for begin, end in zip(starts, starts[1:] + [len(data)])]


def tags_of(chunk):
    segment = next(payload for name, payload in elements(chunk) if name == SEGMENT)
    found = {}
    for name, tags in elements(segment):
        if name != TAGS:
            continue
        for _, tag in (child for child in elements(tags) if child[0] == TAG):  # Its check sum is no element.
            for inner, simple in elements(tag):
                if inner == SIMPLE_TAG:
                    fields = dict(elements(simple))
                    found[fields[TAG_NAME].decode()] = fields[TAG_STRING].decode()
    return found


def test_media_of_a_list_is_matroska_that_names_its_fragments(archive, recording, span, tmp_path):
    wanted = [span[7], span[2], span[3]]
    answer = archive.get_media_for_fragment_list(StreamName=STREAM,
                                                 Fragments=[one["FragmentNumber"] for one in wanted])
    chunks = matroska_chunks(answer["Payload"].read())
    assert len(chunks) == 3
    firsts = []
    for chunk, fragment in zip(chunks, wanted):
        tags = tags_of(chunk)
        assert tags["AWS_KINESISVIDEO_FRAGMENT_NUMBER"] == fragment["FragmentNumber"]
        for clock in ("Server", "Producer"):
            told = float(tags[f"AWS_KINESISVIDEO_{clock.upper()}_TIMESTAMP"])
            assert told == pytest.approx(fragment[f"{clock}Timestamp"].timestamp(), abs=0.0011)
        path = tmp_path / "chunk.mkv"
        path.write_bytes(chunk)
        frames = frames_of(path)
        assert frames == frames_after(recording[1], frames[0], FRAGMENT * FPS)
        firsts.append(recording[1].index(frames[0]))
    assert (firsts[0] - firsts[1]) % (FPS * SECONDS) == 5 * FRAGMENT * FPS % (FPS * SECONDS)

    numbers = [span[0]["FragmentNumber"], "12345"]
    assert error_of(archive.get_media_for_fragment_list, StreamName=STREAM, Fragments=numbers) == NOT_FOUND


def test_images_are_those_of_their_times(archive, recording, span):
    start = span[4]["ProducerTimestamp"]
    answer = archive.get_images(StreamName=STREAM, ImageSelectorType="PRODUCER_TIMESTAMP", StartTimestamp=start,
                                EndTimestamp=start + datetime.timedelta(seconds=3), SamplingInterval=500, Format="PNG")
    frames = []
    for count, image in enumerate(answer["Images"]):
        assert image["TimeStamp"] == start + datetime.timedelta(seconds=count / 2)
        frames.append(picture_in(image))
        assert frames[-1].shape == (180, 320, 3)
    assert len(frames) == 7
    # Two programs turn YUV into BGR a little differently, so these are told by what they are nearest to.
    all_pictures = pictures_of(recording[0])
    at = [nearest(all_pictures, picture) for picture in frames]
    assert at == [(at[0] + 5 * i) % len(all_pictures) for i in range(7)]

    pages = archive.get_paginator("get_images").paginate(
        StreamName=STREAM, ImageSelectorType="SERVER_TIMESTAMP", StartTimestamp=start,
        EndTimestamp=start + datetime.timedelta(seconds=8), SamplingInterval=200, Format="JPEG", HeightPixels=90)
    images = [image for page in pages for image in page["Images"]]
    assert len(images) == 41
    assert picture_in(images[40]).shape == (90, 160, 3)


def picture_in(image):
    content = base64.b64decode(image["ImageContent"], validate=True)
    return cv2.imdecode(numpy.frombuffer(content, numpy.uint8), cv2.IMREAD_COLOR)


def pictures_of(path):
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    pictures = []
    while True:
        there, picture = capture.read()
        if not there:
            return pictures
        pictures.append(picture)


def nearest(pictures, picture):
    return min(range(len(pictures)), key=lambda i: cv2.norm(pictures[i], picture, cv2.NORM_L1))


@pytest.mark.parametrize("container", ["FRAGMENTED_MP4", "MPEG_TS"])
def test_ffmpeg_plays_a_recorded_session_frame_by_frame(archive, recording, span, container):
    session = url_of(archive, PlaybackMode="ON_DEMAND", ContainerFormat=container, DiscontinuityMode="NEVER",
                     HLSFragmentSelector=selector(span[0]["ProducerTimestamp"], span[9]["ProducerTimestamp"]))
    frames = frames_of(session)
    assert frames == frames_after(recording[1], frames[0], 10 * FRAGMENT * FPS)


def test_ffmpeg_plays_a_live_session(archive, recording):
    session = url_of(archive, PlaybackMode="LIVE")
    capture = cv2.VideoCapture(session, cv2.CAP_FFMPEG)
    assert capture.isOpened()
    frames = []
    for _ in range(6 * FRAGMENT * FPS):  # More than the first playlist holds.
        there, picture = capture.read()
        assert there
        frames.append(fingerprint(picture))
    assert frames == frames_after(recording[1], frames[0], len(frames))


def test_a_replay_goes_on_from_the_past(archive, span):
    session = url_of(archive, PlaybackMode="LIVE_REPLAY", DisplayFragmentTimestamp="ALWAYS",
                     HLSFragmentSelector={"FragmentSelectorType": "PRODUCER_TIMESTAMP",
                                          "TimestampRange": {"StartTimestamp": span[0]["ProducerTimestamp"]}})
    playlist = media_playlist_of(session)
    first = fetched(playlist)
    assert numbers_in(first) == [one["FragmentNumber"] for one in span[:5]]
    assert "#EXT-X-ENDLIST" not in first
    time.sleep(FRAGMENT)  # The pace that it is to keep.
    later = fetched(playlist)
    assert numbers_in(later) == [one["FragmentNumber"] for one in span[1:6]]
    assert "#EXT-X-MEDIA-SEQUENCE:1\n" in later


def fetched(url):
    answer = requests.get(url, timeout=5)
    assert answer.status_code == 200, answer.text
    return answer.text


def media_playlist_of(session):
    """The URL of a session's media playlist."""
    return session[:session.rindex("/") + 1] + fetched(session).splitlines()[-1]


def numbers_in(playlist):
    return re.findall(r"FragmentNumber=(\d+)", playlist)


def test_a_session_ends_when_it_was_said_to(archive):
    session = url_of(archive, PlaybackMode="LIVE", Expires=300)
    assert requests.get(session, timeout=5).status_code == 200
    unknown = requests.get(session[:-10] + "~", timeout=5)
    assert unknown.status_code == 403
    assert unknown.headers["x-amzn-ErrorType"].startswith("NotAuthorizedException")


def test_footage_that_never_came_is_in_no_answer(archive, simulator, span):
    begin = time.time()
    simulator.fault(name="gap", value="6")
    lost = wait_until(lambda: (found := listed(archive, begin - 4, begin + 20)) and
                      found[-1]["ProducerTimestamp"].timestamp() > begin + 6 and found)
    times = [one["ProducerTimestamp"].timestamp() for one in lost]
    steps = [b - a for a, b in zip(times, times[1:])]
    assert max(steps) >= 6 + FRAGMENT - 0.01
    assert all(time < begin or time > begin + 6 - FRAGMENT for time in times)


def test_errors_are_those_of_the_service(archive, span):
    now = time.time()
    start = span[0]["ProducerTimestamp"].timestamp()

    def clip_error(begin, end, stream=STREAM):
        return error_of(archive.get_clip, StreamName=stream, ClipFragmentSelector=selector(begin, end))

    assert clip_error(start, start + 5, "nobody") == NOT_FOUND
    assert clip_error(start, start - 5) == INVALID
    assert clip_error(now - 5000, now - 4000) == NOT_FOUND
    assert error_of(archive.get_hls_streaming_session_url, StreamName=STREAM, PlaybackMode="ON_DEMAND") == INVALID
    assert error_of(archive.list_fragments, StreamName=STREAM) == INVALID
    assert error_of(archive.get_images, StreamName=STREAM, ImageSelectorType="PRODUCER_TIMESTAMP",
                    StartTimestamp=now - 400, EndTimestamp=now, SamplingInterval=1000, Format="JPEG") == INVALID


def test_the_ffmpeg_tool_plays_the_session_url(archive, span):
    url = url_of(archive, PlaybackMode="ON_DEMAND", HLSFragmentSelector=selector(
        span[0]["ProducerTimestamp"], span[9]["ProducerTimestamp"]))
    played = subprocess.run(["ffmpeg", "-v", "error", "-i", url, "-f", "framemd5", "-"], capture_output=True, text=True,
                            timeout=60)
    assert played.returncode == 0 and not played.stderr, played.stderr
    assert len([line for line in played.stdout.splitlines() if not line.startswith("#")]) == 10 * FRAGMENT * FPS
