"""``progress``: what is done in a lesson, and what is left."""

from __future__ import annotations

from dlcourse import exercises
from dlcourse.checks import own_code
from dlcourse.checks.cards import Card, Table, Text
from dlcourse.checks.session import session
from dlcourse.exercises import Exercise

_WORDS = {"right": "✓ right", "partly": "◐ partly right", "wrong": "✗ not yet", "not started": "○ not started"}


def progress(lesson: str | None = None) -> None:
    """Show the exercises of a lesson with the points earned so far.

    What was checked in this session counts as it was checked last. For the rest, answers kept by
    earlier sessions are run on fresh cases now and count if they are still right.

    Args:
        lesson: two digits, such as ``"04"``; by default the lesson that this notebook started.

    Raises:
        ValueError: no lesson was started or given, or it has no exercises.
    """
    lesson = lesson or session.lesson
    if lesson is None:
        raise ValueError('Which lesson? Run the set-up cell first, or say it: progress("04").')
    found = exercises.for_lesson(lesson)
    if not found:
        raise ValueError(f"Lesson {lesson!r} has no exercises. Lessons are written with two digits, such as '04'.")
    states = [_state(exercise) for exercise in found]
    earned, total = sum(points for _, points in states), sum(exercise.points for exercise in found)
    rows = [("exercise", "points", "state")]
    for exercise, (words, points) in zip(found, states, strict=True):
        rows.append((exercise.name, f"{points:g} of {exercise.points:g}", words))
    done = sum(words.startswith("✓") for words, _ in states)
    title = f"Lesson {lesson}: {done} of {len(found)} exercises done · {earned:g} of {total:g} points"
    mood = "right" if done == len(found) else "neutral"
    blocks = [Table(rows)]
    card = Card("✓" if mood == "right" else "○", title, mood, [*blocks, *_footnote(states)])
    card.show()


def _state(exercise: Exercise) -> tuple[str, float]:
    """The state of an exercise in words, and its points."""
    result = session.results.get(exercise.name)
    if result is not None:
        return _WORDS[result.status], result.points
    kept = own_code.load(exercise)
    if kept.answer is not None:
        return "✓ right (kept)", kept.points
    return (_WORDS["not started"] if kept.missing else "✗ kept, but not right any more"), 0


def _footnote(states: list[tuple[str, float]]) -> list[Text]:
    if not any("kept" in words for words, _ in states):
        return []
    return [Text("*kept*: from an earlier session, checked again just now.")]
