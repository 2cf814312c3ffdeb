"""Look into zip archives that anybody may have made. Nothing is ever unpacked to disk: members are read into memory."""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

INSIDE = "!/"  # between the name of an archive in an archive and a name in it
_MOST_MEMBERS = 100_000
_MOST_RATIO = 500  # of a member's size to its size in the archive
_SMALL = 1000  # bytes of a member that may be packed even more densely
# An archive inside of another is somebody's own: all of it is held in memory while it is looked through.
_MOST_INSIDE = 50 * 2**20
_MOST_MEMBERS_INSIDE = 2000
_MOST_RATIO_OF_ALL = 100
_LONGEST_NAME, _LONGEST_PART = 1000, 255
_UTF_8, _ENCRYPTED = 0x800, 0x1  # flags of a member
_EXTENDED_TIME = 0x5455
_STRANGE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_END, _END_64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q")  # of an archive: where its directory is told
_TOO_LARGE = 0xFFFFFFFF  # for the former
_LOCAL_HEADER = 30  # bytes in front of each member, at least
_LONGEST_ENTRY = 300  # bytes of the directory for each member, on average


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes:
        name: what :func:`read` asks for.
        place: its name for people, with ``/`` between folders; an archive inside stands there like a folder.
        time: when it was last changed, as far as the archive knows.
        problem: why it must not be read, or "".
    """

    name: str
    place: str
    time: datetime | None
    problem: str = ""


def is_archive(path: Path) -> bool:
    """Whether a file is called, or begins, like a zip archive."""
    if path.suffix.lower() in (".zip", ".ipynb"):
        return path.suffix.lower() == ".zip"
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def members(path: Path) -> Iterator[Member]:
    """The files of an archive, and those of the archives in it, one level deep.

    Raises:
        OSError: it cannot be read, is damaged, or made to do harm; the message says which, without the path.
    """
    archive = _opened(path)
    for member in _listed(archive, _MOST_MEMBERS):
        if member.problem or not member.name.lower().endswith(".zip"):
            yield member
            continue
        try:
            yield from _inside(archive, member)
        except OSError as error:
            yield Member(member.name, member.place, member.time, str(error))


def read(path: Path, name: str, most: int) -> bytes:
    """The first bytes of a member.

    Args:
        path: the archive.
        name: as :func:`members` gives it.
        most: how many bytes at most.

    Raises:
        OSError: there is no such member any more, or it is damaged.
    """
    archive = _opened(path)
    outer, inside, inner = name.partition(INSIDE)
    if name in archive.by_name or not inside:
        return archive.read(name, most)
    return _inner(archive, outer).read(inner, most)


def readable(text: str) -> str:
    """A name for people: without what a screen or a reader could be tricked with, and not endless."""
    shown = _STRANGE.sub("\ufffd", text)
    return shown if len(shown) <= 200 else f"{shown[:150]} ... {shown[-45:]}"


# --- an archive ----------------------------------------------------------------------------------


class _Archive:
    """An open archive. Of members with the same name, the first one counts."""

    def __init__(self, source: Path | io.BytesIO, most: int) -> None:
        with _told_as_damage(), source.open("rb") if isinstance(source, Path) else nullcontext(source) as file:
            self.size = file.seek(0, os.SEEK_END)
            if _directory_size(file, self.size) > most * _LONGEST_ENTRY:
                raise OSError(f"it holds too many files; at most {most:,} are looked at")
            self.zip = zipfile.ZipFile(source)
        self.by_name: dict[str, zipfile.ZipInfo] = {}
        for info in self.zip.infolist():
            self.by_name.setdefault(info.filename, info)

    def read(self, name: str, most: int) -> bytes:
        """The first bytes of a member."""
        if name not in self.by_name:
            raise FileNotFoundError(f"there is no {readable(name)} in the archive")
        with _told_as_damage(), self.zip.open(self.by_name[name]) as file:
            return file.read(most)


@contextmanager
def _told_as_damage() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise
    except Exception as error:  # the modules for archives and compression raise many kinds
        raise OSError(f"it is damaged, or no zip archive ({readable(str(error))})") from error


def _directory_size(file: BinaryIO, size: int) -> int:
    """The size of the list of members, which is told at an archive's end; 0 where it is not told."""
    file.seek(max(size - _END.size - 2**16, 0))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        return 0
    told = _END.unpack_from(tail, place)[5]
    before = place - 20 - _END_64.size  # a pointer of 20 bytes stands between
    if told == _TOO_LARGE and tail[max(before, 0) :].startswith(b"PK\x06\x06"):
        told = _END_64.unpack_from(tail, max(before, 0))[8]
    return told


