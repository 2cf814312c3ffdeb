"""Head, set-up, stubs and checks of a notebook are made from the lesson and its exercises."""

from __future__ import annotations

import nbformat
import pytest

from dlcourse.authoring.errors import SourceError
from dlcourse.authoring.labels import Labels
from dlcourse.authoring.notebook import assemble, plan
from dlcourse.authoring.project import Project

LABELS = Labels(seconds=60, seconds_mnist=180, megabytes=1500)


def made(course, solved: bool = False) -> dict[str, nbformat.NotebookNode]:
    recipe = course.recipe()
    notebook = assemble(recipe, plan(recipe, LABELS, solved), LABELS)
    nbformat.validate(notebook)
    return {cell.id: cell for cell in notebook.cells}


def test_the_head_states_what_the_student_needs_to_know(course) -> None:
    head = made(course)["lesson-head"].source
    assert head.startswith("# A small lesson\n")
    assert (
        "| 5 minutes | under 1 minute; with MNIST under 3 minutes | under 1.5 GB | none | not needed "
        "| lesson 02 |" in head
    )


def test_the_badge_opens_the_notebook_of_this_repository_in_colab(course) -> None:
    address = "colab.research.google.com/github/someone/course/blob/main/notebooks/03_small.ipynb"
    assert f"(https://{address} " in made(course)["lesson-head"].source


def test_prerequisites_are_linked_once_their_lesson_exists(course) -> None:
    text = course.source.read_text().replace('"03"', '"02"').replace("A small lesson", "Before")
    (course.source.parent / "02_before.py").write_text(text)
    assert "[02 Before](02_before.ipynb)" in made(course)["lesson-head"].source


def test_the_set_up_cell_installs_where_the_course_is_missing_and_starts_the_lesson(course) -> None:
    code = made(course)["lesson-setup"].source
    assert '%pip install -q "dlcourse @ git+https://github.com/someone/course@main"' in code
    assert code.index("except ModuleNotFoundError") < code.index("%pip")
    assert code.endswith('dlcourse.start_lesson("03")')


def test_a_fork_is_named_in_badge_and_set_up_alone(course, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made(course)
    fork = Project(course.root, "me/fork", "dev")
    monkeypatch.setattr(type(course), "project", fork)
    after = made(course)
    changed = [key for key in before if before[key].source != after[key].source]
    assert changed == ["lesson-head", "lesson-setup"]
    assert "me/fork@dev" in after["lesson-setup"].source
    assert "me/fork/blob/dev" in after["lesson-head"].source


def test_an_exercise_becomes_a_stub_and_a_check(course) -> None:
    cells = made(course)
    assert cells["add_two-answer"].source == course.exercises["add_two"].stub.strip()
    assert cells["add_two-check"].source == "check(add_two)"
    keys = list(cells)
    assert keys.index("add_two-check") == keys.index("add_two-answer") + 1


def test_the_solved_form_differs_in_the_answer_alone(course) -> None:
    stubs, solved = made(course), made(course, solved=True)
    assert [key for key in stubs if stubs[key] != solved[key]] == ["add_two-answer"]
    assert solved["add_two-answer"].source == course.exercises["add_two"].solution_source.strip()


def test_exercises_are_valid_nbgrader_cells(course) -> None:
    cells = made(course)
    answer, test = cells["add_two-answer"].metadata.nbgrader, cells["add_two-check"].metadata.nbgrader
    assert (answer.solution, answer.grade, answer.locked) == (True, False, False)
    assert (test.solution, test.grade, test.locked, test.points) == (False, True, True, 1)
    assert answer.grade_id != test.grade_id
    known = {"schema_version", "grade", "solution", "locked", "grade_id", "points", "task"}
    assert set(answer) | set(test) == known


def test_claims_run_beside_the_notebook_not_in_it(course) -> None:
    recipe = course.recipe()
    beside = [step for step in plan(recipe, LABELS) if not step.kept]
    assert [step.origin.kind for step in beside if step.origin] == ["claim", "claim"]
    assert not any("assert" in cell.source for cell in made(course).values())


def test_mnist_cells_are_not_compared_by_nbval_and_other_metadata_stay_clean(course) -> None:
    cells = made(course)
    assert cells["large-data"].metadata == {"tags": ["mnist", "nbval-ignore-output"]}
    assert cells["first"].metadata == {}


def test_an_exercise_that_the_lesson_does_not_have_is_told_with_its_line(course) -> None:
    course.exercises.clear()
    with pytest.raises(SourceError, match=f"03_small.py:{course.line_of('exercise=')}: lesson 03 has no exercise"):
        made(course)
