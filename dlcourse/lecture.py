"""Which cells of a notebook are the lesson's own, as it was handed out: known by short hashes of their text.

``dlcourse build`` notes them in a small table that travels with the package; those of earlier versions stay in it,
so that a notebook from last year is known too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

NAME = "lecture_cells.json"
_TABLE = Path(__file__).parent / "datasets" / NAME
_DIGITS = 12


def fingerprint(source: str) -> str:
    """A short hash of a cell's text; white space at the ends of its lines, and blank lines around it, don't count."""
    lines = [line.rstrip() for line in source.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    text = "\n".join(lines).strip("\n")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


@cache
def known(lesson: str) -> frozenset[str]:
    """The fingerprints of a lesson's code cells, in all its versions."""
    return frozenset(_read(_TABLE).get(lesson, ()))


def unknown(table: Path, lesson: str, sources: Iterable[str]) -> set[str]:
    """The fingerprints of these cells that a table does not hold."""
    return {fingerprint(source) for source in sources} - set(_read(table).get(lesson, ()))


def with_cells(table: Path, lesson: str, sources: Iterable[str]) -> str:
    """The text of a table to which a lesson's cells are added."""
    held = _read(table)
    held[lesson] = sorted({*held.get(lesson, ()), *map(fingerprint, sources)})
    rows = [f'"{number}": {json.dumps(" ".join(held[number]))}' for number in sorted(held)]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _read(table: Path) -> dict[str, list[str]]:
    if not table.exists():
        return {}
    return {lesson: text.split() for lesson, text in json.loads(table.read_text(encoding="utf-8")).items()}
