"""Grade one submission: its code runs in a sandbox, and what it gives is judged here, where it cannot reach.

The cases are drawn from a secret of the instructor's, the reference answers stay on this side, and points follow
from nothing but the plain data that comes back.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

from dlcourse import exercises
from dlcourse.checks.judging import Report, Trial, assess, make_trials, recognise, run_mistake, viewed
from dlcourse.checks.verdict import facts_of, first_to_tell, status_of
from dlcourse.exercises import Exercise, Mistake
from dlcourse.grading import cells
from dlcourse.grading.libraries import files_of
from dlcourse.grading.records import ExerciseGrade, Grade, Limits
from dlcourse.grading.sandbox import Breach, Broken, Sandbox
from dlcourse.grading.text import tidy
from dlcourse.running import wire
from dlcourse.running.attempt import Outcome, too_slow

_ROUNDS = 2  # of cases for each exercise, as in the notebook's check
_GRACE = 3.0  # seconds that the server has to stop a slow answer by itself
_FOR_CELLS = 3  # exercises' worth of time for all cells together
_LONGEST_FACT = 4000
_LONGEST_CODE = 20_000
# Libraries that students know, and that answers could want: they can be imported, and say that they are not here.
_KNOWN = (
    "IPython", "ipywidgets", "jax", "keras", "matplotlib", "numba", "pandas", "scipy", "seaborn", "skimage", "sklearn",
    "sympy", "tensorflow", "torch", "torchvision", "tqdm",
)  # fmt: skip
_STOPS = ("", "not started", "cannot run", "error", "slow", "not plain")
# Loaded before the memory limit counts, and once for all exercises.
_MODULES = {"torch": ("torch",), "numpy": ("numpy", "numpy.random", "numpy.linalg")}


@dataclass(frozen=True)
class Settings:
    """How submissions are graded.

    Attributes:
        secret: what the cases are drawn from; at least 16 bytes that no student knows.
        lesson: two digits, or "" to believe the notebook.
        attempt: another attempt gets other cases.
        limits: what a submission may use.
        sandbox: ``"bwrap"`` or ``"none"``.
    """

    secret: bytes
    lesson: str = ""
    attempt: int = 1
    limits: Limits = field(default_factory=Limits)
    sandbox: str = "bwrap"


def grade(content: bytes, settings: Settings) -> Grade:
    """Grade a notebook's bytes, whatever they are. Only errors of the course or of this machine get out of here.

    Raises:
        SandboxMissing: the sandbox does not start here.
        LibraryMissing: a library that the lesson's exercises need is not installed here.
    """
    start = time.monotonic()
    result = Grade(settings.lesson, hashlib.sha256(content).hexdigest())
    try:
        plan = cells.plan(cells.read(content), settings.lesson)
    except cells.NotANotebook as error:
        result.problem = tidy(str(error))
        return result
    result.lesson = plan.lesson
    run = _Run(plan, settings)
    of_lesson = exercises.for_lesson(plan.lesson)
    for libraries, group in groupby(sorted(of_lesson, key=lambda ex: ex.libraries), key=lambda ex: ex.libraries):
        run.ask([ex for ex in group if ex.name in plan.answers and ex.name not in plan.untouched], libraries)
    result.exercises = [run.grade_of(exercise) for exercise in of_lesson]
    result.notes = [tidy(note) for note in [*plan.notes, *run.notes]]
    result.seconds = round(time.monotonic() - start, 3)
    return result


# --- what is asked -------------------------------------------------------------------------------


def trials_for(exercise: Exercise, secret: bytes, attempt: int) -> list[Trial]:
    """The cases of an exercise, the same for all students' attempts of this number, with the reference's answers."""
    return list(_known(exercise.name, secret, attempt).trials)


@lru_cache(maxsize=256)
def _known(name: str, secret: bytes, attempt: int) -> _Known:
    exercise = exercises.get(name)
    trials = [
        trial
        for number in range(_ROUNDS)
        for trial in make_trials(exercise, _seed(secret, f"{exercise.lesson} {name} {attempt} {number}"))
    ]
    return _Known(exercise, trials)


def _seed(secret: bytes, of_what: str) -> int:
    return int.from_bytes(hmac.digest(secret, of_what.encode(), "sha256")[:6], "big")


@dataclass
class _Known:
    """What is worked out once for all submissions: the trials, and what each recorded mistake makes of them."""

    exercise: Exercise
    trials: list[Trial]
    mistakes: dict[str, list[Outcome]] = field(default_factory=dict)

    @cached_property
    def cases(self) -> list[dict[str, Any]]:
        """The cases as the sandbox gets them."""
        return [
            {"arguments": wire.pack([list(trial.case.args), dict(trial.case.kwargs)]), "seed": trial.seed}
            for trial in self.trials
        ]

    def of_mistake(self, mistake: Mistake) -> list[Outcome]:
        """What a recorded mistake gives."""
        if mistake.name not in self.mistakes:
            self.mistakes[mistake.name] = run_mistake(self.exercise, mistake, self.trials)
        return self.mistakes[mistake.name]


# --- the run -------------------------------------------------------------------------------------


class _Run:
    """Asks the answers of one submission, in as many sandboxes as it takes."""

    def __init__(self, plan: cells.Plan, settings: Settings) -> None:
        self.plan = plan
        self.settings = settings
        self.notes: list[str] = []
        self.reports: dict[str, Report] = {}
        self._hung: set[str] = set()  # cells that are not tried again
        self._failed: dict[str, str] = {}  # cells -> what went wrong
        number = len(plan.answers) + _FOR_CELLS
        self._end = time.monotonic() + number * (settings.limits.seconds + _GRACE)

    def ask(self, wanted: list[Exercise], libraries: tuple[str, ...]) -> None:
        """Ask for the answers to exercises which share a set of libraries.

        A sandbox that breaks is replaced by a new one, which leaves out what broke it.
        """
        waiting = list(wanted)
        while waiting and time.monotonic() < self._end:
            with self._sandbox(libraries) as sandbox:
                if self._cells_run(sandbox):
                    self._ask_in(sandbox, waiting)
        for exercise in waiting:
            self._note_outcomes(exercise, [Outcome(stopped="slow", sentence=_NO_TIME_LEFT)])

    def _sandbox(self, libraries: tuple[str, ...]) -> Sandbox:
        present = {path.stem for path in files_of(libraries)}
        absent = [name for name in _KNOWN if name not in present]
        imports = [module for name in libraries for module in _MODULES.get(name, ())]
        limits, kind = self.settings.limits, self.settings.sandbox
        return Sandbox(self.plan.lesson, libraries, imports, absent, limits, kind)

    def _cells_run(self, sandbox: Sandbox) -> bool:
        """Run the cells; False if one of them broke the sandbox."""
        seconds = self.settings.limits.seconds
        end = min(time.monotonic() + _FOR_CELLS * seconds, self._end)
        for cell in self.plan.cells:
            if cell.id in self._hung:
                continue
            left = min(seconds, end - time.monotonic())
            if left <= 0:
                self._remember(cell, "there was no time left for it.", hung=True)
                continue
            try:
                reply = sandbox.ask(_to_run(cell, left), left + _GRACE)
            except Broken as broken:
                self._remember(cell, str(broken), hung=True)
                return False
            self._take_reply(cell, reply)
        return True

    def _take_reply(self, cell: cells.PlannedCell, reply: dict[str, Any]) -> None:
        if reply.get("ok") is not True:
            self._remember(cell, _text(reply.get("sentence")))
        ignored = reply.get("ignored")
        if isinstance(ignored, list) and ignored:
            left_out = ", ".join(_text(what)[:80] for what in ignored[:10])
            self._note(f"Cell {cell.number}: left out, as grading does without: {left_out}")

    def _remember(self, cell: cells.PlannedCell, sentence: str, hung: bool = False) -> None:
        self._failed[cell.id] = tidy(sentence)
        if hung:
            self._hung.add(cell.id)
        self._note(f"Cell {cell.number} did not run to its end: {sentence}")

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _ask_in(self, sandbox: Sandbox, waiting: list[Exercise]) -> None:
        """Ask one exercise after the other, until all are done or the sandbox breaks."""
        while waiting and time.monotonic() < self._end:
            exercise = waiting.pop(0)
            outcomes: list[Outcome] = []
            try:
                for outcome in self._replies(sandbox, exercise):
                    outcomes.append(outcome)
            except Breach as breach:  # what came before may be forged as well
                self._note_outcomes(exercise, [Outcome(stopped="error", sentence=str(breach))])
                return
            except Broken as broken:
                stopped = "slow" if broken.slow else "error"
                self._note_outcomes(exercise, [*outcomes, Outcome(stopped=stopped, sentence=str(broken))])
                return
            self._note_outcomes(exercise, outcomes)

    def _replies(self, sandbox: Sandbox, exercise: Exercise) -> Iterator[Outcome]:
        """What comes back for an exercise, case by case: at most one for each."""
        seconds = self.settings.limits.seconds
        known = _known(exercise.name, self.settings.secret, self.settings.attempt)
        message = {"do": "call", "task": _as_data(exercise), "cases": known.cases, "seconds": seconds}
        left = len(known.trials)
        for reply in sandbox.replies(message, seconds + _GRACE):
            if "end" in reply:
                if left and reply["end"] == "slow":
                    yield Outcome(stopped="slow", sentence=too_slow(seconds))
                return
            if not left:
                raise Breach("more came back than was asked for")
            left -= 1
            yield _outcome(reply)

    def _note_outcomes(self, exercise: Exercise, outcomes: list[Outcome]) -> None:
        """Judge what came back. Cases that nothing came back for fail like the last one that did, or with a reason."""
        trials = _known(exercise.name, self.settings.secret, self.settings.attempt).trials
        fails = bool(outcomes) and bool(outcomes[-1].stopped)
        rest = outcomes[-1] if fails else self._silence(exercise)
        outcomes = [*outcomes, *[rest] * (len(trials) - len(outcomes))][: len(trials)]
        seen = [viewed(exercise, trial.case, one) for trial, one in zip(trials, outcomes, strict=True)]
        self.reports[exercise.name] = assess(exercise, trials, seen)

    def _silence(self, exercise: Exercise) -> Outcome:
        """Why there is no answer at all."""
        for cell in self.plan.cells:
            if exercise.name in cell.answers and cell.id in self._failed:
                return Outcome(stopped="error", sentence=f"The cell did not run: {self._failed[cell.id]}")
        return Outcome(
            stopped="error", sentence=f"Your code ended before it gave an answer, or {exercise.name} is gone."
        )

    # --- the result ------------------------------------------------------------------------------

    def grade_of(self, exercise: Exercise) -> ExerciseGrade:
        """What the answer to an exercise is worth."""
        made = ExerciseGrade(exercise.name, 0, exercise.points, "missing")
        made.code = tidy(self.plan.answers.get(exercise.name, ""), _LONGEST_CODE)
        made.notes = [tidy(note) for note in self.plan.exercise_notes.get(exercise.name, [])]
        report = self.reports.get(exercise.name)
        if exercise.name in self.plan.untouched:
            made.status = "not started"
        if report is None:
            return made
        made.points, made.parts, made.status = report.points, dict(report.parts), status_of(report)
        if not report.passed:
            self._explain(made, report)
        return made

    def _explain(self, made: ExerciseGrade, report: Report) -> None:
        """Say what is wrong: the recorded mistake's sentence where there is one, and the case that shows it."""
        failure = first_to_tell(report)
        if failure is None or made.status == "not started":
            return
        known = _known(report.exercise.name, self.settings.secret, self.settings.attempt)
        mistake = recognise(report, known.of_mistake)
        made.sentence = tidy(failure.sentence)
        if mistake is not None:
            made.mistake, made.sentence = mistake.name, mistake.sentence
            if failure.kind not in ("error", "slow"):
                made.notes.append(tidy(failure.sentence))
        if failure.kind not in ("not started", "cannot run"):
            made.facts = [(label, tidy(text, _LONGEST_FACT)) for label, text in facts_of(report.exercise, failure)]


