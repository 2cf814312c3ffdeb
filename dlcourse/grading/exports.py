"""The grades as tables for people and for other systems.

``canvas.csv`` is what Canvas's gradebook imports (``lib/gradebook_importer.rb``): Student and ID first, then SIS User
ID and SIS Login ID, Section the last before the assignments; a second row, Points Possible, says what they are worth.
Students are found by ID, SIS User ID, login, and last by name, written either way. An empty cell is no grade.

``moodle.csv`` fits Moodle's *Grades > Import > CSV file*, where one says which column is which. A row that matches
nobody would stop the import, so that only students of the roster are in it. Where the roster is a grading worksheet of
Moodle, there is ``moodle-NN.csv`` for each lesson too, in the worksheet's own form, for *Upload grading worksheet*
(``mod/assign/feedback/offline/importgradeslib.php`` asks for Identifier, Grade, and Last modified (grade)).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from dlcourse.grading.files import Cell, large_file, table
from dlcourse.grading.gradebook import Entry, Gradebook
from dlcourse.grading.records import Student, tidy_points

AddRow = Callable[[Sequence[Cell]], None]


def write_exports(out: Path, book: Gradebook, counting: str) -> None:
    """Write ``grades.csv``, ``grades.json``, ``canvas.csv``, ``moodle.csv`` and ``moodle-NN.csv`` into a folder.

    Only one student at a time is in memory.
    """
    full = book.full_points()
    worksheets_wanted = any("moodle" in student.ids for student in book.students())
    with ExitStack() as files:
        grades = _Grades(files.enter_context(table(out / "grades.csv", for_excel=True)), book, full)
        data = _Json(files.enter_context(large_file(out / "grades.json")))
        of_roster: list[_Canvas | _Moodle | _Worksheet] = [
            _Canvas(files.enter_context(table(out / "canvas.csv")), full),
            _Moodle(files.enter_context(table(out / "moodle.csv")), full),
        ]
        for lesson, points in full.items() if worksheets_wanted else ():
            add_row = files.enter_context(table(out / f"moodle-{lesson}.csv"))
            of_roster.append(_Worksheet(add_row, lesson, points))
        for student, entries in book.by_student(counting):
            grades.add(student, entries)
            data.add(student, entries)
            for form in of_roster if student.on_roster else ():
                form.add(student, entries)
        data.end(book.troubles())


class _Grades:
    """Everything in one table, for people."""

    def __init__(self, add_row: AddRow, book: Gradebook, full: dict[str, float]) -> None:
        self._add_row = add_row
        self._full = full
        self._names = [(lesson, name) for lesson, name, _ in book.exercises()]
        columns = [f"{lesson} {name}" for lesson, name in self._names]
        kept = [f"lesson {lesson} kept after lateness" for lesson in full]
        lessons = [f"lesson {lesson}" for lesson in full]
        add_row(["student", "name", "email", "total", "maximum", *lessons, *columns, *kept, "note"])

    def add(self, student: Student, entries: list[Entry]) -> None:
        by_lesson = {entry.grade.lesson: entry for entry in entries}
        points = {
            (entry.grade.lesson, one.exercise): entry.points_of(one)
            for entry in entries
            for one in entry.grade.exercises
        }
        self._add_row([
            student.key, student.name, student.email, total(entries), tidy_points(sum(self._full.values())),
            *(by_lesson[lesson].final if lesson in by_lesson else "" for lesson in self._full),
            *(points.get(name, "") for name in self._names),
            *(by_lesson[lesson].factor if lesson in by_lesson else "" for lesson in self._full),
            " ".join(entry.grade.problem for entry in entries) if entries else "nothing handed in",
        ])  # fmt: skip


class _Canvas:
    """What Canvas's gradebook imports."""

    def __init__(self, add_row: AddRow, full: dict[str, float]) -> None:
        self._add_row = add_row
        self._full = full
        add_row(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(f"Lesson {lesson}" for lesson in full)])
        add_row(["    Points Possible", "", "", "", "", *full.values()])

    def add(self, student: Student, entries: list[Entry]) -> None:
        ids = [student.ids.get(what, "") for what in ("canvas", "sis", "login", "section")]
        self._add_row([student.name or student.key, *ids, *_finals(entries, self._full)])


class _Moodle:
    """What Moodle's gradebook imports."""

    def __init__(self, add_row: AddRow, full: dict[str, float]) -> None:
        self._add_row = add_row
        self._full = full
        add_row(["Full name", "Username", "ID number", "Email address", *(f"Lesson {lesson}" for lesson in full)])

    def add(self, student: Student, entries: list[Entry]) -> None:
        identity = [student.name, student.ids.get("login", ""), student.ids.get("sis", ""), student.email]
        self._add_row([*identity, *_finals(entries, self._full)])


class _Worksheet:
    """One assignment's grading worksheet of Moodle."""

    def __init__(self, add_row: AddRow, lesson: str, points: float) -> None:
        self._add_row = add_row
        self._full = {lesson: points}
        self._head: list[Cell] = ["Identifier", "Full name", "ID number", "Email address", "Status", "Grade"]
        add_row([*self._head, "Maximum grade", "Grade can be changed", "Last modified (grade)", "Feedback comments"])

    def add(self, student: Student, entries: list[Entry]) -> None:
        if "moodle" not in student.ids:
            return
        ((lesson, most),) = self._full.items()
        said = [entry.by_hand[""].comment for entry in entries if entry.grade.lesson == lesson and "" in entry.by_hand]
        identity = [f"Participant {student.ids['moodle']}", student.name, student.ids.get("sis", ""), student.email]
        self._add_row([*identity, "", *_finals(entries, self._full), most, "Yes", "", *(said or [""])])


class _Json:
    """All that is known, a student a line."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._between = "\n"
        write('{"students": [')

    def add(self, student: Student, entries: list[Entry]) -> None:
        self._write(self._between + json.dumps(_as_data(student, entries)))
        self._between = ",\n"

    def end(self, troubles: list[str]) -> None:
        self._write(f'\n], "problems": {json.dumps(troubles)}}}\n')


def total(entries: list[Entry]) -> float:
    """The points that count, of all lessons."""
    return tidy_points(sum(entry.final for entry in entries))


def _finals(entries: list[Entry], full: dict[str, float]) -> list[Cell]:
    """The points of each lesson, empty where there are none."""
    finals = {entry.grade.lesson: entry.final for entry in entries}
    return [finals.get(lesson, "") for lesson in full]


def _as_data(student: Student, entries: list[Entry]) -> dict[str, Any]:
    lessons = [
        entry.grade.as_dict()
        | {
            "attempt": entry.attempt, "handed_in": entry.handed_in, "late_seconds": entry.late,
            "late_factor": entry.factor, "earned": entry.earned, "final": entry.final,
            "by_hand": {name: vars(given) for name, given in sorted(entry.by_hand.items())},
        }
        for entry in entries
    ]  # fmt: skip
    return {**vars(student), "total": total(entries), "lessons": lessons}
