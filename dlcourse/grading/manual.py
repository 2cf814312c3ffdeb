"""The instructor's sheet: points and comments by hand, in a CSV file that is written and read back.

Each run writes a row for each answer with the automatic points beside it, and keeps what the instructor entered.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from dlcourse.grading.files import csv_text, write_if_changed
from dlcourse.grading.gradebook import ByHand, Entry, Gradebook

NAME = "manual.csv"
HEAD = ["student", "name", "lesson", "exercise", "automatic", "maximum", "points", "comment"]
_NEEDED = ("student", "lesson", "exercise", "points", "comment")

Row = tuple[str, str, str, ByHand]


class SheetError(ValueError):
    """The sheet says something that cannot be; the message names the line. Nothing of it was taken."""


def read_sheet(path: Path, book: Gradebook) -> list[Row] | None:
    """What the instructor entered: rows with points or a comment; None where there is no sheet.

    Raises:
        SheetError: a student, lesson or exercise is unknown, points are no number or not between 0 and the
            maximum, or two lines speak of the same answer.
    """
    if not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SheetError(f"{path} is not in UTF-8: save it as CSV with that encoding.") from None
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
    missing = [column for column in _NEEDED if column not in (reader.fieldnames or [])]
    if missing:
        raise SheetError(f"{path}, line 1: the column {missing[0]} is missing.")
    known, seen, rows = _known(book), set[tuple[str, str, str]](), []
    for line in reader:
        row = _row(line, known, f"{path}, line {reader.line_num}")
        if row is None:
            continue
        if row[:3] in seen:
            raise SheetError(f"{path}, line {reader.line_num}: {' '.join(row[:3])} stands there twice.")
        seen.add(row[:3])
        rows.append(row)
    return rows


def _known(book: Gradebook) -> dict[tuple[str, str, str], float]:
    """Student, lesson and exercise -> full points; the lesson as a whole is the exercise ""."""
    known: dict[tuple[str, str, str], float] = {}
    for entry in book.attempts():
        for one in entry.grade.exercises:
            known[entry.student.key, entry.grade.lesson, one.exercise] = one.max_points
        known[entry.student.key, entry.grade.lesson, ""] = 0
    return known


def _row(line: dict[str, str | None], known: dict[tuple[str, str, str], float], where: str) -> Row | None:
    values = {key: (line.get(key) or "").strip().removeprefix("'") for key in _NEEDED}
    if not values["points"] and not values["comment"]:
        return None
    lesson = values["lesson"].zfill(2)  # spreadsheets make 4 of 04
    key = (values["student"], lesson, values["exercise"])
    if key not in known:
        raise SheetError(f"{where}: there is no answer of {key[0]!r} to lesson {lesson}, exercise {key[2]!r}.")
    return (*key, ByHand(_points(values["points"], known[key], key[2], where), values["comment"]))


def _points(text: str, most: float, exercise: str, where: str) -> float | None:
    if not text:
        return None
    if not exercise:
        raise SheetError(f"{where}: a lesson as a whole takes a comment, not points: give them to an exercise.")
    try:
        points = float(text.replace(",", "."))
    except ValueError:
        raise SheetError(f"{where}: {text!r} is no number of points.") from None
    if not 0 <= points <= most:
        raise SheetError(f"{where}: {text} points, where {exercise} has from 0 to {most:g}.")
    return points


def write_sheet(path: Path, book: Gradebook, counting: str) -> None:
    """Write the sheet anew: a row for each answer that counts, with what the instructor entered so far."""
    write_if_changed(path, csv_text(_rows(book, counting)))


def _rows(book: Gradebook, counting: str) -> Iterator[list[str | int | float]]:
    yield list(HEAD)
    for student, entries in book.by_student(counting):
        for entry in entries:
            for exercise, automatic, most in _answers(entry):
                given = entry.by_hand.get(exercise, ByHand())
                points = "" if given.points is None else f"{given.points:g}"
                fixed = [student.key, student.name, entry.grade.lesson, exercise, automatic, most]
                yield [*fixed, points, given.comment]


def _answers(entry: Entry) -> Iterator[tuple[str, str | float, str | float]]:
    yield "", "", ""
    yield from ((one.exercise, one.points, one.max_points) for one in entry.grade.exercises)