def _opened(path: Path) -> _Archive:
    now = os.stat(path)
    return _kept_open(path, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=4)
def _kept_open(path: Path, changed: int, size: int) -> _Archive:
    return _Archive(path, _MOST_MEMBERS)


def _inner(archive: _Archive, name: str) -> _Archive:
    data = archive.read(name, _MOST_INSIDE + 1)
    if len(data) > _MOST_INSIDE:
        raise OSError(f"an archive of more than {_MOST_INSIDE // 2**20} MB inside of another is not looked into")
    return _Archive(io.BytesIO(data), _MOST_MEMBERS_INSIDE)


def _inside(archive: _Archive, outer: Member) -> Iterator[Member]:
    """The files of an archive in an archive; their times are its own, since the inner ones are anybody's."""
    folder = outer.place[: -len(".zip")]
    for member in _listed(_inner(archive, outer.name), _MOST_MEMBERS_INSIDE):
        deeper = member.name.lower().endswith(".zip")
        problem = member.problem or ("an archive in an archive in an archive is not looked into" if deeper else "")
        yield Member(f"{outer.name}{INSIDE}{member.name}", f"{folder}/{member.place}", outer.time, problem)


def _listed(archive: _Archive, most: int) -> Iterator[Member]:
    infos = archive.zip.infolist()
    if len(infos) > most:
        raise OSError(f"it holds {len(infos):,} files; at most {most:,} are looked at")
    if sum(_LOCAL_HEADER + info.compress_size for info in infos) > archive.zip.start_dir:
        raise OSError("its members overlap, as in an archive that is made to fill a disk")
    total = sum(info.file_size for info in infos)
    if total > max(_MOST_RATIO_OF_ALL * archive.size, 2**30):
        raise OSError("it is packed more densely than notebooks can be")
    seen: set[str] = set()
    for info in infos:
        place = _place(info)
        if not place or place.endswith("/"):  # a folder
            continue
        yield Member(info.filename, place.strip("/"), _time(info), _problem(info, place, seen))
        seen.add(place.casefold())


def _place(info: zipfile.ZipInfo) -> str:
    """The name with the separators of this system, and in UTF-8 where the archive forgot to say so."""
    name = info.filename
    if not info.flag_bits & _UTF_8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return name.replace("\\", "/")


def _problem(info: zipfile.ZipInfo, place: str, seen: set[str]) -> str:
    parts = place.split("/")
    if place.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", place):
        return "its name points out of the archive"
    if _STRANGE.search(place):
        return "its name hides something"
    if len(place) > _LONGEST_NAME or any(len(part.encode("utf-8", "replace")) > _LONGEST_PART for part in parts):
        return "its name is too long"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return "it is a link or a device"
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if place.casefold() in seen:
        return "another file has the same name"
    if info.file_size > _MOST_RATIO * max(info.compress_size, _SMALL):
        return "it is packed more densely than a notebook can be"
    return ""


def _time(info: zipfile.ZipInfo) -> datetime | None:
    """The time in UTC where the archive tells it, else that of the packer's clock, taken for this machine's."""
    extra = info.extra
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        if kind == _EXTENDED_TIME and length >= 5 and len(extra) >= 9 and extra[4] & 1:
            return datetime.fromtimestamp(struct.unpack("<i", extra[5:9])[0], UTC).astimezone()
        extra = extra[4 + length :]
    try:
        return datetime(*info.date_time).astimezone()
    except (ValueError, OverflowError, OSError):  # a month 13 and the like
        return None
