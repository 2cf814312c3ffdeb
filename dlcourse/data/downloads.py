"""Sets on demand: from the cache, a mirror of one's own, or the public mirrors, in that order.

A file is used only after its SHA-256 was computed from the very bytes that are then decoded, each time it
is loaded; so no damaged file is ever used, however it came to lie there. It gets its final name in the
cache by a rename, after it was verified; so no half-finished one is ever there, whenever the process dies.

``DLCOURSE_DATA`` names the cache folder (the platform's, otherwise). ``DLCOURSE_MIRROR`` names a folder or an
address that goes before the public mirrors, with the files directly in it or below the set's name.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from dlcourse.data import network
from dlcourse.data.registry import SETS, RemoteFile, RemoteSet

BUNDLED = ("digits", "iris", "wine")
REMEMBER_SECONDS = 60.0  # how long a fruitless search of the network is not repeated
STALE_SECONDS = 3600.0  # a download that nothing was written to for so long belongs to a dead process
_PARTIAL = ".partial-"

_one_at_a_time = threading.RLock()
_fruitless: dict[tuple[str, ...], tuple[float, str]] = {}


class DataUnavailable(RuntimeError):
    """A set is neither cached nor to be had; the message is one sentence: what, how large, what to do."""


class _StorageError(Exception):
    """The folder for a download cannot be written; ``reason`` is the system's word for it."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(str(error))
        self.folder, self.reason = folder, error.strerror or str(error)


@dataclass(frozen=True)
class SetStatus:
    """What ``dlcourse data`` says of one set: where it is, and how much there is to download.

    ``place`` is "bundled", "cache", "mirror" (a DLCOURSE_MIRROR folder), or "" where it is not here.
    """

    name: str
    title: str
    megabytes: float
    place: str

    @property
    def cached(self) -> bool:
        """Whether loading the set needs no network."""
        return self.place != ""


def status() -> list[SetStatus]:
    """Say of every set whether it is on this machine. Files are verified, nothing is downloaded."""
    here = [SetStatus(name, name, 0.0, "bundled") for name in BUNDLED]
    return here + [SetStatus(name, s.title, s.size / 1e6, _place(s)) for name, s in SETS.items()]


def _place(spec: RemoteSet) -> str:
    if all(_first_good(_cached_paths(spec, file), file) for file in spec.files):
        return "cache"
    both = [[*_cached_paths(spec, file), *_mirror_paths(spec, file)] for file in spec.files]
    return "mirror" if all(map(_first_good, both, spec.files)) else ""


def fetch(name: str, *, progress: bool = True) -> Path:
    """Bring the set ``name`` into the cache, verified, and return the folder that then holds its files.

    What is there already is not downloaded again. Raises ValueError for a name that is not on demand and
    DataUnavailable, with one sentence, where the set cannot be had or stored.
    """
    spec = _spec(name)
    folder = cache_folder() / spec.name
    with _explained(spec), _one_at_a_time:
        _fruitless.pop(_addresses(spec), None)
        missing = [f for f in spec.files if _verified(folder / f.name, f, discard=True) is None]
        if missing:
            _bring(spec, missing, _prepared(folder), progress)
    return folder


def read(name: str, *, progress: bool = True) -> dict[str, bytes]:
    """Return the verified content of each file of the set ``name``, downloading what is missing.

    Where the cache folder cannot be written, downloads are kept for this session only, and a line says so.
    Raises DataUnavailable, with one sentence, where the set cannot be had.
    """
    spec = _spec(name)
    found = _on_this_machine(spec)
    if len(found) < len(spec.files):
        with _explained(spec), _one_at_a_time:
            found = _on_this_machine(spec)  # once more: another thread may have been quicker
            if missing := [file for file in spec.files if file.name not in found]:
                found |= _bring(spec, missing, _writable_folder(spec), progress)
    return {file.name: found[file.name] for file in spec.files}


def cache_folder() -> Path:
    """Return the cache folder: ``DLCOURSE_DATA``, or the platform's. It need not exist yet."""
    if chosen := os.environ.get("DLCOURSE_DATA"):
        return Path(chosen).expanduser()
    import pooch

    return Path(pooch.os_cache("dlcourse")).expanduser()


# --- Where files may lie ---------------------------------------------------------------------------------


def _cached_paths(spec: RemoteSet, file: RemoteFile) -> list[Path]:
    return [root / spec.name / file.name for root in (cache_folder(), _session_folder()) if root is not None]


