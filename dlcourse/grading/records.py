"""What passes between the parts of grading: who handed in what, and what it is worth. Plain data only.

submissions  ->  Submission  ->  judge  ->  Grade  ->  gradebook  ->  reports
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# What may be said of an exercise; "missing": no cell defines it, "stopped": the sandbox ended before it was asked.
STATUSES = ("right", "partly", "wrong", "not started", "missing", "stopped")


@dataclass(frozen=True)
class Student:
    """Somebody of the class.

    Attributes:
        key: what identifies the student in the gradebook and in file names: letters, digits, ``.``, ``_``, ``-``.
        name: as people write it; any text.
        email: or "".
        ids: the student's numbers elsewhere, such as ``{"canvas": "8123", "moodle": "5521", "sis": "u123"}``.
        on_roster: whether the roster lists the student; without a roster, all are taken to be on it.
        handed_in: when, as ISO 8601, where the roster tells it, as Moodle's grading worksheet does; else "".
    """

    key: str
    name: str = ""
    email: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    on_roster: bool = True
    handed_in: str = ""


@dataclass(frozen=True)
class Submission:
    """One notebook that a student handed in.

    Attributes:
        student: whose it is.
        lesson: the one that was asked for, or that the file's name says; "" where only the notebook itself can tell.
        attempt: 1 for the first, counted per student and lesson.
        path: the file, or the archive that holds it.
        member: the name inside the archive, or "".
        handed_in: when, as ISO 8601 with its offset, or "" where nobody knows.
        late: seconds after the deadline; 0 if in time or without a deadline.
    """

    student: Student
    lesson: str
    attempt: int
    path: Path
    member: str = ""
    handed_in: str = ""
    late: float = 0.0

    @property
    def place(self) -> str:
        """Where it lies, for messages."""
        place = f"{self.path}!{self.member}" if self.member else str(self.path)
        return place.encode("utf-8", "replace").decode()  # of names that are no text, what can be shown


@dataclass
class ExerciseGrade:
    """What one answer is worth, and why.

    Attributes:
        exercise: its name.
        points, max_points: what was earned, of how many.
        status: one of :data:`STATUSES`.
        parts: for each part of the exercise, whether it is right.
        sentence: what is wrong, in words, for the student; "" if all is right.
        mistake: the name of the recorded mistake that was recognised, or "".
        facts: the first failing case, pairs of a label and preformatted text.
        code: the student's own code, as it stood in the cell.
        notes: further sentences, such as "two cells define softmax; the last one counted".
    """

    exercise: str
    points: float
    max_points: float
    status: str
    parts: dict[str, bool] = field(default_factory=dict)
    sentence: str = ""
    mistake: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    code: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass
class Grade:
    """What one submission is worth.

    Attributes:
        lesson: two digits; "" where the notebook belongs to no lesson.
        digest: SHA-256 of the notebook's bytes, in hexadecimal.
        exercises: one for each exercise of the lesson, in the lesson's order.
        notes: sentences on the whole, such as cells that did not run and why.
        problem: why it could not be graded at all ("not a notebook: ..."), or "".
        seconds: how long grading took, wall time.
    """

    lesson: str
    digest: str
    exercises: list[ExerciseGrade] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problem: str = ""
    seconds: float = 0.0

    @property
    def points(self) -> float:
        """What was earned in all."""
        return tidy_points(sum(exercise.points for exercise in self.exercises))

    @property
    def max_points(self) -> float:
        """What could have been earned in all."""
        return tidy_points(sum(exercise.max_points for exercise in self.exercises))

    def as_dict(self) -> dict[str, Any]:
        """As data for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Grade:
        """The inverse of :meth:`as_dict`."""
        exercises = [
            ExerciseGrade(**{**one, "facts": [(label, text) for label, text in one["facts"]]})
            for one in data["exercises"]
        ]
        return cls(**{**data, "exercises": exercises})


def tidy_points(points: float) -> float:
    """Points without the crumbs of adding thirds; whole numbers as ints."""
    rounded = round(points, 2)
    return int(rounded) if float(rounded).is_integer() else rounded


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes:
        seconds: wall and CPU time for each exercise, all its cases together, and for each cell.
        memory: MiB in all its processes, above what the libraries themselves need.
        processes: how many processes and threads.
        open_files: how many files and sockets at once.
        file_size: MiB that it may write, in all.
        reply: MiB that an answer may hold.
    """

    seconds: float = 30.0
    memory: int = 1024
    processes: int = 64
    open_files: int = 128
    file_size: int = 64
    reply: int = 16
