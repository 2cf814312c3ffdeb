"""A small image set, a web server that serves it well or badly, and a cache of its own for each test."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import socket
import struct
import threading
import time

import numpy as np
import pytest

from dlcourse.data import downloads, network, registry
from dlcourse.data.registry import RemoteFile, RemoteSet


def idx_bytes(values: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    return gzip.compress(header + values.astype(np.uint8).tobytes(), mtime=0)


def small_images() -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    return {
        registry.TRAIN_IMAGES: idx_bytes(rng.integers(0, 256, (300, 9, 7))),
        registry.TRAIN_LABELS: idx_bytes(np.arange(300) % 10),
        registry.TEST_IMAGES: idx_bytes(rng.integers(0, 256, (20, 9, 7))),
        registry.TEST_LABELS: idx_bytes(np.arange(20) % 10),
    }


class Server(http.server.ThreadingHTTPServer):
    """Serves ``files`` below ``/good/`` and, each in its way, wrongly below other names."""

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files, self.asked = files, []
        self.released = threading.Event()  # ends the answers that never end
        self.started = threading.Event()  # a slow answer has begun

    def mirror(self, kind: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{kind}"

    def handle_error(self, request, client_address):
        """Clients that hang up are part of the tests."""


class _Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        """Keep the test's output quiet."""

    def do_GET(self):
        kind, _, name = self.path.lstrip("/").rpartition("/")
        self.server.asked.append(self.path)
        content = self.server.files.get(name, b"")
        answer = getattr(self, f"_{kind}", None)
        if answer is None or not content:
            self.send_error(int(kind) if kind in ("500", "403") else 404)
        else:
            answer(content)

    def _head(self, length: int | None, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()

    def _send(self, content: bytes, **headers: str) -> None:
        self._head(len(content), **headers)
        self.wfile.write(content)

    def _good(self, content):
        self._send(content)

    def _damaged(self, content):
        self._send(content[:-1] + bytes([content[-1] ^ 1]))

    def _truncated(self, content):
        self._head(len(content))
        self.wfile.write(content[: len(content) // 2])

    def _short(self, content):
        self._send(content[: len(content) // 2])

    def _short_without_length(self, content):
        self._head(None)
        self.wfile.write(content[: len(content) // 2])

    def _endless(self, content):
        self._head(None)
        while not self.server.released.is_set():
            self.wfile.write(content)

    def _without_length(self, content):
        self._head(None)
        self.wfile.write(content)

    def _labelled_gzip(self, content):  # as some stores label what is a .gz file
        self._send(content, Content_Encoding="gzip")

    def _login_page(self, content):
        self._send(b"<html>Welcome to the hotel's network</html>")

    def _moved(self, content):
        self._head(0, 302, Location=self.path.replace("/moved/", "/good/"))

    def _silent(self, content):
        self._head(len(content))
        self.server.started.set()
        self.server.released.wait(20)

    def _trickle(self, content):
        self._head(len(content))
        for byte in content:
            self.wfile.write(bytes([byte]))
            self.server.started.set()
            if self.server.released.wait(0.02):
                return

    def _pausing(self, content):  # half of it, then a wait, then the rest
        self._head(len(content))
        self.wfile.write(content[: len(content) // 2])
        self.server.started.set()
        self.server.released.wait(20)
        self.wfile.write(content[len(content) // 2 :])

    def _unhurried(self, content):
        time.sleep(0.15)
        self._send(content)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, no mirror of one's own, and nothing remembered from earlier tests."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("DLCOURSE_DATA", str(folder))
    monkeypatch.delenv("DLCOURSE_MIRROR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(downloads, "_fruitless", {})
    monkeypatch.setattr(downloads, "_session", [])
    monkeypatch.setattr(network, "READ_SECONDS", 0.4)
    return folder


@pytest.fixture
def server():
    server = Server(small_images())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()


def closed_port() -> str:
    """An address at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/data"


def pinned(files: dict[str, bytes]) -> tuple[RemoteFile, ...]:
    return tuple(RemoteFile(n, len(c), hashlib.sha256(c).hexdigest()) for n, c in files.items())


@pytest.fixture
def register(cache, server, monkeypatch):
    """``register("damaged", "good")`` makes the small set "mnist", with those answers as its mirrors."""

    def register(*kinds: str, name: str = "mnist") -> RemoteSet:
        addresses = tuple(closed_port() if kind == "dead" else server.mirror(kind) for kind in kinds)
        spec = RemoteSet(name, "Tiny-MNIST", pinned(server.files), addresses)
        monkeypatch.setitem(registry.SETS, name, spec)
        return spec

    return register


@pytest.fixture
def only_good_files(cache, server):
    """After the test, whatever lies in the cache under a final name is whole, and no partial file is left."""
    yield
    for path in cache.rglob("*"):
        if path.is_file():
            assert path.name in server.files, f"{path.name} was left behind"
            assert path.read_bytes() == server.files[path.name], f"{path.name} is damaged"