def _mirror_paths(spec: RemoteSet, file: RemoteFile) -> list[Path]:
    folder = _mirror_folder()
    return [] if folder is None else [folder / spec.name / file.name, folder / file.name]


def _mirror() -> str:
    return os.environ.get("DLCOURSE_MIRROR", "").strip()


def _mirror_folder() -> Path | None:
    """Return ``DLCOURSE_MIRROR`` where it is a folder, and None where it is an address or not set."""
    mirror = _mirror()
    scheme = urlsplit(mirror).scheme.lower()
    if not mirror or scheme in ("http", "https"):
        return None
    return Path(url2pathname(urlsplit(mirror).path)) if scheme == "file" else Path(mirror).expanduser()


def _addresses(spec: RemoteSet) -> tuple[str, ...]:
    """Return the folders on the network that may hold the set, best first."""
    mirror = _mirror().rstrip("/")
    own = (f"{mirror}/{spec.name}", mirror) if mirror and _mirror_folder() is None else ()
    return own + spec.mirrors


# --- Believing a file only by its checksum ---------------------------------------------------------------


def _on_this_machine(spec: RemoteSet) -> dict[str, bytes]:
    """Return the content of each file of the set that lies whole in the cache or in a folder mirror."""
    found = {}
    for file in spec.files:
        cached = [_verified(path, file, discard=True) for path in _cached_paths(spec, file)]
        content = next((c for c in cached if c is not None), None)
        if content is None:
            content = _first_good(_mirror_paths(spec, file), file)
        if content is not None:
            found[file.name] = content
    return found


def _first_good(paths: list[Path], file: RemoteFile) -> bytes | None:
    return next((content for path in paths if (content := _verified(path, file)) is not None), None)


def _verified(path: Path, file: RemoteFile, discard: bool = False) -> bytes | None:
    """Return the content of ``path`` if it is what is pinned; ``discard`` removes a file that is not."""
    try:
        with open(path, "rb") as stream:
            seen = os.fstat(stream.fileno())
            content = stream.read() if seen.st_size == file.size else b""
    except OSError:
        return None
    if len(content) == file.size and hashlib.sha256(content).hexdigest() == file.sha256:
        return content
    if discard:
        _discard(path, seen)
    return None


def _discard(path: Path, seen: os.stat_result) -> None:
    """Remove a damaged file, unless another process has put a new one in its place meanwhile."""
    try:
        now = path.stat()
        if (now.st_ino, now.st_mtime_ns, now.st_size) == (seen.st_ino, seen.st_mtime_ns, seen.st_size):
            path.unlink()
    except OSError:
        return  # gone already, or in a folder that is not ours to write: it is not used in either case


# --- Where downloads go ----------------------------------------------------------------------------------


def _prepared(folder: Path) -> Path:
    """Make ``folder`` ready for a download, or raise _StorageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise _StorageError(folder, error) from error
    for leftover in folder.glob(f"{_PARTIAL}*"):
        if _last_written(leftover) < time.time() - STALE_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)
    return folder


def _last_written(folder: Path) -> float:
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
    except OSError:  # another process is finishing it at this moment
        return time.time()


def _writable_folder(spec: RemoteSet) -> Path:
    """Return the set's folder in the cache, or one for this session where the cache cannot be written."""
    try:
        return _prepared(cache_folder() / spec.name)
    except _StorageError as error:
        if _session_folder() is None:
            print(
                f"The data folder {error.folder} cannot be written ({error.reason}), so downloads are kept "
                "for this session only; set DLCOURSE_DATA to a folder that you can write to."
            )
        return _prepared(_open_session_folder() / spec.name)


_session: list[tempfile.TemporaryDirectory[str]] = []


def _session_folder() -> Path | None:
    return Path(_session[0].name) if _session else None


def _open_session_folder() -> Path:
    if not _session:
        try:
            _session.append(tempfile.TemporaryDirectory(prefix="dlcourse-"))
        except OSError as error:
            raise _StorageError(Path(tempfile.gettempdir()), error) from error
    return Path(_session[0].name)


# --- Bringing a file in ----------------------------------------------------------------------------------


def _bring(spec: RemoteSet, files: list[RemoteFile], folder: Path, progress: bool) -> dict[str, bytes]:
    """Get ``files`` into ``folder``, each from the first mirror that has it whole; return their contents."""
    got = {}
    for file in files:
        for path in _mirror_paths(spec, file):
            if file.name not in got and _verified(path, file) is not None:
                got[file.name] = _stored(str(path), file, folder, _copy)
    if missing := [file for file in files if file.name not in got]:
        addresses = _addresses(spec)
        _not_again_so_soon(addresses)
        try:
            got |= _download(missing, network.answering(list(addresses)), folder, progress)
        except network.MirrorError as error:
            _fruitless[addresses] = (time.monotonic(), str(error))
            raise
    return got