_NO_TIME_LEFT = "The notebook as a whole took too long, so that this answer was not asked for any more."


# --- plain data, and no trust --------------------------------------------------------------------


def _to_run(cell: cells.PlannedCell, seconds: float) -> dict[str, Any]:
    return {"do": "run", "code": cell.code, "keep": list(cell.answers), "seconds": seconds}


def _as_data(exercise: Exercise) -> dict[str, Any]:
    """An exercise's task for the server, with its driver by name."""
    task = exercise.task
    driver = f"{task.call.__module__.rpartition('.')[2]}.{task.call.__name__}" if task.call else ""
    return {
        "name": task.name, "requires": list(task.requires), "driver": driver, "parameters": task.parameters,
        "is_class": task.is_class,
    }  # fmt: skip


def _outcome(reply: dict[str, Any]) -> Outcome:
    """The outcome in a reply, of which nothing is believed but its data.

    Raises:
        Breach: the reply has not the form of an outcome.
    """
    data = reply.get("outcome")
    if type(data) is not dict or type(data.get("stopped")) is not str or data["stopped"] not in _STOPS:
        raise Breach("something else came back than an answer")
    if data["stopped"]:
        return Outcome(stopped=data["stopped"], sentence=_text(data.get("sentence")), error=_text(data.get("error")))
    try:
        value, after = wire.unpack(data.get("value")), wire.unpack(data.get("arguments_after"))
    except wire.WireError as error:
        raise Breach(f"what came back was {error}") from error
    return Outcome(value, True, arguments_after=after if _is_arguments(after) else None)


def _is_arguments(value: Any) -> bool:
    return type(value) is list and [type(part) for part in value] == [tuple, dict]


def _text(value: Any) -> str:
    return tidy(value) if type(value) is str else ""
