"""The grades as tables for people and for other systems.

Canvas takes its gradebook back as CSV: the columns Student, ID, SIS User ID, SIS Login ID and Section, then one for
each assignment, whose second row holds the points possible. Moodle imports any CSV whose columns one assigns; ID
number, email address and one column for each lesson fit its form.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dlcourse.grading.files import Cell, csv_text, write_if_changed
from dlcourse.grading.gradebook import Entry, Gradebook
from dlcourse.grading.records import Student, tidy_points


def write_exports(out: Path, book: Gradebook, counting: str) -> None:
    """Write ``grades.csv``, ``grades.json``, ``canvas.csv`` and ``moodle.csv`` into a folder."""
    write_if_changed(out / "grades.csv", csv_text(_grades(book, counting)))
    write_if_changed(out / "canvas.csv", csv_text(_canvas(book, counting)))
    write_if_changed(out / "moodle.csv", csv_text(_moodle(book, counting)))
    write_if_changed(out / "grades.json", _json(book, counting))


def full_points(book: Gradebook) -> dict[str, float]:
    """Lesson -> points that can be earned."""
    full: dict[str, float] = {}
    for lesson, _, points in book.exercises():
        full[lesson] = tidy_points(full.get(lesson, 0) + points)
    return full


def _grades(book: Gradebook, counting: str) -> Iterator[list[Cell]]:
    names, full = book.exercises(), full_points(book)
    columns = [f"lesson {lesson}" for lesson in full]
    head: list[Cell] = ["student", "name", "email", "total", "maximum", *columns, *(f"{n[0]} {n[1]}" for n in names)]
    yield [*head, *(f"lesson {lesson} kept after lateness" for lesson in full), "note"]
    for student, entries in book.by_student(counting):
        by_lesson = {entry.grade.lesson: entry for entry in entries}
        points = {
            (entry.grade.lesson, one.exercise): entry.points_of(one)
            for entry in entries
            for one in entry.grade.exercises
        }
        yield [
            student.key, student.name, student.email, _total(entries), tidy_points(sum(full.values())),
            *(by_lesson[lesson].final if lesson in by_lesson else "" for lesson in full),
            *(points.get(name[:2], "") for name in names),
            *(by_lesson[lesson].factor if lesson in by_lesson else "" for lesson in full),
            " ".join([entry.grade.problem for entry in entries if entry.grade.problem] or _nothing(entries)),
        ]  # fmt: skip


def _nothing(entries: list[Entry]) -> list[str]:
    return [] if entries else ["nothing handed in"]


def _total(entries: list[Entry]) -> float:
    return tidy_points(sum(entry.final for entry in entries))


def _canvas(book: Gradebook, counting: str) -> Iterator[list[Cell]]:
    full = full_points(book)
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(f"Lesson {lesson}" for lesson in full)]
    yield ["    Points Possible", "", "", "", "", *full.values()]
    for student, entries in book.by_student(counting):
        if student.on_roster:
            ids = [student.ids.get(what, "") for what in ("canvas", "sis", "login", "section")]
            yield [_family_first(student.name) or student.key, *ids, *_finals(entries, full)]


def _moodle(book: Gradebook, counting: str) -> Iterator[list[Cell]]:
    full = full_points(book)
    yield ["Identifier", "Full name", "ID number", "Email address", *(f"Lesson {lesson}" for lesson in full)]
    for student, entries in book.by_student(counting):
        if student.on_roster:
            number = student.ids.get("moodle", "")
            participant = f"Participant {number}" if number else ""
            identity = [participant, student.name, student.ids.get("sis", student.key), student.email]
            yield [*identity, *_finals(entries, full)]


def _finals(entries: list[Entry], full: dict[str, float]) -> list[Cell]:
    """The points of each lesson, empty where nothing was handed in."""
    finals = {entry.grade.lesson: entry.final for entry in entries}
    return [finals.get(lesson, "") for lesson in full]


def _family_first(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given else name


def _json(book: Gradebook, counting: str) -> str:
    students = [_student(student, entries) for student, entries in book.by_student(counting)]
    return json.dumps({"students": students, "problems": book.troubles()}, indent=1) + "\n"


def _student(student: Student, entries: list[Entry]) -> dict[str, Any]:
    lessons = [
        entry.grade.as_dict()
        | {
            "attempt": entry.attempt, "handed_in": entry.handed_in, "late_seconds": entry.late,
            "late_factor": entry.factor, "earned": entry.earned, "final": entry.final,
            "by_hand": {name: vars(given) for name, given in sorted(entry.by_hand.items())},
        }
        for entry in entries
    ]  # fmt: skip
    return {**vars(student), "total": _total(entries), "lessons": lessons}