def _copy(source: str, output_file: str, pooch: object) -> None:
    """Stand in for pooch's downloader where the source is a file."""
    shutil.copyfile(source, output_file)


def _download(files: list[RemoteFile], mirrors: list[str], folder: Path, progress: bool) -> dict[str, bytes]:
    """Download each file from the first of ``mirrors`` that gives it; one that failed goes to the end."""
    got: dict[str, bytes] = {}
    for file in files:
        reasons = []
        for mirror in tuple(mirrors):
            downloader = network.Downloader(file.size, file.name, progress)
            try:
                got[file.name] = _stored(f"{mirror}/{file.name}", file, folder, downloader)
                break
            except network.MirrorError as error:
                reasons.append(f"{network.host(mirror)} {error}")
                mirrors.remove(mirror)
                mirrors.append(mirror)
        else:
            raise network.MirrorError("; ".join(dict.fromkeys(reasons)) or "there is no network")
    return got


def _not_again_so_soon(addresses: tuple[str, ...]) -> None:
    """Repeat the last verdict on these addresses while it is fresh: three cells must not wait thrice."""
    when, why = _fruitless.get(addresses, (-REMEMBER_SECONDS, ""))
    if why and time.monotonic() - when < REMEMBER_SECONDS:
        raise network.MirrorError(why)


def _stored(source: str, file: RemoteFile, folder: Path, downloader: Callable[..., object]) -> bytes:
    """Let pooch fetch ``source`` beside its final place and verify it; then rename it into place."""
    import pooch

    final = folder / file.name
    try:
        with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=folder) as partial, _quiet_pooch():
            try:
                pooch.retrieve(source, f"sha256:{file.sha256}", file.name, partial, downloader=downloader)
            except ValueError as error:  # pooch's word for a checksum that differs
                raise network.MirrorError("sent a damaged file") from error
            finished = Path(partial) / file.name
            finished.chmod(0o644)  # temporary files are private; a shared cache is not
            content = finished.read_bytes()
            os.replace(finished, final)
    except OSError as error:
        raise _StorageError(folder, error) from error
    return content


@contextmanager
def _quiet_pooch() -> Iterator[None]:
    """Keep pooch from reporting each file in the student's notebook: the progress bar does."""
    import pooch

    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(level)


# --- Saying what is wrong --------------------------------------------------------------------------------


def _spec(name: str) -> RemoteSet:
    """Find a set by its name, whatever its capitals and hyphens: "Fashion-MNIST", "cifar-10"."""
    plain = {key.replace("_", ""): spec for key, spec in SETS.items()}
    if spec := plain.get(name.lower().replace("-", "").replace("_", "")):
        return spec
    choices = ", ".join(SETS)
    if name in BUNDLED:
        raise ValueError(f"{name} comes with the course and needs no download; on demand are: {choices}")
    raise ValueError(f"there is no set called {name!r} to download; choose one of: {choices}")


@contextmanager
def _explained(spec: RemoteSet) -> Iterator[None]:
    """Turn whatever stopped us into DataUnavailable with its one sentence."""
    try:
        yield
    except network.MirrorError as error:
        raise DataUnavailable(_unreachable(spec, str(error))) from error
    except _StorageError as error:
        raise DataUnavailable(
            f"{spec.title} ({_megabytes(spec)}) cannot be stored in {error.folder} ({error.reason}): "
            "make room there, or set DLCOURSE_DATA to a folder that you can write to."
        ) from error


def _unreachable(spec: RemoteSet, why: str) -> str:
    folder = _mirror_folder()
    if folder is not None:
        state = "has no sound copy of it" if folder.is_dir() else "does not exist"
        why = f"the DLCOURSE_MIRROR folder {folder} {state}; {why}"
    files = ", ".join(file.name for file in spec.files)
    return (
        f"{spec.title} ({_megabytes(spec)}) is not on this machine and could not be downloaded ({why}): "
        f"run `dlcourse data fetch {spec.name}` when you are connected, or set DLCOURSE_MIRROR to a folder "
        f"or an address that holds {files}."
    )


def _megabytes(spec: RemoteSet) -> str:
    return f"{spec.size / 1e6:,.1f} MB" if spec.size < 99.5e6 else f"{spec.size / 1e6:,.0f} MB"
