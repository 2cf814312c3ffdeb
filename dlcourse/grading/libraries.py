"""Which files of which libraries an answer may use: what goes into a sandbox."""

from __future__ import annotations

import importlib.metadata as metadata
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement

_LEFT_OUT = {"__pycache__", "bin", "share", ".."}


class LibraryMissing(RuntimeError):
    """A library that an exercise's answers need is not installed where grading runs."""


@cache
def files_of(libraries: tuple[str, ...]) -> tuple[Path, ...]:
    """The files and folders of libraries and of all that they require, such as ``.../site-packages/numpy``.

    Raises:
        LibraryMissing: one of the ``libraries`` themselves is not installed.
    """
    found: set[Path] = set()
    for name in _closure(libraries):
        found.update(_top_level(metadata.distribution(name)))
    return tuple(sorted(found))


def _closure(libraries: Iterable[str]) -> set[str]:
    """The names of the libraries and of what they require, as far as it is installed."""
    known: set[str] = set()
    waiting = list(libraries)
    for name in waiting:
        try:
            metadata.distribution(name)
        except metadata.PackageNotFoundError as error:
            raise LibraryMissing(f"Grading needs {name} here: pip install {name}") from error
    while waiting:
        name = waiting.pop()
        if name not in known and _is_installed(name):
            known.add(name)
            waiting += _required(name)
    return known


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _required(name: str) -> Iterator[str]:
    for line in metadata.requires(name) or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield re.sub(r"[-_.]+", "-", requirement.name).lower()


def _top_level(distribution: metadata.Distribution) -> Iterator[Path]:
    """What the distribution has put into its ``site-packages``."""
    root = Path(str(distribution.locate_file("")))
    names = {file.parts[0] for file in distribution.files or ()}
    return (root / name for name in names - _LEFT_OUT if (root / name).exists())
