"""A TCP proxy of the tests, whose connections can be cut at any moment, as a network does."""

import contextlib
import socket
import struct
import threading


class CuttingProxy:
    """Listens on a free port of loopback and passes bytes to and from `target` (host, port)."""

    def __init__(self, target):
        self.target = target
        self.cuts = 0
        self._pairs, self._lock, self._closed = [], threading.Lock(), False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._closed = True
        self._listener.close()
        self.cut()

    def cut(self):
        """Resets all connections; new ones are taken. How many there were."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for one in pair:
                with contextlib.suppress(OSError):
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST, not FIN.
                    one.shutdown(socket.SHUT_RDWR)  # Wakes the thread that reads it.
                    one.close()
        self.cuts += len(pairs)
        return len(pairs)

    def _accept(self):
        while not self._closed:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self.target, timeout=10)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._pairs.append((near, far))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        with self._lock:
            self._pairs = [pair for pair in self._pairs if source not in pair]
