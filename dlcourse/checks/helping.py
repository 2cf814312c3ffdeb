"""``hint`` and ``solution``: help in small steps, and the course's answer for those who ask twice."""

from __future__ import annotations

from typing import Any

from dlcourse.checks import answers
from dlcourse.checks.cards import Card, Text, shell
from dlcourse.checks.session import find, session
from dlcourse.exercises import Exercise


def hint(answer_or_name: Any) -> None:
    """Show the next hint of an exercise; each one says more than the one before.

    Args:
        answer_or_name: the exercise's function or class, or its name.

    Raises:
        UnknownExercise: no exercise has that name.
    """
    exercise = find(answer_or_name)
    total, given = len(exercise.hints), session.hints_given.get(exercise.name, 0)
    if given < total:
        session.hints_given[exercise.name] = given + 1
        blocks: list[Any] = [Text(exercise.hints[given])]
        if given + 1 == total:
            blocks.append(Text(f"This was the last hint. `solution({exercise.name})` leads on to the solution."))
        Card("➜", f"{exercise.name}: hint {given + 1} of {total}", "hint", blocks).show()
        return
    words = f"You have seen all hints. `solution({exercise.name})` leads on to the solution."
    Card("➜", f"{exercise.name}: no more hints", "hint", [Text(words)]).show()


def solution(answer_or_name: Any, sure: bool = False) -> None:
    """Show the course's answer, if the exercise is solved or you say that you are sure.

    Args:
        answer_or_name: the exercise's function or class, or its name.
        sure: show it although the exercise is not solved.

    Raises:
        UnknownExercise: no exercise has that name.
    """
    exercise = find(answer_or_name)
    if sure or _solved(exercise):
        _show_code(exercise.solution_source)
        return
    left = len(exercise.hints) - session.hints_given.get(exercise.name, 0)
    hints = f"There {_is_are(left, 'hint')} left that you have not seen: `hint({exercise.name})`. " if left else ""
    words = (
        f"You learn most from your own attempt, also from one that fails. {hints}"
        f"If you would like to read the solution now: `solution({exercise.name}, sure=True)`."
    )
    Card("➜", f"{exercise.name}: try it first?", "hint", [Text(words)]).show()


def _is_are(number: int, noun: str) -> str:
    return f"is 1 {noun}" if number == 1 else f"are {number} {noun}s"


def _solved(exercise: Exercise) -> bool:
    result = session.results.get(exercise.name)
    return bool(result) or answers.path_of(exercise).exists()


def _show_code(source: str) -> None:
    if shell() is None:
        print(source, end="")
        return
    from IPython.display import display

    # As Markdown, so that the notebook highlights it in the reader's own theme, light or dark.
    display({"text/plain": source, "text/markdown": f"```python\n{source}```"}, raw=True)
