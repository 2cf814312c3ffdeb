"""Every lesson keeps its promises: claims under several seeds, exercises alone, the solved form offline.

The students' notebooks themselves are executed and compared by nbval: see sanitize.cfg.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from dlcourse.authoring.build import Options, build_lesson, recipe_for
from dlcourse.authoring.check import check_lesson
from dlcourse.authoring.execute import kernel_environment
from dlcourse.authoring.project import Project, find_project

PROJECT = find_project(Path(__file__).parent)
LESSONS = {source.stem: source for source in PROJECT.find_sources([])}
SEEDS = (1, 2)  # the build runs the claims under seed 0


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of these tests run at the same time; more threads than cores slow all of them down."""
    for library in ("OMP", "OPENBLAS", "MKL"):
        monkeypatch.setenv(f"{library}_NUM_THREADS", "1")


every_lesson = pytest.mark.parametrize("lesson", LESSONS)


def run_as_script(what: str, lesson: str, folder: Path, seed: int = 0) -> None:
    """Run the ``claims`` or ``exercises`` of a lesson in a process of its own; deprecations are errors."""
    ours = {"MPLBACKEND": "agg", "DLCOURSE_SEED": str(seed)}
    warnings = ["-Werror::DeprecationWarning", "-Werror::PendingDeprecationWarning", "-Werror::FutureWarning"]
    done = subprocess.run(
        [sys.executable, *warnings, "-m", "dlcourse.authoring.script", what, str(LESSONS[lesson])],
        env=os.environ | kernel_environment(folder, offline=True) | ours,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"seed {seed}:\n{done.stderr}"


@every_lesson
@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_text_claims_holds_for_other_seeds_too(lesson: str, seed: int, tmp_path: Path) -> None:
    run_as_script("claims", lesson, tmp_path, seed)


@every_lesson
def test_an_exercise_needs_the_set_up_cell_and_what_it_requires_alone(lesson: str, tmp_path: Path) -> None:
    run_as_script("exercises", lesson, tmp_path)


@every_lesson
def test_the_solved_notebook_runs_offline_and_passes_every_check(lesson: str, tmp_path: Path) -> None:
    """The build itself proves each check; the verdicts that students see must say the same."""
    recipe = replace(recipe_for(PROJECT, LESSONS[lesson]), project=Project(tmp_path, PROJECT.repository))
    path = build_lesson(recipe, Options(solved=True, without_mnist=True, ignore_budget=True))
    cells = nbformat.read(path, as_version=4).cells
    checks = [cell for cell in cells if cell.metadata.get("dlcourse", {}).get("role") == "check"]
    assert [cell.source for cell in checks] == [f"check({c.exercise})" for c in recipe.lesson.exercises()]
    assert all("✓" in cell.outputs[0].data["text/plain"] for cell in checks)


@every_lesson
def test_the_notebook_is_what_its_source_makes(lesson: str) -> None:
    assert [str(problem) for problem in check_lesson(recipe_for(PROJECT, LESSONS[lesson]))] == []
