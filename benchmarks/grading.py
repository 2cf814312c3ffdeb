"""Grading beside nbgrader: time for each submission, on the same notebooks; and how time and memory grow.

    python -m benchmarks grading

nbgrader grades one submission after the other; ``dlcourse grade`` runs with ``--jobs 2``, and both times hold
everything: start-up, gradebook, reports.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.harness import Bench
from benchmarks.nbgrader import Course, small_assignment
from dlcourse import exercises
from dlcourse.exercises import Exercise
from dlcourse.grading.example import answered, written_mistakes

_SMALL = ("softmax", "accuracy", "entropy_bits")
_JOBS = 2
_ROOT = Path(__file__).resolve().parent.parent


def run(bench: Bench, folder: Path) -> str:
    """The three tables."""
    repeats, small, lessons = (1, 4, {"04": 1, "05": 1}) if bench.quick else (3, 20, {"04": 12, "05": 3})
    rows = [_compared("three exercises of lesson 02, with assertions", _small_class(small), "02", repeats)]
    for lesson, number in lessons.items():
        rows.append(_compared(f"lesson {lesson}, the course's own notebook", _lesson_class(lesson, number), lesson, 1))
    header = ["assignment", "notebooks", "dlcourse", "nbgrader", "times as many notebooks a second"]
    sizes = (10, 30) if bench.quick else (10, 100, 1000)
    growth = [_growing(size) for size in sizes]
    return "\n\n".join(
        [
            f"Seconds for each notebook, everything included, `--jobs {_JOBS}`; medians of {repeats} runs of both, "
            "which take turns (one run for whole lessons). Both give the same points.",
            report.table(header, rows),
            "A class of lesson 02 (12 exercises), made up: right, wrong and missing answers. Memory is the peak of the "
            "largest process; the course and NumPy alone take most of it.",
            report.table(["submissions", "in all", "each", "largest process"], growth),
        ]
    )


Notebooks = tuple[dict[str, Any], dict[str, bytes]]


def _small_class(number: int) -> Notebooks:
    notebook = small_assignment(_SMALL, "02")
    return notebook, {f"s{i:02}": answered(notebook, _answers(i)) for i in range(number)}


def _lesson_class(lesson: str, number: int) -> Notebooks:
    (path,) = (_ROOT / "notebooks").glob(f"{lesson}_*.ipynb")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return notebook, {f"s{i:02}": answered(notebook, _answers(i)) for i in range(number)}


def _answers(seed: int) -> Callable[[Exercise], str]:
    """Most of the answers right, some wrong in a known way, some not started."""
    dice = random.Random(seed)

    def answer(exercise: Exercise) -> str:
        if dice.random() < 0.7:
            return exercise.solution_source
        return dice.choice([*written_mistakes(exercise), ""])

    return answer


def _compared(name: str, made: Notebooks, lesson: str, repeats: int) -> list[str]:
    notebook, submissions = made
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as place:
        course = Course(Path(place) / "nbgrader", notebook)
        folder = _written(Path(place) / "submissions", submissions)
        for number in range(repeats):
            out = Path(place) / f"grades-{number}"
            ours.append(_grade(folder, out, lesson)[0])
            theirs.append(course.grade(submissions))
        _assert_same_points(course.points(), out, lesson, set(_asked(notebook)))
    mine, other = (statistics.median(times) / len(submissions) for times in (ours, theirs))
    return [name, str(len(submissions)), f"{mine:.2f} s", f"{other:.2f} s", f"**{other / mine:.1f}**"]


def _asked(notebook: dict[str, Any]) -> Iterator[str]:
    for cell in notebook["cells"]:
        role = cell["metadata"].get("dlcourse", {})
        if role.get("role") == "answer":
            yield role["exercise"]


def _assert_same_points(theirs: dict[str, float], out: Path, lesson: str, asked: set[str]) -> None:
    """Nothing is compared that does not do the same; parts of points are ours alone in assertions."""
    students = json.loads((out / "grades.json").read_text(encoding="utf-8"))["students"]
    whole = len(asked) == len(exercises.for_lesson(lesson))
    for student in students:
        graded = [one for one in student["lessons"][0]["exercises"] if one["exercise"] in asked]
        mine = sum(one["points"] for one in graded if whole or one["status"] == "right")
        if abs(mine - theirs[student["key"]]) > 0.011 * len(graded):
            raise RuntimeError(f"{student['key']}: {mine} points here, {theirs[student['key']]} by nbgrader.")


def _written(folder: Path, submissions: dict[str, bytes]) -> Path:
    for student, content in submissions.items():
        path = folder / student / "work.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return folder


# Run by a small process of its own, since Linux counts what a process held before it became another program.
_MEASURE = """
import resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.stderr if done.returncode else 0)
"""


def _grade(folder: Path, out: Path, lesson: str) -> tuple[float, int]:
    """Seconds that the command takes, and the bytes of its largest process at its peak."""
    command = [sys.executable, "-m", "dlcourse", "grade", str(folder), "--lesson", lesson, "--out", str(out)]
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command, "--jobs", str(_JOBS)], capture_output=True, text=True, check=False
    )
    if measured.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {measured.stderr}")
    seconds, kilobytes = measured.stdout.split()
    return float(seconds), 1024 * int(kilobytes)


def _growing(number: int) -> list[str]:
    (path,) = (_ROOT / "notebooks").glob("02_*.ipynb")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "submissions"
        for i in range(number):
            _written(folder, {f"s{i:04}": answered(notebook, _answers(i))})
        seconds, memory = _grade(folder, Path(place) / "grades", "02")
    return [f"{number:,}", f"{seconds:.1f} s", f"{seconds / number:.2f} s", f"{memory / 1e6:.0f} MB"]
