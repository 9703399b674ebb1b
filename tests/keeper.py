"""What a test program, in whatever language, may have done to the servers that it is run with."""

import contextlib
import shlex
import socketserver
import threading


@contextlib.contextmanager
def keeper(*commands):
    """A port of loopback that takes a line at a connection: the name of one of these functions and its arguments
    ("kill", "ctl close_all_connections testing"). It is answered "done", a new line and what the function gave, or with
    the text of its exception."""
    by_name = {one.__name__: one for one in commands}

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            command, *arguments = shlex.split(self.rfile.readline().decode())
            try:
                said = by_name[command](*arguments)
                self.wfile.write(f"done\n{said or ''}".encode())
            except Exception as error:  # The program under test shows it.
                self.wfile.write(str(error).encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
