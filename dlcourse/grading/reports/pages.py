"""Write the pages from the gradebook. Each is one file that asks for nothing from elsewhere.

Everything that a student wrote is escaped by the templates, and a content security policy forbids what would slip
through: the one style and the one script that are allowed are known by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dlcourse import course
from dlcourse.checks import cards
from dlcourse.grading.files import write_if_changed
from dlcourse.grading.gradebook import Entry, Gradebook
from dlcourse.grading.records import Student, tidy_points
from dlcourse.grading.reports.highlight import highlighted
from dlcourse.grading.reports.overview import Overview
from dlcourse.grading.similar import Pair
from dlcourse.grading.text import tidy

FOLDER = "feedback"
_LONGEST = 30_000  # characters of any one text on a page
_MARK = '<meta name="generator" content="dlcourse grade">'
_COURSE = "Deep Learning from Scratch"
_TITLES = {stop.number: stop.title for stop in course.LESSONS}
_ICONS = {"right": "✓", "partly": "◐", "wrong": "✗", "not started": "○", "missing": "○", "stopped": "✗"}
_WORDS = {
    "right": "right", "partly": "partly right", "wrong": "not yet", "not started": "not started",
    "missing": "not in the notebook", "stopped": "stopped",
}  # fmt: skip


def write_reports(out: Path, book: Gradebook, counting: str = "latest", similar: Sequence[Pair] = ()) -> None:
    """Write ``feedback/KEY.html`` for each student and ``index.html``; pages that stay the same are not touched.

    Pages of students who are not in the gradebook any more are removed, so that nobody sends them out.

    Args:
        out: the folder.
        book: an open gradebook.
        counting: which attempt counts, ``"latest"`` or ``"best"``.
        similar: pairs of students with suspiciously equal answers, for the instructor's page.
    """
    overview = Overview(book)
    page = _environment().get_template("student.html.j2")
    for student, entries in book.by_student(counting):
        text = page.render(student=student, entries=entries, policy=_policy(), **_summary(entries))
        write_if_changed(out / FOLDER / f"{student.key}.html", text)
        overview.add(student, entries)
    _remove_others(out / FOLDER, overview.names)
    index = _environment().get_template("index.html.j2")
    text = index.render(
        overview=overview, similar=similar, folder=FOLDER, script=Markup(_asset("sort.js")),
        policy=_policy(_asset("sort.js")), troubles=book.troubles(),
    )  # fmt: skip
    write_if_changed(out / "index.html", text)


def _remove_others(folder: Path, kept: Collection[str]) -> None:
    """Remove the pages that we wrote for somebody else than these students, and no other file."""
    for path in folder.glob("*.html"):
        if path.stem not in kept and _MARK in path.read_text(encoding="utf-8", errors="replace"):
            path.unlink()


def _summary(entries: list[Entry]) -> dict[str, Any]:
    """What the top of a student's page says."""
    counts = Counter(_WORDS[one.status] for entry in entries if entry.is_graded for one in entry.grade.exercises)
    return {
        "total": tidy_points(sum(entry.final for entry in entries)),
        "most": tidy_points(sum(entry.grade.max_points for entry in entries)),
        "in_words": ", ".join(f"{counts[words]} {words}" for words in _WORDS.values() if counts[words]),
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dlcourse.grading.reports"), autoescape=True, undefined=StrictUndefined, finalize=_shown,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "told": _told, "points": points, "moment": _moment, "lateness": _lateness, "name": _name, "percent": _percent,
        "highlighted": lambda code: Markup(highlighted(tidy(code.replace("\r\n", "\n"), len(code)))),
    }  # fmt: skip
    environment.globals |= {
        "style": Markup(_asset("style.css")), "icons": _ICONS, "words": _WORDS, "titles": _TITLES, "course": _COURSE,
        "mark": Markup(_MARK),
    }  # fmt: skip
    return environment


@cache
def _asset(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


@cache
def _policy(script: str = "") -> str:
    """A content security policy: nothing from elsewhere, this style alone, and this script."""
    policy = f"default-src 'none'; style-src {_hash(_asset('style.css'))}; base-uri 'none'; form-action 'none'"
    return f"{policy}; script-src {_hash(script)}" if script else policy


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _shown(value: Any) -> Any:
    """Text fit for a page, however it came into the gradebook; what the filters made of it stays."""
    return tidy(value, _LONGEST) if type(value) is str else value


def _told(text: str) -> Markup:
    """A sentence in which `code` and *stress* are marked."""
    return Markup(cards.inline(tidy(text, _LONGEST), "<code>"))


def points(value: float) -> str:
    """``2``, ``2.5``, ``0.67``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _percent(part: float, whole: float) -> float:
    """For the width of a bar."""
    return round(100 * part / whole, 1) if whole else 0


def _moment(text: str) -> str:
    """A time of ISO 8601 as people read it."""
    return datetime.fromisoformat(text).strftime("%-d %B %Y, %H:%M")


def _lateness(seconds: float) -> str:
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = int(seconds // length)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"


def _name(student: Student) -> str:
    return student.name or student.key
