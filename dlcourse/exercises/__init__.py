"""The exercises of the course: each one once, with its reference, its cases, its hints and its mistakes."""

from __future__ import annotations

from dlcourse.exercises.core import (
    Case,
    Exercise,
    Misshapen,
    Mistake,
    UnknownExercise,
    all_exercises,
    exercise,
    for_lesson,
    get,
)

all = all_exercises

__all__ = ["Case", "Exercise", "Misshapen", "Mistake", "UnknownExercise", "all", "exercise", "for_lesson", "get"]
