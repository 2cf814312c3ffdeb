"""Getting one file over HTTP with its size known beforehand, and finding out quickly that nothing answers."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any, BinaryIO
from urllib.parse import urlsplit

CONNECT_SECONDS = 3.0  # for one connection
PROBE_SECONDS = 4.0  # for all hosts together, name look-ups included
GRACE_SECONDS = 0.3  # how long the others may still answer once one host has
READ_SECONDS = 10.0  # silence of a server that has answered
SLOWEST = 2_000  # bytes per second, over READ_SECONDS
_PIECE = 1 << 16
_PORTS = {"http": 80, "https": 443}


class MirrorError(Exception):
    """A mirror did not give the file; the message says what it did instead, to follow the host's name."""


def host(url: str) -> str:
    """Give the name of the host in an address, for messages."""
    return urlsplit(url).netloc


def answering(urls: list[str]) -> list[str]:
    """Keep those of ``urls`` whose hosts may be there, in their order, within PROBE_SECONDS.

    All hosts are tried at once, each in a thread of its own, because looking up a name cannot be
    interrupted. As soon as one accepts a connection, the others have GRACE_SECONDS left; those that
    have not refused by then are kept too. An empty list means that nothing can be reached.
    """
    addresses = {url: _address(url) for url in urls}
    answers: queue.Queue[tuple[tuple[str, int], bool]] = queue.Queue()
    waiting = set(addresses.values())
    for address in waiting:
        threading.Thread(target=_knock, args=(address, answers), daemon=True).start()
    verdicts: dict[tuple[str, int], bool] = {}
    deadline = time.monotonic() + PROBE_SECONDS
    while len(verdicts) < len(waiting):
        try:
            address, accepted = answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        verdicts[address] = accepted
        if accepted:
            deadline = min(deadline, time.monotonic() + GRACE_SECONDS)
    if not any(verdicts.values()):
        return []
    return [url for url in urls if verdicts.get(addresses[url], True)]


def _knock(address: tuple[str, int], answers: queue.Queue[tuple[tuple[str, int], bool]]) -> None:
    try:
        socket.create_connection(address, timeout=CONNECT_SECONDS).close()
    except (OSError, UnicodeError):  # UnicodeError: a host name that cannot be one
        answers.put((address, False))
    else:
        answers.put((address, True))


def _address(url: str) -> tuple[str, int]:
    """Find the host and port that a request for ``url`` connects to: the server's or its proxy's."""
    from requests.utils import get_environ_proxies, select_proxy

    parts = urlsplit(select_proxy(url, get_environ_proxies(url, no_proxy=None)) or url)
    return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 1080)


class Downloader:
    """Write one file of a known size to disk as it arrives: what ``pooch.retrieve`` calls.

    Raises MirrorError as soon as it is clear that this mirror will not give the file (an error status,
    another length, silence, a trickle), and OSError only where the disk, not the network, is at fault.
    """

    def __init__(self, size: int, label: str, progress: bool) -> None:
        self.size, self.label, self.progress = size, label, progress

    def __call__(self, url: str, output_file: str, pooch: Any, check_only: bool = False) -> None:
        """Download ``url`` to the path ``output_file``."""
        from tqdm.auto import tqdm

        bar = tqdm(total=self.size, desc=self.label, unit="B", unit_scale=True, leave=False, disable=not self.progress)
        with bar, open(output_file, "wb") as output:
            self._copy(url, output, bar)

    def _copy(self, url: str, output: BinaryIO, bar: Any) -> None:
        received = 0
        with closing(_pieces(url, self.size)) as pieces:
            for piece in pieces:
                received += len(piece)
                if received > self.size:
                    raise MirrorError(f"sent more than {self.size:,} bytes")
                output.write(piece)
                bar.update(len(piece))
        if received < self.size:
            raise MirrorError(f"sent only {received:,} of {self.size:,} bytes")


def _pieces(url: str, size: int) -> Generator[bytes, None, None]:
    """Yield the body of ``url`` as it comes off the wire; every trouble of the network is a MirrorError."""
    import requests
    import urllib3

    try:
        # Identity, and no decoding below: the checksum is that of the .gz file itself.
        with requests.get(
            url, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS), headers={"Accept-Encoding": "identity"}
        ) as response:
            if response.status_code != 200:
                raise MirrorError(f"answered with status {response.status_code}")
            length = response.headers.get("Content-Length", "")
            if length.isdigit() and int(length) != size:
                raise MirrorError(f"offers {int(length):,} bytes instead of {size:,}")
            yield from _not_too_slowly(response.raw)
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
        raise MirrorError("stopped answering") from error
    except requests.ConnectionError as error:
        raise MirrorError("could not be reached") from error
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise MirrorError("broke off") from error


def _not_too_slowly(raw: Any) -> Iterator[bytes]:
    """Read until the end; give up when less than SLOWEST comes in over a stretch of READ_SECONDS."""
    since, counted = time.monotonic(), 0
    # read1 returns what one packet brought: a server that trickles is noticed in time.
    while piece := raw.read1(_PIECE, decode_content=False):
        yield piece
        counted += len(piece)
        if (passed := time.monotonic() - since) >= READ_SECONDS:
            if counted < SLOWEST * passed:
                raise MirrorError(f"is too slow ({counted / passed:,.0f} bytes per second)")
            since, counted = time.monotonic(), 0
