"""nbgrader on the same submissions: the time it takes, and the points it gives."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dlcourse import exercises
from dlcourse.checks.judging import make_trials

_ASSIGNMENT, _FILE = "work", "work.ipynb"
_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "benchmark"
c.IncludeHeaderFooter.header = ""
# The answer cells hold the course's own stubs: they are to stay as they are.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
]
"""


def small_assignment(names: tuple[str, ...], lesson: str) -> dict[str, Any]:
    """A notebook with an import, and a stub and a cell of assertions for each exercise, as instructors write them."""
    cells = [_code("imports", "import numpy as np", {})]
    for name in names:
        exercise = exercises.get(name)
        cells += [
            _code(f"{name}-answer", exercise.stub, _role(name, "answer")),
            _code(f"{name}-check", _assertions(exercise), _role(name, "check", points=exercise.points)),
        ]
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": cells, "metadata": metadata | {"dlcourse": {"lesson": lesson}}, "nbformat": 4, "nbformat_minor": 5}


def _code(name: str, text: str, metadata: dict[str, Any]) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": name, "metadata": metadata, "execution_count": None, "outputs": []}
    return cell | {"source": text}


def _role(name: str, role: str, **points: float) -> dict[str, Any]:
    test = role == "check"
    nbgrader = {"grade": test, "grade_id": f"{name}-{role}", "locked": test, "schema_version": 3, "solution": not test}
    return {"dlcourse": {"exercise": name, "role": role}, "nbgrader": nbgrader | {"task": False} | points}


def _assertions(exercise: exercises.Exercise) -> str:
    """One for each case, but for those of thousands of numbers, which nobody writes into a cell."""
    lines = ["from numpy import array, nan, inf  # noqa"]
    with np.printoptions(threshold=sys.maxsize, floatmode="unique"):
        for trial in make_trials(exercise, seed=0):
            call = ", ".join(repr(argument) for argument in trial.case.args)
            lines.append(f"np.testing.assert_allclose({exercise.name}({call}), {trial.expected!r}, rtol=1e-6)")
    return "\n".join(line for line in lines if len(line) < 10_000)


class Course:
    """A folder in which nbgrader keeps one assignment."""

    def __init__(self, folder: Path, notebook: Mapping[str, Any]) -> None:
        self.folder = folder
        source = folder / "source" / _ASSIGNMENT / _FILE
        source.parent.mkdir(parents=True)
        source.write_text(json.dumps(notebook))
        (folder / "nbgrader_config.py").write_text(_CONFIG)
        self._nbgrader("generate_assignment", _ASSIGNMENT, "--create", "--force")

    def grade(self, submissions: Mapping[str, bytes]) -> float:
        """Grade notebooks by student; gives the seconds that it took, start-up included."""
        for name in ("submitted", "autograded"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for student, content in submissions.items():
            place = self.folder / "submitted" / student / _ASSIGNMENT / _FILE
            place.parent.mkdir(parents=True)
            place.write_bytes(content)
        start = time.perf_counter()
        self._nbgrader("autograde", _ASSIGNMENT, "--create", "--force")
        return time.perf_counter() - start

    def points(self) -> dict[str, float]:
        """What each student has."""
        self._nbgrader("export", "--to", "grades.csv")
        with (self.folder / "grades.csv").open(encoding="utf-8", newline="") as file:
            return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}

    def validate(self, notebook: Path) -> str:
        """What ``nbgrader validate`` says of a notebook."""
        return self._nbgrader("validate", str(notebook))

    def _nbgrader(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "nbgrader", *arguments]
        beside = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}  # it calls alembic by name
        done = subprocess.run(
            command, cwd=self.folder, env=os.environ | beside, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command[2:])} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr
