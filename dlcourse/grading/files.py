"""Write files whole or not at all, and only where something changes."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

Cell = str | int | float

# What a spreadsheet takes for the beginning of a formula, and where a cell can begin (OWASP, "CSV Injection"): at the
# start, in a new line, and behind what may be its separator in place of ours. East Asian ones read wide signs too.
_FORMULA = r"(^|[;\t\n])(?=[ \"]*[=+\-@\t＝＋－＠])"
_GUARD = re.compile(_FORMULA)
_GUARDED = re.compile(_FORMULA.replace("(?=", "'(?="))
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_PIECE = 1 << 16  # bytes


def write_if_changed(path: Path, text: str) -> bool:
    """Write a text file; gives whether it was another one before. Halves of characters become question marks."""
    data = text.encode("utf-8", "replace")
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        pass
    with _beside(path) as file:
        file.write(data)
    return True


@contextmanager
def large_file(path: Path) -> Iterator[Callable[[str], None]]:
    """Write a text file piece by piece; it takes the place of the old one at the end, if it is another."""
    with _beside(path) as file:
        yield lambda text: _write(file, text)


@contextmanager
def table(path: Path, for_excel: bool = False) -> Iterator[Callable[[Sequence[Cell]], None]]:
    """Write a CSV file row by row. Numbers stay numbers; text that could be a formula gets an apostrophe in front.

    Args:
        path: the file.
        for_excel: begin with a byte order mark, without which Excel takes UTF-8 for the system's own encoding. Canvas
            and Moodle do without, and other programs may take it for a part of the first column's name.
    """
    with large_file(path) as write:
        write("\ufeff" if for_excel else "")
        writer = csv.writer(_Writing(write), lineterminator="\n")
        yield lambda row: writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])


def guarded(text: str) -> str:
    """The text without control characters, and with an apostrophe where a spreadsheet could see a formula."""
    return _GUARD.sub(r"\1'", _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))


def unguarded(text: str) -> str:
    """The text that :func:`guarded` was given."""
    return _GUARDED.sub(r"\1", text)


class _Writing:
    """As much of a file as the csv module asks for."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.write = write


def _write(file: IO[bytes], text: str) -> None:
    file.write(text.encode("utf-8", "replace"))


@contextmanager
def _beside(path: Path) -> Iterator[IO[bytes]]:
    """A new file beside the one that it replaces once it is whole. What a killed run left of it is written over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as file:
            yield file
        if _are_equal(partial, path):
            partial.unlink()
        else:
            os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _are_equal(one: Path, other: Path) -> bool:
    if not other.exists() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while piece := first.read(_PIECE):
            if piece != second.read(_PIECE):
                return False
    return True
