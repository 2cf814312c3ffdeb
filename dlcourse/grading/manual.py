"""The instructor's sheet: points and comments by hand, in a CSV file that is written and read back.

Each run writes a row for each answer with the automatic points beside it, and keeps what the instructor entered. Rows
may be added, for somebody who handed in nothing, say. A spreadsheet may have changed the separator, the form of
numbers, and zeros in front.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dlcourse import exercises
from dlcourse.grading.files import Cell, table, unguarded
from dlcourse.grading.gradebook import ByHand, Entry, Gradebook

NAME = "manual.csv"
HEAD = ("student", "name", "lesson", "exercise", "automatic", "maximum", "points", "comment")
_NEEDED = ("student", "lesson", "exercise", "points", "comment")
_LONGEST_CELL = 1 << 24  # characters; the csv module's own limit is below what an instructor may write

Row = tuple[str, str, str, ByHand]


class SheetError(ValueError):
    """The sheet says something that cannot be; the message names the line. Nothing of it was taken."""


def read_sheet(path: Path, students: Iterable[str]) -> list[Row] | None:
    """What the instructor entered: rows with points or a comment; None where there is no sheet.

    Args:
        path: the sheet.
        students: the keys of all students there are.

    Raises:
        SheetError: a student, lesson or exercise is unknown, points are no number or not between 0 and the
            maximum, or two lines speak of the same answer.
    """
    if not path.exists():
        return None
    reader = _Reader(path, set(students))
    seen: dict[tuple[str, str, str], int] = {}
    rows = []
    for line in _lines(path):
        row = reader.row(line)
        if row is None:
            continue
        if row[:3] in seen:
            raise line.error(f"{' '.join(row[:3])} stands in line {seen[row[:3]]} already: keep one of them.")
        seen[row[:3]] = line.number
        rows.append(row)
    return rows


@dataclass(frozen=True)
class _Line:
    """A row of the sheet: its place, and its cells by the names of the columns."""

    path: Path
    number: int
    cells: dict[str, str]

    def error(self, what: str) -> SheetError:
        return SheetError(f"{self.path}, line {self.number}: {what}")


def _lines(path: Path) -> list[_Line]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SheetError(f"{path} is not in UTF-8: save it as CSV with that encoding.") from None
    rows = _rows_of(path, text)
    columns = _columns(path, rows[0][1] if rows else [])
    lines = []
    for number, cells in rows[1:]:
        line = _Line(path, number, dict(zip(columns, map(str.strip, map(unguarded, cells)), strict=False)))
        if any(cells[len(columns) :]):
            raise line.error("it has more cells than the first line. A comma in a comment needs quotes around.")
        lines.append(line)
    return lines


def _rows_of(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of its first line: a comment may have several."""
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count), strict=True)
    rows, number = [], 1
    usual = csv.field_size_limit(_LONGEST_CELL)  # of all readers in this process
    try:
        for cells in reader:
            if any(cells):
                rows.append((number, cells))
            number = reader.line_num + 1
    except csv.Error as error:
        raise SheetError(f"{path}, line {number}: it cannot be read as CSV ({error}).") from None
    finally:
        csv.field_size_limit(usual)
    return rows


def _columns(path: Path, cells: list[str]) -> list[str]:
    columns = [cell.strip().casefold() for cell in cells]
    for needed in _NEEDED:
        if needed not in columns:
            raise SheetError(f"{path}, line 1: the column {needed} is missing.")
    return columns


class _Reader:
    """Reads rows, and knows what there is."""

    def __init__(self, path: Path, students: set[str]) -> None:
        self._students = students
        self._by_number: dict[str, list[str]] = {}
        for key in students:
            self._by_number.setdefault(key.lstrip("0"), []).append(key)

    def row(self, line: _Line) -> Row | None:
        """What a line says; None if the instructor entered nothing there."""
        values = {column: line.cells.get(column, "") for column in _NEEDED}
        if not values["points"] and not values["comment"]:
            return None
        student = self._student(values["student"], line)
        lesson = values["lesson"].zfill(2) if values["lesson"] else ""  # spreadsheets make 4 of 04
        exercise = values["exercise"]
        most = _full_points(lesson, exercise, line)
        return student, lesson, exercise, ByHand(_points(values["points"], most, exercise, line), values["comment"])

    def _student(self, key: str, line: _Line) -> str:
        if key in self._students:
            return key
        alike = self._by_number.get(key.lstrip("0"), []) if key.isdigit() else []  # spreadsheets make 17 of 0017
        if len(alike) != 1:
            raise line.error(f"there is no student {key!r}.")
        return alike[0]


def _full_points(lesson: str, exercise: str, line: _Line) -> float:
    """What an answer can earn; 0 for a lesson as a whole."""
    of_lesson = {one.name: one.points for one in exercises.for_lesson(lesson)} if lesson else {}
    if lesson and not of_lesson:
        raise line.error(f"there is no lesson {lesson!r} with exercises.")
    if exercise and exercise not in of_lesson:
        raise line.error(f"lesson {lesson or 'without a number'} has no exercise {exercise!r}.")
    return of_lesson.get(exercise, 0)


def _points(text: str, most: float, exercise: str, line: _Line) -> float | None:
    if not text:
        return None
    if not exercise:
        raise line.error("a lesson as a whole takes a comment, not points: give them to an exercise.")
    try:
        points = float(text.replace(",", "."))
    except ValueError:
        raise line.error(f"{text!r} is no number of points.") from None
    if not 0 <= points <= most:
        raise line.error(f"{text} points, where {exercise} has from 0 to {most:g}.")
    return points


def write_sheet(path: Path, book: Gradebook, counting: str) -> None:
    """Write the sheet anew: a row for each answer that counts, with what the instructor entered so far."""
    with table(path, for_excel=True) as add_row:
        add_row(HEAD)
        for _, entries in book.by_student(counting):
            for entry in entries:
                for row in _rows(entry):
                    add_row(row)


def _rows(entry: Entry) -> Iterator[list[Cell]]:
    student, lesson = entry.student, entry.grade.lesson
    answers: dict[str, tuple[Cell, Cell]] = {"": ("", "")}
    answers |= {one.exercise: (one.points, one.max_points) for one in entry.grade.exercises}
    answers |= {name: ("", "") for name in entry.by_hand if name not in answers}  # nothing entered gets lost
    for exercise, (automatic, most) in answers.items():
        given = entry.by_hand.get(exercise, ByHand())
        points = "" if given.points is None else given.points
        yield [student.key, student.name, lesson, exercise, automatic, most, points, given.comment]
