"""The result of a check, and how it is told to the student."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from dlcourse.checks.cards import Card, Code, Facts, Text, shell
from dlcourse.checks.judging import Failure, Report, argument_names
from dlcourse.checks.values import show_value
from dlcourse.exercises import Exercise, Mistake
from dlcourse.running.plain import NotPlain, plain

_TITLES = {
    "right": ("✓", "right", "right"),
    "partly": ("◐", "partly right", "partly"),
    "wrong": ("✗", "not yet", "wrong"),
    "not started": ("○", "not started", "neutral"),
}


@dataclass(eq=False)
class CheckResult:
    """What ``check`` found out.

    Attributes:
        exercise: the exercise's name.
        passed: whether every case was right.
        points, max_points: what was earned, of how many.
        status: ``"right"``, ``"partly"``, ``"wrong"`` or ``"not started"``.
        message: the verdict as plain text, as the student sees it.
        parts: for each part of the exercise, whether it is right.
        mistake: the sentence of the known mistake that was recognised, or "".
        failure: the first failing case with what was expected and what came, or None.
    """

    exercise: str
    passed: bool
    points: float
    max_points: float
    status: str
    parts: dict[str, bool] = field(default_factory=dict)
    mistake: str = ""
    failure: Failure | None = None
    card: Card = field(default_factory=lambda: Card("", "", "neutral"), repr=False)
    _shown_in: Any = field(default=None, repr=False)

    @property
    def message(self) -> str:
        """The verdict as plain text, as the student sees it."""
        return self.card.text()

    def show(self) -> None:
        """Show the verdict, as a card in a notebook and as text elsewhere."""
        self.card.show()
        self._shown_in = _cell()

    def _ipython_display_(self) -> None:
        if _in_nbgrader():
            raise NotImplementedError  # IPython then takes __repr__, and nbgrader pays that number
        # check() has shown the verdict already; as the cell's last expression it would come twice.
        if self._shown_in is None or self._shown_in != _cell():
            self.show()

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        if _in_nbgrader():
            return f"{self.points}"
        return f"<{self.exercise}: {self.status}, {_of_points(self.points, self.max_points)}>"


def _cell() -> Any:
    """Which cell is being executed; None without IPython."""
    running = shell()
    return running.execution_count if running else None


def _in_nbgrader() -> bool:
    """Whether nbgrader runs the notebook: it pays a cell's full points unless its result is a number."""
    return bool(os.environ.get("NBGRADER_EXECUTION"))


def _of_points(points: float, max_points: float) -> str:
    return f"{points} of {max_points} point{'' if max_points == 1 else 's'}"


def from_report(report: Report, mistake: Mistake | None, notes: list[str]) -> CheckResult:
    """The result that follows from a report; the notes are told below the verdict."""
    exercise = report.exercise
    status = status_of(report)
    failure = first_to_tell(report)
    sentence = mistake.sentence if mistake else ""
    blocks: list[Any] = []
    if status == "partly":
        blocks.append(Text(_parts_in_words(report)))
    if failure is not None and status != "not started":
        blocks += _explanation(report, failure, sentence)
    blocks += [Text(note) for note in notes]
    result = CheckResult(
        exercise.name, report.passed, report.points, exercise.points, status, dict(report.parts), sentence, failure
    )
    result.card = _card(result, blocks)
    return result


def misfit(exercise: Exercise, sentence: str) -> CheckResult:
    """The result for an object that is no answer to the exercise at all."""
    result = CheckResult(exercise.name, False, 0, exercise.points, "wrong")
    result.card = _card(result, [Text(sentence)])
    return result


def _card(result: CheckResult, blocks: list[Any]) -> Card:
    icon, words, mood = _TITLES[result.status]
    title = f"{result.exercise}: {words} · {_of_points(result.points, result.max_points)}"
    return Card(icon, title, mood, blocks)


def status_of(report: Report) -> str:
    """``"right"``, ``"partly"``, ``"wrong"`` or ``"not started"``."""
    if report.passed:
        return "right"
    if report.not_started:
        return "not started"
    return "partly" if any(report.parts.values()) else "wrong"


def first_to_tell(report: Report) -> Failure | None:
    """The first failing case, but one that is not written yet comes after one that is wrong."""
    real = [failure for failure in report.failures if failure.kind != "not started"]
    return next(iter(real or report.failures), None)


def _parts_in_words(report: Report) -> str:
    right = [part or "the other cases" for part, ok in report.parts.items() if ok]
    wrong = [part or "the other cases" for part, ok in report.parts.items() if not ok]
    return f"Right: {', '.join(right)}. Not yet: {', '.join(wrong)}."


# --- the failing case ----------------------------------------------------------------------------


def _explanation(report: Report, failure: Failure, mistake: str) -> list[Any]:
    """What went wrong in words, then the case that shows it."""
    words, _, line = failure.sentence.partition("\n")
    blocks: list[Any] = [Text(mistake or words)]
    if line:
        place, _, code = line.partition("\n")
        blocks += [Text(place), Code(code.strip())] if code else [Text(place)]
    if failure.kind in ("not started", "cannot run"):
        return blocks
    blocks += [Text(_which_case(report, failure)), Facts(facts_of(report.exercise, failure))]
    if mistake and failure.kind not in ("error", "slow"):
        blocks.append(Text(words))
    return blocks


def _which_case(report: Report, failure: Failure) -> str:
    fresh = failure.trial.seed != report.trials[0].seed
    of_part = f" of the part *{failure.trial.case.part}*" if failure.trial.case.part else ""
    if fresh:
        return (
            f"The first cases were right, but this one{of_part}, drawn afresh, is not. Does your code work "
            "for every input?"
        )
    return f"The first case{of_part} that fails:"


def facts_of(exercise: Exercise, failure: Failure) -> list[tuple[str, str]]:
    """The failing case: its arguments, what was expected and what came, each as a label and text."""
    case = failure.trial.case
    arguments = [*case.args, *case.kwargs.values()]
    facts = [(name, _shown(value)) for name, value in zip(argument_names(exercise, case), arguments, strict=True)]
    if failure.kind == "changed input":
        return facts
    place, expected, got = _where_it_differs(failure)
    facts.append((f"expected{place}", _shown(expected)))
    if failure.outcome.has_value:
        facts.append((f"got{place}", _shown(got)))
    return facts


def _where_it_differs(failure: Failure) -> tuple[str, Any, Any]:
    """Both answers; of long ones with several elements, only the element in which they differ."""
    expected, got = failure.trial.expected, failure.outcome.value
    if failure.path and _shown(expected).count("\n") > 3:
        step = failure.path[0]
        return f"[{step!r}]", expected[step], got[step]
    return "", expected, got


def _shown(value: Any) -> str:
    try:
        return show_value(plain(value))
    except NotPlain:
        return f"({type(value).__name__})"
