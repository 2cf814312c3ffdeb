"""What ``dlcourse grade`` does: turn options into an order, carry it out, and sum up in words."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from tqdm import tqdm

from dlcourse import exercises
from dlcourse.grading.gradebook import GradebookError
from dlcourse.grading.lateness import LatePolicy, LatePolicyError
from dlcourse.grading.libraries import LibraryMissing
from dlcourse.grading.manual import SheetError
from dlcourse.grading.records import Limits
from dlcourse.grading.roster import RosterError
from dlcourse.grading.run import Order, SecretError, Summary, grade_class
from dlcourse.grading.sandbox import SandboxMissing, choose
from dlcourse.grading.similar import MissingLibrary
from dlcourse.grading.submissions import SubmissionsError
from dlcourse.grading.text import tidy
from dlcourse.grading.workers import Dask, Here, Workers, WorkersMissing

OK, FAILED, USAGE = 0, 1, 2
_SHOWN = 10  # sentences of a kind in the summary; all of them are in index.html
_CALLED_WRONGLY = (SubmissionsError, RosterError, SheetError, SecretError, LatePolicyError)
_CANNOT = (GradebookError, SandboxMissing, LibraryMissing, MissingLibrary, WorkersMissing, OSError)


def run(options: argparse.Namespace) -> int:
    """Carry out ``dlcourse grade`` and return the exit status; what went wrong is on stderr."""
    try:
        order = _order(options)
        with_dask = Dask(options.dask) if options.dask else None
        workers: Workers = with_dask or Here(options.jobs)
        try:
            summary = grade_class(order, workers, _progress)
        finally:
            if with_dask is not None:
                with_dask.close()
    except _CALLED_WRONGLY as error:
        print(f"dlcourse grade: {error}", file=sys.stderr)
        return USAGE
    except _CANNOT as error:
        print(f"dlcourse grade: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("dlcourse grade: stopped. What was graded is kept: the same command goes on.", file=sys.stderr)
        return 130
    _tell(summary, order)
    return OK


def _order(options: argparse.Namespace) -> Order:
    lesson = str(options.lesson or "").zfill(2) if options.lesson else ""
    if lesson and not exercises.for_lesson(lesson):
        raise SubmissionsError(f"There is no lesson {options.lesson} with exercises: write its two digits, such as 04.")
    if options.jobs < 1 or options.timeout <= 0 or options.memory < 64:
        raise SubmissionsError("--jobs and --timeout must be above 0, --memory at least 64 (megabytes).")
    kind = choose(options.sandbox)
    if kind == "none":
        print(
            "dlcourse grade: WARNING: without a sandbox, each submission can read and change everything that you "
            "can, these grades too. Grade only what you trust.",
            file=sys.stderr,
        )
    return Order(
        submissions=options.submissions,
        out=options.out,
        lesson=lesson,
        roster=options.roster,
        late=LatePolicy.parse(options.late) if options.late else None,
        form=options.form,
        limits=Limits(seconds=options.timeout, memory=options.memory),
        sandbox=kind,
        seed_file=options.seed_file,
        counting=options.attempts,
        again=options.again,
        similar=options.similar,
    )


def _progress(total: int) -> Callable[[], None]:
    bar = tqdm(total=total, unit=" submissions", disable=None if total > 1 else True)

    def step() -> None:
        bar.update()
        if bar.n >= total:
            bar.close()

    return step


def _tell(summary: Summary, order: Order) -> None:
    found = summary.found
    rate = f", {summary.seconds / summary.graded:.2f} s each" if summary.graded else ""
    print(f"{_number(summary.graded, 'submission')} graded in {summary.seconds:.1f} s{rate}", end="")
    print(f"; {summary.unchanged} had not changed." if summary.unchanged else ".")
    _list("could not be graded", summary.problems)
    _list("not on the roster", found.unmatched)
    _list("not taken", found.problems)
    for note in found.notes:
        print(note)
    if found.missing:
        names = ", ".join(tidy(student.name) or student.key for student in found.missing[:_SHOWN])
        print(f"{_number(len(found.missing), 'student')} handed in nothing: {names}{_more(len(found.missing))}")
    if order.similar:
        print(f"{_number(len(summary.pairs), 'pair')} of students with answers that resemble each other.")
    for name, what in (
        ("index.html", "the class"),
        ("feedback", "a page for each student"),
        ("grades.csv", "the grades; canvas.csv and moodle.csv for these"),
        ("manual.csv", "for points and comments by hand; the next run reads it"),
    ):
        print(f"  {order.out / name}: {what}")


def _list(what: str, sentences: list[str]) -> None:
    if sentences:
        print(f"{len(sentences)} {what}:")
        for sentence in sentences[:_SHOWN]:
            print(f"  {tidy(sentence)}")
        if len(sentences) > _SHOWN:
            print(f"  and {len(sentences) - _SHOWN} more, in index.html")


def _more(number: int) -> str:
    return f" and {number - _SHOWN} more" if number > _SHOWN else ""


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
