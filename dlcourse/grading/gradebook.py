"""The gradebook: one SQLite file with everything that a class was given, written as results come."""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from dlcourse import exercises
from dlcourse.grading.records import ExerciseGrade, Grade, Student, Submission, tidy_points
from dlcourse.grading.text import tidy

NAME = "gradebook.sqlite"
_VERSION = 1
_PATIENCE = 60.0  # seconds to wait for another program that reads the file

_SCHEMA = """
CREATE TABLE students (key TEXT PRIMARY KEY, name TEXT, email TEXT, ids TEXT, on_roster INTEGER);
CREATE TABLE submissions (
  student TEXT, lesson TEXT, attempt INTEGER, digest TEXT, grader TEXT, place TEXT, handed_in TEXT, late REAL,
  factor REAL, problem TEXT, notes TEXT, seconds REAL, graded_at TEXT, PRIMARY KEY (student, lesson, attempt));
CREATE INDEX places ON submissions (place);
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
        student, attempt, grade: whose, which one, and what grading found. Where nothing was handed in, and points are
            given by hand, the attempt is 0. A grade without exercises gets the lesson's, as missing.
        handed_in, late, factor: when, how many seconds after the deadline, and what lateness leaves of the points.
        by_hand: exercise -> what the instructor wrote; "" for the lesson as a whole.
        passed_over: later attempts that could not be graded, so that this one counts.
    """

    student: Student
    attempt: int
    grade: Grade
    handed_in: str = ""
    late: float = 0.0
    factor: float = 1.0
    by_hand: dict[str, ByHand] = field(default_factory=dict)
    passed_over: list[Entry] = field(default_factory=list)

    @property
    def is_graded(self) -> bool:
        """Whether there was something that could be graded."""
        return bool(self.attempt) and not self.grade.problem

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
            try:
                # SQLite's rollback journal, its default, and not WAL: that needs memory shared between processes, which
                # network folders lack. Killed at any moment, or with the disk full, a transaction leaves all of
                # its rows or none; each submission is one.
                connection = sqlite3.connect(path, timeout=_PATIENCE)
                with closing(connection):
                    _prepare(connection, path)
                    yield Gradebook(connection)
            except sqlite3.DatabaseError as error:
                raise GradebookError(f"{path} cannot be used ({error}). {_advice(error)}") from error

    # --- writing ---------------------------------------------------------------------------------

    def set_roster(self, students: Sequence[Student]) -> None:
        """Note the class as it is now: others are not on the roster any more. No students: there is no roster."""
        with self._db:
            if students:
                self._db.execute("UPDATE students SET on_roster = 0")
            self._put(students)

    def problem_before(self, submission: Submission, digest: str, grader: str) -> str | None:
        """If this very file was graded for this attempt already, in the same way: why it could not be, or ""."""
        key = (submission.student.key, submission.attempt, digest, grader)
        found = self._db.execute(
            "SELECT problem FROM submissions WHERE student = ? AND attempt = ? AND digest = ? AND grader = ?", key
        ).fetchone()
        return found and found["problem"]

    def record(self, submission: Submission, grade: Grade, grader: str, factor: float = 1.0) -> None:
        """Note what a submission is worth, in place of what was noted for this attempt: all of it or nothing."""
        key = (submission.student.key, grade.lesson or submission.lesson, submission.attempt)
        row = (
            *key, grade.digest, grader, tidy(submission.place), submission.handed_in, submission.late, factor,
            tidy(grade.problem), _dump(grade.notes), grade.seconds, datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        of_exercises = [
            (*key, i, one.exercise, one.points, one.max_points, one.status, _dump(_details(one)))
            for i, one in enumerate(grade.exercises)
        ]
        with self._db:
            self._put([submission.student])
            self._forget(key, submission)
            self._db.execute(f"INSERT INTO submissions VALUES ({', '.join('?' * len(row))})", row)
            self._db.executemany("INSERT INTO exercises VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", of_exercises)

    def drop_strangers(self) -> None:
        """Forget who is neither on the roster nor has handed in anything, such as those who are matched by now."""
        with self._db:
            self._db.execute(
                "DELETE FROM students WHERE NOT on_roster AND key NOT IN (SELECT student FROM submissions)"
                " AND key NOT IN (SELECT student FROM manual)"
            )

    def set_lateness(self, submission: Submission, digest: str, factor: float) -> None:
        """Note a changed deadline for what is graded already."""
        values = (submission.late, factor, submission.handed_in, tidy(submission.place))
        with self._db:
            self._db.execute(
                "UPDATE submissions SET late = ?, factor = ?, handed_in = ?, place = ?"
                " WHERE student = ? AND attempt = ? AND digest = ?"
                " AND (late, factor, handed_in, place) IS NOT (?, ?, ?, ?)",  # else there is nothing to write
                (*values, submission.student.key, submission.attempt, digest, *values),
            )

    def set_by_hand(self, rows: Iterable[tuple[str, str, str, ByHand]]) -> None:
        """Replace all that the instructor wrote: student, lesson, exercise ("" for the lesson), what."""
        with self._db:
            self._db.execute("DELETE FROM manual")
            self._db.executemany(
                "INSERT INTO manual VALUES (?, ?, ?, ?, ?)",
                [
                    (student, lesson, name, what.points, tidy(what.comment, len(what.comment)))
                    for student, lesson, name, what in rows
                ],
            )

    def set_troubles(self, sentences: Sequence[str]) -> None:
        """Replace what the last run could not match or take."""
        with self._db:
            self._db.execute("DELETE FROM troubles")
            self._db.executemany("INSERT INTO troubles VALUES (?, ?)", list(enumerate(map(tidy, sentences))))

    def _put(self, students: Iterable[Student]) -> None:
        rows = [(s.key, tidy(s.name), tidy(s.email), _dump(s.ids), s.on_roster) for s in students]
        self._db.executemany("REPLACE INTO students VALUES (?, ?, ?, ?, ?)", rows)

    def _forget(self, key: tuple[str, str, int], submission: Submission) -> None:
        """Make room for an attempt, also where the same file stood for something else: a roster was mended, say."""
        found = self._db.execute(
            "SELECT student, lesson, attempt FROM submissions WHERE place = ?", (tidy(submission.place),)
        )
        for one in [key, *map(tuple, found.fetchall())]:
            for name in ("submissions", "exercises"):
                self._db.execute(f"DELETE FROM {name} WHERE student = ? AND lesson = ? AND attempt = ?", one)

    # --- reading ---------------------------------------------------------------------------------

    def students(self) -> list[Student]:
        """All students, by key."""
        rows = self._db.execute("SELECT * FROM students ORDER BY key")
        return [Student(r["key"], r["name"], r["email"], json.loads(r["ids"]), bool(r["on_roster"])) for r in rows]

    def troubles(self) -> list[str]:
        """What the last run could not match or take."""
        return [row["text"] for row in self._db.execute("SELECT text FROM troubles ORDER BY position")]

    def exercises(self) -> list[tuple[str, str, float]]:
        """Lesson, name and full points of each exercise of the lessons that something is known of, in order."""
        rows = self._db.execute(
            "SELECT lesson, exercise, max_points FROM exercises GROUP BY lesson, exercise"
            " ORDER BY lesson, min(position)"
        )
        found = [tuple(row) for row in rows]
        seen = {lesson for lesson, _, _ in found}
        others = self._db.execute("SELECT lesson FROM submissions UNION SELECT lesson FROM manual ORDER BY lesson")
        for (lesson,) in others:
            if lesson not in seen:
                found += [(lesson, one.exercise, one.max_points) for one in _missing(lesson)]
        return sorted(found, key=lambda one: one[0])

    def full_points(self) -> dict[str, float]:
        """Lesson -> points that can be earned."""
        full: dict[str, float] = {}
        for lesson, _, points in self.exercises():
            full[lesson] = tidy_points(full.get(lesson, 0) + points)
        return full

    def by_student(self, counting: str = "latest") -> Iterator[tuple[Student, list[Entry]]]:
        """Each student with the attempts that count, one for each lesson; one student at a time is in memory.

        Args:
            counting: ``"latest"`` attempt, or the ``"best"`` by its final points (of equals, the latest). One that
                could not be graded only counts where there is no other.
        """
        for student in self.students():
            entries = self._entries(student)
            by_lesson = groupby(sorted(entries, key=lambda one: one.grade.lesson), key=lambda one: one.grade.lesson)
            yield student, [_counting(list(group), counting) for _, group in by_lesson]

    def contents(self) -> list[str]:
        """All rows but the times of grading, in an order of their own: equal for equal gradebooks."""
        found = []
        for table in ("students", "submissions", "exercises", "manual", "troubles"):
            for row in self._db.execute(f"SELECT * FROM {table}"):
                kept = {key: row[key] for key in row.keys() if key not in ("seconds", "graded_at")}  # noqa: SIM118
                found.append(f"{table} {_dump(kept)}")
        return sorted(found)

    def _entries(self, student: Student) -> list[Entry]:
        """All attempts of a student, and an attempt 0 for each lesson that has only points or words by hand."""
        by_hand: dict[str, dict[str, ByHand]] = defaultdict(dict)
        for row in self._db.execute("SELECT * FROM manual WHERE student = ?", (student.key,)):
            by_hand[row["lesson"]][row["exercise"]] = ByHand(row["points"], row["comment"])
        rows = self._db.execute(
            "SELECT * FROM submissions WHERE student = ? ORDER BY lesson, attempt", (student.key,)
        ).fetchall()
        entries = [self._entry(student, row, by_hand.get(row["lesson"], {})) for row in rows]
        for lesson in sorted(by_hand.keys() - {row["lesson"] for row in rows}):
            entries.append(Entry(student, 0, Grade(lesson, "", _missing(lesson)), by_hand=by_hand[lesson]))
        return entries

    def _entry(self, student: Student, row: sqlite3.Row, by_hand: dict[str, ByHand]) -> Entry:
        lesson = row["lesson"]
        graded = [
            ExerciseGrade(one["exercise"], _number(one["points"]), _number(one["max_points"]), one["status"],
                          **_undumped(one["details"]))
            for one in self._db.execute(
                "SELECT * FROM exercises WHERE student = ? AND lesson = ? AND attempt = ? ORDER BY position",
                (student.key, lesson, row["attempt"]),
            )
        ]  # fmt: skip
        graded = graded or _missing(lesson)
        grade = Grade(lesson, row["digest"], graded, json.loads(row["notes"]), row["problem"], row["seconds"])
        return Entry(student, row["attempt"], grade, row["handed_in"], row["late"], row["factor"], by_hand)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        raise GradebookError(f"{path} was written by a newer version of the course: update dlcourse.")
    damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise sqlite3.DatabaseError(" ".join(damage.split()))
    if version == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise GradebookError(f"{path} is another program's database. Choose another --out.")
    if version == 0:
        connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")


def _advice(error: sqlite3.DatabaseError) -> str:
    """What to do about an error of SQLite's."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return "Is the disk full? What was graded is kept: the same command goes on."
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "Close the program that has it open, and give the same command again."
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return "May you write it and its folder?"
    return "Move it away to begin a new one."


def _counting(entries: list[Entry], counting: str) -> Entry:
    """The attempt that counts; with it, the later ones that could not be graded."""
    graded = [one for one in entries if one.is_graded] or entries
    chosen = max(graded, key=lambda one: (one.final if counting == "best" else 0, one.attempt))
    later = [one for one in entries if not one.is_graded and one.attempt > chosen.attempt]
    return replace(chosen, passed_over=later)


def _missing(lesson: str) -> list[ExerciseGrade]:
    """The exercises of a lesson of which nothing was found."""
    of_lesson = exercises.for_lesson(lesson) if lesson else []
    return [ExerciseGrade(one.name, 0, one.points, "missing") for one in of_lesson]


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
