"""What this kernel remembers: the lesson, the results of checks, the hints given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dlcourse import exercises
from dlcourse.exercises import Exercise
from dlcourse.running.plain import with_article


@dataclass
class Session:
    """The state of one kernel; it starts afresh with the kernel."""

    lesson: str | None = None
    results: dict[str, Any] = field(default_factory=dict)
    hints_given: dict[str, int] = field(default_factory=dict)


session = Session()


def set_lesson(lesson: str) -> None:
    """Note which lesson runs in this kernel; ``progress()`` reports on it."""
    session.lesson = lesson


def find(answer_or_name: Any) -> Exercise:
    """The exercise that a function, a class or a name belongs to.

    Raises:
        TypeError: the object has no name to look for.
        UnknownExercise: no exercise has that name.
    """
    if isinstance(answer_or_name, Exercise):
        return answer_or_name
    name = answer_or_name if isinstance(answer_or_name, str) else getattr(answer_or_name, "__name__", None)
    if not isinstance(name, str):
        raise TypeError(
            "Give the function of the exercise, or its name in quotation marks; "
            f"got {with_article(type(answer_or_name).__name__)}."
        )
    return exercises.get(name)
