"""A display without a screen (Xvfb), for programs that open windows: what is on it, and a hand at its windows."""

import ctypes
import os
import shutil
import struct
import subprocess
from contextlib import contextmanager

import numpy
import pytest

KEY_PRESS, KEY_RELEASE, CLIENT_MESSAGE = 2, 3, 33
WIDTH, HEIGHT = 1280, 800


class KeyEvent(ctypes.Structure):
    """XKeyEvent of Xlib.h."""

    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
                ("display", ctypes.c_void_p), ("window", ctypes.c_ulong), ("root", ctypes.c_ulong),
                ("subwindow", ctypes.c_ulong), ("time", ctypes.c_ulong), ("x", ctypes.c_int), ("y", ctypes.c_int),
                ("x_root", ctypes.c_int), ("y_root", ctypes.c_int), ("state", ctypes.c_uint),
                ("keycode", ctypes.c_uint), ("same_screen", ctypes.c_int)]


class ClientMessageEvent(ctypes.Structure):
    """XClientMessageEvent of Xlib.h."""

    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
                ("display", ctypes.c_void_p), ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong),
                ("format", ctypes.c_int), ("data", ctypes.c_long * 5)]


class Event(ctypes.Union):
    """XEvent of Xlib.h, as long as the longest."""

    _fields_ = [("key", KeyEvent), ("client", ClientMessageEvent), ("padding", ctypes.c_long * 24)]


class VirtualDisplay:
    """A running Xvfb. `name` goes into DISPLAY."""

    def __init__(self, folder):
        if not shutil.which("Xvfb"):
            pytest.skip("Xvfb is not there; scripts/setup test installs it")
        self.folder = folder
        reader, writer = os.pipe()
        self.process = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir",
                                         folder, "-nolisten", "tcp", "-noreset"], pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as said:
            self.name = ":" + said.readline().strip()
        assert self.name != ":", "Xvfb did not start"

    def picture(self):
        """What the display shows now: BGR, of its frame buffer, which Xvfb keeps as a file of xwd's format."""
        data = (self.folder / "Xvfb_screen0").read_bytes()
        header = struct.unpack(">25I", data[:100])
        header_bytes, width, height, row_bytes, colours = header[0], header[4], header[5], header[12], header[19]
        pixels = numpy.frombuffer(data, numpy.uint8, offset=header_bytes + 12 * colours)[:row_bytes * height]
        return pixels.reshape(height, row_bytes // 4, 4)[:, :width, :3].copy()

    def press(self, title, key):
        """Presses a key, by its X name, in the window of that title."""
        with self._connection() as (x11, display):
            keycode = x11.XKeysymToKeycode(display, x11.XStringToKeysym(key.encode()))
            for kind in (KEY_PRESS, KEY_RELEASE):
                window = find(x11, display, title)
                root = x11.XDefaultRootWindow(display)
                send(x11, display, window, Event(key=KeyEvent(kind, 0, 1, display, window, root, 0, 0, 1, 1, 1, 1, 0, keycode, 1)))

    def close(self, title):
        """Asks the window of that title to close, as its frame's button does."""
        with self._connection() as (x11, display):
            window = find(x11, display, title)
            atom = lambda name: x11.XInternAtom(display, name, 0)
            data = (ctypes.c_long * 5)(atom(b"WM_DELETE_WINDOW"))
            send(x11, display, window, Event(client=ClientMessageEvent(CLIENT_MESSAGE, 0, 1, display, window,
                                                                       atom(b"WM_PROTOCOLS"), 32, data)))

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    @contextmanager
    def _connection(self):
        x11 = ctypes.CDLL("libX11.so.6")
        for function in (x11.XOpenDisplay, x11.XStringToKeysym, x11.XDefaultRootWindow, x11.XInternAtom):
            function.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x11.XOpenDisplay(self.name.encode()))
        assert display, f"the display {self.name} does not answer"
        x11.XStringToKeysym.argtypes = [ctypes.c_char_p]
        x11.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        x11.XKeysymToKeycode.restype = ctypes.c_ubyte
        yield x11, display
        x11.XCloseDisplay(display)


def find(x11, display, title):
    """The top-level window called `title`."""
    root, parent, children, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
    assert x11.XQueryTree(display, ctypes.c_ulong(x11.XDefaultRootWindow(display)), ctypes.byref(root),
                          ctypes.byref(parent), ctypes.byref(children), ctypes.byref(count))
    for i in range(count.value):
        name = ctypes.c_char_p()
        if x11.XFetchName(display, ctypes.c_ulong(children[i]), ctypes.byref(name)) and name.value == title.encode():
            return children[i]
    raise AssertionError(f"no window is called {title!r}")


def send(x11, display, window, event):
    assert x11.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event))
    x11.XSync(display, 0)


@pytest.fixture
def virtual_display(tmp_path):
    folder = tmp_path / "display"
    folder.mkdir()
    display = VirtualDisplay(folder)
    yield display
    display.stop()
