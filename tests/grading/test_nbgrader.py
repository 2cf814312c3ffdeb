"""The lessons' notebooks are assignments of nbgrader too, and honest submissions get the same points there."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.nbgrader import Course
from dlcourse import course, exercises
from dlcourse.grading.example import answered, written_mistakes
from dlcourse.grading.judge import Settings, grade
from tests.grading.conftest import ROOT, lesson_notebook, needs_bwrap, notebook_with, solved

SCHEMA = {"grade", "grade_id", "locked", "schema_version", "solution", "task"}


@pytest.mark.parametrize("lesson", [stop.number for stop in course.LESSONS])
def test_each_answer_is_a_solution_and_each_check_a_locked_test_with_its_points(lesson: str) -> None:
    marked = [cell for cell in lesson_notebook(lesson)["cells"] if "nbgrader" in cell["metadata"]]
    by_id = {cell["metadata"]["nbgrader"]["grade_id"]: cell["metadata"]["nbgrader"] for cell in marked}
    assert len(by_id) == len(marked) == 2 * len(exercises.for_lesson(lesson))
    for exercise in exercises.for_lesson(lesson):
        answer, test = by_id[f"{exercise.name}-answer"], by_id[f"{exercise.name}-check"]
        assert set(answer) == SCHEMA
        assert set(test) == SCHEMA | {"points"}
        assert (answer["solution"], answer["grade"], answer["locked"]) == (True, False, False)
        assert (test["solution"], test["grade"], test["locked"]) == (False, True, True)
        assert test["points"] == exercise.points


@needs_bwrap
def test_autograde_gives_the_same_points_and_validate_accepts_the_notebook(tmp_path: Path, settings: Settings) -> None:
    pytest.importorskip("nbgrader")
    notebook = lesson_notebook("00")
    mistakes = {e.name: (written_mistakes(e) or [""])[0] for e in exercises.for_lesson("00")}
    submissions = {
        "solved": solved("00"),
        "untouched": notebook_with("00", {}),
        "mistaken": answered(notebook, lambda exercise: mistakes[exercise.name]),
    }
    nbgrader = Course(tmp_path / "course", notebook)
    nbgrader.grade(submissions)
    ours = {student: grade(content, settings).points for student, content in submissions.items()}
    assert nbgrader.points() == pytest.approx(ours)
    assert ours["solved"] == sum(exercise.points for exercise in exercises.for_lesson("00"))
    (tmp_path / "course" / "solved.ipynb").write_bytes(submissions["solved"])
    assert "Traceback" not in nbgrader.validate(tmp_path / "course" / "solved.ipynb")
    assert (ROOT / "docs" / "grading.md").read_text().count("nbgrader.preprocessors.") == 4
