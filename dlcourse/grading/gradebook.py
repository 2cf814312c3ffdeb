"""The gradebook: one SQLite file with everything that a class was given, written as results come."""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from dlcourse.grading.records import ExerciseGrade, Grade, Student, Submission, tidy_points
from dlcourse.grading.text import tidy

NAME = "gradebook.sqlite"
_VERSION = 1
COUNTING = ("latest", "best")

_SCHEMA = """
CREATE TABLE students (key TEXT PRIMARY KEY, name TEXT, email TEXT, ids TEXT, on_roster INTEGER);
CREATE TABLE submissions (
  student TEXT, lesson TEXT, attempt INTEGER, digest TEXT, grader TEXT, place TEXT, handed_in TEXT, late REAL,
  factor REAL, problem TEXT, notes TEXT, seconds REAL, graded_at TEXT, PRIMARY KEY (student, lesson, attempt));
CREATE TABLE exercises (
  student TEXT, lesson TEXT, attempt INTEGER, position INTEGER, exercise TEXT, points REAL, max_points REAL,
  status TEXT, details TEXT, PRIMARY KEY (student, lesson, attempt, exercise));
CREATE TABLE manual (
  student TEXT, lesson TEXT, exercise TEXT, points REAL, comment TEXT, PRIMARY KEY (student, lesson, exercise));
CREATE TABLE troubles (position INTEGER PRIMARY KEY, text TEXT);
"""


class GradebookError(RuntimeError):
    """The gradebook cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class ByHand:
    """What the instructor wrote: points in place of the automatic ones (None: none), and a comment."""

    points: float | None = None
    comment: str = ""


@dataclass
class Entry:
    """One attempt of a student at a lesson, with all that decides its points.

    Attributes:
        student, attempt, grade: whose, which one, and what grading found.
        handed_in, late, factor: when, how many seconds after the deadline, and what lateness leaves of the points.
        by_hand: exercise -> what the instructor wrote; "" for the lesson as a whole.
    """

    student: Student
    attempt: int
    grade: Grade
    handed_in: str = ""
    late: float = 0.0
    factor: float = 1.0
    by_hand: dict[str, ByHand] = field(default_factory=dict)

    def points_of(self, exercise: ExerciseGrade) -> float:
        """The instructor's points where there are some, else the automatic ones."""
        given = self.by_hand.get(exercise.exercise, ByHand()).points
        return exercise.points if given is None else tidy_points(given)

    @property
    def earned(self) -> float:
        """The points before lateness counts."""
        return tidy_points(sum(map(self.points_of, self.grade.exercises)))

    @property
    def final(self) -> float:
        """The points that count."""
        return tidy_points(self.earned * self.factor)


