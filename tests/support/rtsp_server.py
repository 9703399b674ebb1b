#!/usr/bin/python3
"""Serves a video file over RTSP at rtsp://127.0.0.1:<port>/camera until stdin is closed.

Prints its port, which the system chose, as a line. Each client gets the file from its beginning, at its own speed.
Exits with 3, and says on stdout what is absent, where GStreamer's RTSP server is not installed.
"""

import argparse
import sys
import threading


def load_gstreamer():
    """GLib, Gst and GstRtspServer, or an exit that names the Debian package to install."""
    try:
        import gi

        gi.require_version("Gst", "1.0")
        gi.require_version("GstRtspServer", "1.0")
        from gi.repository import GLib, Gst, GstRtspServer
    except (ImportError, ValueError) as error:
        print(f"absent: python3-gi and gir1.2-gst-rtsp-server-1.0 ({error})")
        sys.exit(3)
    Gst.init(None)
    for element, package in (("qtdemux", "good"), ("h264parse", "bad"), ("h265parse", "bad"), ("rtph264pay", "good")):
        if Gst.ElementFactory.find(element) is None:
            print(f"absent: gstreamer1.0-plugins-{package} (element {element})")
            sys.exit(3)
    return GLib, Gst, GstRtspServer


def media_factory(rtsp, path, codec):
    """Hands out the video of an MP4 file as it is coded; parameter sets go with every keyframe."""
    number = {"h264": 264, "hevc": 265}[codec]
    factory = rtsp.RTSPMediaFactory()
    factory.set_launch(
        f'( filesrc location="{path}" ! qtdemux ! h{number}parse ! rtph{number}pay name=pay0 pt=96 config-interval=-1 )'
    )
    return factory


def demand_password(server, factory, rtsp, user, password):
    """Only `user` with `password` (HTTP basic) may see the stream."""
    token = rtsp.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth = rtsp.RTSPAuth()
    auth.add_basic(rtsp.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    permissions = rtsp.RTSPPermissions()
    for right in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role("viewer", right, True)
    factory.set_permissions(permissions)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--codec", choices=("h264", "hevc"), default="h264")
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--port", default="0", help="0: one that the system chooses")
    options = parser.parse_args()

    glib, _, rtsp = load_gstreamer()
    server = rtsp.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    factory = media_factory(rtsp, options.file, options.codec)
    if options.user:
        demand_password(server, factory, rtsp, options.user, options.password)
    server.get_mount_points().add_factory("/camera", factory)
    server.attach(None)

    loop = glib.MainLoop()
    threading.Thread(target=lambda: (sys.stdin.read(), glib.idle_add(loop.quit)), daemon=True).start()
    print(server.get_bound_port(), flush=True)
    loop.run()


if __name__ == "__main__":
    main()
