"""Grade a class: find the submissions, grade what is new, keep the gradebook, write the tables and pages."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, field
from pathlib import Path

import dlcourse
from dlcourse.grading import judge, manual
from dlcourse.grading.exports import write_exports
from dlcourse.grading.gradebook import NAME, Gradebook
from dlcourse.grading.lateness import LatePolicy
from dlcourse.grading.records import Grade, Limits, Submission
from dlcourse.grading.reports import write_reports
from dlcourse.grading.roster import read_roster
from dlcourse.grading.similar import Answer, Pair, similar_pairs
from dlcourse.grading.submissions import Found, find_submissions, read_bytes
from dlcourse.grading.workers import Crashed, Workers

_SECRET_BYTES = 32
_FEWEST_SECRET_BYTES = 16
_GRADERS = ("exercises", "running", "checks", "grading", "lecture.py")  # what decides points


class SecretError(ValueError):
    """The seed file cannot be used; the message says why."""


@dataclass(frozen=True)
class Order:
    """What the instructor asked for; the fields are the options of ``dlcourse grade``."""

    submissions: Path
    out: Path
    lesson: str = ""
    roster: Path | None = None
    late: LatePolicy | None = None
    form: str = "auto"
    limits: Limits = field(default_factory=Limits)
    sandbox: str = "bwrap"
    seed_file: Path | None = None
    counting: str = "latest"
    again: bool = False
    similar: bool = False


@dataclass
class Summary:
    """What a run did.

    Attributes:
        found: the submissions, and what could not be matched or taken.
        graded, unchanged: how many were graded now, and how many had been before.
        problems: sentences on submissions that could not be graded.
        pairs: suspiciously equal answers, if they were looked for.
        seconds: how long it took.
    """

    found: Found
    graded: int = 0
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    seconds: float = 0.0

    def add_problem(self, submission: Submission, problem: str) -> None:
        """Note why a submission could not be graded; nothing where it could ("")."""
        if problem:
            self.problems.append(f"{submission.place}: {problem}")


@dataclass(frozen=True)
class Job:
    """One submission on its way to a worker."""

    submission: Submission
    content: bytes
    settings: judge.Settings


def work(job: Job) -> Grade:
    """What a worker does."""
    return judge.grade(job.content, job.settings)


def grade_class(order: Order, workers: Workers, progress: Callable[[int], Callable[[], None]]) -> Summary:
    """Grade what an order names and write everything into its folder.

    Args:
        order: what is wanted.
        workers: who grades.
        progress: ``progress(total)`` gives a function that is called after each submission.

    Raises:
        SubmissionsError, RosterError, SheetError, SecretError, GradebookError, SandboxMissing, LibraryMissing:
            each with a sentence for the instructor; what was graded before is kept.
    """
    start = time.monotonic()
    roster = read_roster(order.roster) if order.roster else []
    found = find_submissions(order.submissions, order.lesson, roster, order.late, order.form)
    secret = _secret(order)
    grader = _fingerprint(order, secret)
    summary = Summary(found)
    with Gradebook.open(order.out / NAME) as book:
        sheet = order.out / manual.NAME
        keys = {student.key for student in [*book.students(), *roster, *(one.student for one in found.submissions)]}
        manual.read_sheet(sheet, keys)  # so that an error is told before the work begins
        book.set_roster(roster)
        jobs = _jobs(order, secret, grader, book, summary)
        step = progress(len(found.submissions))
        for job, result in workers.results(work, _counted(jobs, step, summary)):
            _record(order, book, job, result, grader, summary)
            step()
        by_hand = manual.read_sheet(sheet, keys)  # the instructor may have gone on writing meanwhile
        if by_hand is not None:
            book.set_by_hand(by_hand)
        book.drop_strangers()
        book.set_troubles([*found.unmatched, *found.problems, *found.notes])
        if order.similar:
            summary.pairs = similar_pairs(_answers(book, order.counting))
        manual.write_sheet(sheet, book, order.counting)
        write_exports(order.out, book, order.counting)
        write_reports(order.out, book, order.counting, summary.pairs)
    summary.seconds = time.monotonic() - start
    return summary


def _jobs(order: Order, secret: bytes, grader: str, book: Gradebook, summary: Summary) -> Iterator[Job | None]:
    """The submissions that are to be graded; None for each that was already."""
    for submission in summary.found.submissions:
        try:
            content = read_bytes(submission)
        except OSError as error:
            summary.add_problem(submission, str(error))
            yield None
            continue
        digest = hashlib.sha256(content).hexdigest()
        problem = None if order.again else book.problem_before(submission, digest, grader)
        if problem is not None:
            book.set_lateness(submission, digest, _factor(order, submission))
            summary.unchanged += 1
            summary.add_problem(submission, problem)
            yield None
            continue
        settings = judge.Settings(secret, order.lesson, submission.attempt, order.limits, order.sandbox)
        yield Job(submission, content, settings)


def _counted(jobs: Iterator[Job | None], step: Callable[[], None], summary: Summary) -> Iterator[Job]:
    """The jobs alone; those that need no work are counted as they pass."""
    for job in jobs:
        if job is None:
            step()
        else:
            yield job


def _record(order: Order, book: Gradebook, job: Job, result: Grade | Crashed, grader: str, summary: Summary) -> None:
    submission = job.submission
    if isinstance(result, Crashed):
        digest = hashlib.sha256(job.content).hexdigest()
        result = Grade(order.lesson, digest, problem=f"It could not be graded: {result.reason}")
        grader = ""  # so that the next run tries it again
    summary.add_problem(submission, result.problem)
    summary.graded += 1
    book.record(submission, result, grader, _factor(order, submission))


def _factor(order: Order, submission: Submission) -> float:
    return order.late.factor(submission.late) if order.late else 1.0


def _answers(book: Gradebook, counting: str) -> Iterator[Answer]:
    for student, entries in book.by_student(counting):
        for entry in entries:
            yield from (Answer(student.key, one.exercise, one.code) for one in entry.grade.exercises if one.code)


# --- the secret, and what decides ----------------------------------------------------------------


def _secret(order: Order) -> bytes:
    """What the cases are drawn from: the instructor's file, or one that is made beside the gradebook, once."""
    path = order.seed_file or order.out / "secret-seed"
    if not path.exists():
        if order.seed_file is not None:
            raise SecretError(f"There is no {path}. Leave --seed-file out, and one is made in {order.out}.")
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_SECRET_BYTES) + "\n")
    secret = path.read_bytes().strip()
    if len(secret) < _FEWEST_SECRET_BYTES:
        raise SecretError(f"{path} must hold at least {_FEWEST_SECRET_BYTES} characters that nobody can guess.")
    return secret


def _fingerprint(order: Order, secret: bytes) -> str:
    """What decides points besides the submission: the course's code, the secret, the limits."""
    digest = hashlib.sha256()
    root = Path(dlcourse.__file__).parent
    for name in _GRADERS:
        place = root / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.read_bytes())
    digest.update(repr((astuple(order.limits), order.lesson, order.sandbox)).encode())
    digest.update(hmac.digest(secret, b"fingerprint", "sha256"))
    return digest.hexdigest()