class Gradebook:
    """An open gradebook; :meth:`open` gives one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.row_factory = sqlite3.Row

    @staticmethod
    @contextmanager
    def open(path: Path) -> Iterator[Gradebook]:
        """Open a gradebook, or begin one; nobody else can write to it meanwhile.

        Raises:
            GradebookError: it is in use, damaged, or written by a newer version of the course.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system lets go of it however we end
            except OSError as error:
                raise GradebookError(
                    f"Another grading is using {path}: wait for it, or choose another --out."
                ) from error
            # Python's own transactions, and SQLite's rollback journal: unlike WAL, it works on network folders too,
            # and a process that is killed leaves either all rows of a submission or none.
            connection = sqlite3.connect(path)
            try:
                _prepare(connection, path)
                yield Gradebook(connection)
            except sqlite3.DatabaseError as error:
                raise GradebookError(f"{path} cannot be used ({error}). Move it away to begin a new one.") from error
            finally:
                connection.close()

    # --- writing ---------------------------------------------------------------------------------

    def add_students(self, students: Iterable[Student]) -> None:
        """Note students, or what is new about them."""
        rows = [(s.key, tidy(s.name), tidy(s.email), _dump(s.ids), s.on_roster) for s in students]
        with self._db:
            self._db.executemany("REPLACE INTO students VALUES (?, ?, ?, ?, ?)", rows)

    def is_graded(self, submission: Submission, digest: str, grader: str) -> bool:
        """Whether this very file was graded for this attempt already, in the same way."""
        key = (submission.student.key, submission.attempt, digest, grader)
        found = self._db.execute(
            "SELECT 1 FROM submissions WHERE student = ? AND attempt = ? AND digest = ? AND grader = ?", key
        )
        return found.fetchone() is not None

    def record(self, submission: Submission, grade: Grade, grader: str, factor: float = 1.0) -> None:
        """Note what a submission is worth, in place of what was noted for this attempt: all of it or nothing."""
        key = (submission.student.key, grade.lesson, submission.attempt)
        row = (
            *key, grade.digest, grader, tidy(submission.place), submission.handed_in, submission.late, factor,
            tidy(grade.problem), _dump(grade.notes), grade.seconds, datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        of_exercises = [
            (*key, i, one.exercise, one.points, one.max_points, one.status, _dump(_details(one)))
            for i, one in enumerate(grade.exercises)
        ]
        self.add_students([submission.student])
        with self._db:
            self._db.execute("DELETE FROM exercises WHERE student = ? AND lesson = ? AND attempt = ?", key)
            self._db.execute(  # what could not even be read is known to be of this lesson now
                "DELETE FROM submissions WHERE student = ? AND lesson = '' AND attempt = ?", (key[0], key[2])
            )
            self._db.execute(f"REPLACE INTO submissions VALUES ({', '.join('?' * len(row))})", row)
            self._db.executemany("INSERT INTO exercises VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", of_exercises)

    def set_lateness(self, submission: Submission, digest: str, factor: float) -> None:
        """Note a changed deadline for what is graded already."""
        values = (submission.late, factor, submission.handed_in, tidy(submission.place))
        with self._db:
            self._db.execute(
                "UPDATE submissions SET late = ?, factor = ?, handed_in = ?, place = ?"
                " WHERE student = ? AND attempt = ? AND digest = ?",
                (*values, submission.student.key, submission.attempt, digest),
            )

    def set_by_hand(self, rows: Iterable[tuple[str, str, str, ByHand]]) -> None:
        """Replace all that the instructor wrote: student, lesson, exercise ("" for the lesson), what."""
        with self._db:
            self._db.execute("DELETE FROM manual")
            self._db.executemany(
                "INSERT INTO manual VALUES (?, ?, ?, ?, ?)",
                [(student, lesson, name, what.points, tidy(what.comment)) for student, lesson, name, what in rows],
            )

    def set_troubles(self, sentences: Sequence[str]) -> None:
        """Replace what the last run could not match or take."""
        with self._db:
            self._db.execute("DELETE FROM troubles")
            self._db.executemany("INSERT INTO troubles VALUES (?, ?)", list(enumerate(map(tidy, sentences))))

    # --- reading ---------------------------------------------------------------------------------

    def students(self) -> list[Student]:
        """All students, by key."""
        rows = self._db.execute("SELECT * FROM students ORDER BY key")
        return [Student(r["key"], r["name"], r["email"], json.loads(r["ids"]), bool(r["on_roster"])) for r in rows]

    def troubles(self) -> list[str]:
        """What the last run could not match or take."""
        return [row["text"] for row in self._db.execute("SELECT text FROM troubles ORDER BY position")]

    def exercises(self) -> list[tuple[str, str, float]]:
        """Lesson, name and full points of each exercise that was graded, in the lessons' order."""
        rows = self._db.execute(
            "SELECT lesson, exercise, max_points FROM exercises GROUP BY lesson, exercise"
            " ORDER BY lesson, min(position)"
        )
        return [tuple(row) for row in rows]

    def by_student(self, counting: str = "latest") -> Iterator[tuple[Student, list[Entry]]]:
        """Each student with the attempts that count, one for each lesson; one student at a time is in memory.

        Args:
            counting: ``"latest"`` attempt, or the ``"best"`` by its final points (of equals, the latest).
        """
        for student in self.students():
            entries = [self._entry(student, row) for row in self._rows("submissions", student)]
            by_lesson = groupby(sorted(entries, key=lambda one: one.grade.lesson), key=lambda one: one.grade.lesson)
            yield student, [_counting(list(group), counting) for _, group in by_lesson]

    def attempts(self) -> Iterator[Entry]:
        """Every attempt of every student."""
        for student in self.students():
            yield from (self._entry(student, row) for row in self._rows("submissions", student))

    def by_hand(self) -> dict[tuple[str, str, str], ByHand]:
        """What the instructor wrote, by student, lesson and exercise."""
        rows = self._db.execute("SELECT * FROM manual")
        return {(r["student"], r["lesson"], r["exercise"]): ByHand(r["points"], r["comment"]) for r in rows}

    def contents(self) -> list[str]:
        """All rows but the times of grading, in an order of their own: equal for equal gradebooks."""
        found = []
        for table in ("students", "submissions", "exercises", "manual", "troubles"):
            for row in self._db.execute(f"SELECT * FROM {table}"):
                kept = {key: row[key] for key in row.keys() if key not in ("seconds", "graded_at")}  # noqa: SIM118
                found.append(f"{table} {_dump(kept)}")
        return sorted(found)

    def _rows(self, table: str, student: Student) -> list[sqlite3.Row]:
        return self._db.execute(
            f"SELECT * FROM {table} WHERE student = ? ORDER BY lesson, attempt", (student.key,)
        ).fetchall()

    def _entry(self, student: Student, row: sqlite3.Row) -> Entry:
        key = (row["student"], row["lesson"], row["attempt"])
        exercises = [
            ExerciseGrade(one["exercise"], _number(one["points"]), _number(one["max_points"]), one["status"],
                          **_undumped(one["details"]))
            for one in self._db.execute(
                "SELECT * FROM exercises WHERE student = ? AND lesson = ? AND attempt = ? ORDER BY position", key
            )
        ]  # fmt: skip
        grade = Grade(row["lesson"], row["digest"], exercises, json.loads(row["notes"]), row["problem"], row["seconds"])
        notes = self._db.execute("SELECT * FROM manual WHERE student = ? AND lesson = ?", key[:2])
        by_hand = {one["exercise"]: ByHand(one["points"], one["comment"]) for one in notes}
        return Entry(student, row["attempt"], grade, row["handed_in"], row["late"], row["factor"], by_hand)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        raise GradebookError(f"{path} was written by a newer version of the course: update dlcourse.")
    if version == 0:
        connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")


def _counting(entries: list[Entry], counting: str) -> Entry:
    if counting == "best":
        return max(entries, key=lambda one: (one.final, one.attempt))
    return max(entries, key=lambda one: one.attempt)


def _details(one: ExerciseGrade) -> dict[str, Any]:
    return {
        "parts": one.parts, "sentence": one.sentence, "mistake": one.mistake, "facts": one.facts, "code": one.code,
        "notes": one.notes,
    }  # fmt: skip


def _undumped(text: str) -> dict[str, Any]:
    data = json.loads(text)
    return data | {"facts": [(label, shown) for label, shown in data["facts"]]}


def _number(value: float) -> float:
    return int(value) if float(value).is_integer() else value


def _dump(data: Any) -> str:
    """JSON with ASCII alone: halves of characters in students' texts would not go into the file otherwise."""
    return json.dumps(data)
