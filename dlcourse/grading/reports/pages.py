"""Write the pages from the gradebook. Each is one file that asks for nothing from elsewhere.

Everything that a student wrote is escaped by the templates, and a content security policy forbids what would slip
through: no script runs but the one that sorts the instructor's table, known by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
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
from dlcourse.grading.records import Student
from dlcourse.grading.reports.overview import Overview
from dlcourse.grading.similar import Pair

FOLDER = "feedback"
_ICONS = {"right": "✓", "partly": "◐", "wrong": "✗", "not started": "○", "missing": "○", "stopped": "✗"}
_WORDS = {
    "right": "right", "partly": "partly right", "wrong": "not yet", "not started": "not started",
    "missing": "not in the notebook", "stopped": "stopped",
}  # fmt: skip
_TITLES = {stop.number: stop.title for stop in course.LESSONS}


def write_reports(out: Path, book: Gradebook, counting: str = "latest", similar: Sequence[Pair] = ()) -> None:
    """Write ``feedback/KEY.html`` for each student and ``index.html``; pages that stay the same are not touched.

    Args:
        out: the folder.
        book: an open gradebook.
        counting: which attempt counts, ``"latest"`` or ``"best"``.
        similar: pairs of students with suspiciously equal answers, for the instructor's page.
    """
    overview = Overview(book)
    page = _environment().get_template("student.html.j2")
    for student, entries in book.by_student(counting):
        text = page.render(student=student, entries=entries, total=_total(entries), policy=_policy(""))
        write_if_changed(out / FOLDER / f"{student.key}.html", text)
        overview.add(student, entries)
    script = _asset("sort.js")
    index = _environment().get_template("index.html.j2")
    text = index.render(
        overview=overview, similar=similar, folder=FOLDER, names=overview.names, script=Markup(script),
        policy=_policy(script), troubles=book.troubles(),
    )  # fmt: skip
    write_if_changed(out / "index.html", text)


def _total(entries: list[Entry]) -> dict[str, float]:
    return {
        "points": sum(entry.final for entry in entries), "most": sum(entry.grade.max_points for entry in entries)
    }  # fmt: skip


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dlcourse.grading.reports"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "told": lambda text: Markup(cards.inline(text)), "points": points, "moment": _moment, "lateness": _lateness,
        "name": _name, "pygments": _highlighted,
    }  # fmt: skip
    environment.globals |= {
        "style": Markup(_asset("style.css")),
        "icons": _ICONS,
        "words": _WORDS,
        "titles": _TITLES,
        "course": _COURSE,
    }
    return environment


_COURSE = "Deep Learning from Scratch"


def _asset(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    """A content security policy: nothing from elsewhere, no script but this one."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    if not script:
        return policy
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"{policy}; script-src 'sha256-{digest}'"


def points(value: float) -> str:
    """``2``, ``2.5``, ``0.67``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _moment(text: str) -> str:
    """A time of ISO 8601 as people read it; "" where nobody knows."""
    return datetime.fromisoformat(text).strftime("%-d %B %Y, %H:%M") if text else ""


def _lateness(seconds: float) -> str:
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = int(seconds // length)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"


def _name(student: Student) -> str:
    return student.name or student.key


def _highlighted(code: str) -> Markup:
    """Python with its words marked; pygments escapes what it does not know."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    if len(code) > 20_000:
        code = f"{code[:20_000]}\n..."
    formatter: Any = HtmlFormatter(nowrap=True, classprefix="p-")
    return Markup(highlight(code, PythonLexer(stripnl=False), formatter))
