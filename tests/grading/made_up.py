"""Students, submissions and grades that nobody earned, for tests of what is written about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dlcourse import exercises
from dlcourse.grading.records import ExerciseGrade, Grade, Student, Submission

ANN = Student("ann", "Ann Lee", "ann@uni.example", {"canvas": "7", "login": "ann", "moodle": "12"})
BOB = Student("bob", "Bob Ray", "", {"login": "bob"})
FULL = sum(one.points for one in exercises.for_lesson("02"))


def submitted(student: Student = ANN, attempt: int = 1, lesson: str = "02", **facts) -> Submission:
    """A file of its own for each student, lesson and attempt."""
    path = Path(f"{student.key}-{lesson}-{attempt}.ipynb")
    return replace(Submission(student, lesson, attempt, path, "", "2026-11-01T10:00:00+01:00"), **facts)


def graded(points: float = 2, lesson: str = "02", digest: str = "d", **facts) -> Grade:
    """A grade with softmax worth some of 2 points, and accuracy right."""
    softmax = ExerciseGrade("softmax", points, 2, "right" if points == 2 else "partly")
    return Grade(lesson, digest, [replace(softmax, **facts), ExerciseGrade("accuracy", 1, 1, "right")], ["a note"])


def ungraded(lesson: str = "02") -> Grade:
    return Grade(lesson, "bad", problem="This is a web page.")
