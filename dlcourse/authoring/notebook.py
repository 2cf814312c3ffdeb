"""From a lesson and its exercises to the cells of a notebook, before anything is executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dlcourse.authoring.errors import Problem, SourceError
from dlcourse.authoring.head import HEAD_ID, SETUP_ID, head, setup
from dlcourse.authoring.labels import Labels
from dlcourse.authoring.project import Project
from dlcourse.authoring.source import Lesson, SourceCell

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {
    "file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3",
}  # fmt: skip


class ExerciseLike(Protocol):
    """What is needed of an exercise here."""

    name: str
    points: float

    @property
    def stub(self) -> str:
        """What the student starts from."""

    @property
    def solution_source(self) -> str:
        """The reference answer."""


Exercises = Mapping[str, ExerciseLike]


@dataclass(frozen=True)
class Recipe:
    """Everything that a notebook is made from, measurements aside."""

    lesson: Lesson
    exercises: Exercises
    project: Project
    titles: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Step:
    """A cell to execute. ``kept`` ones stand in the notebook; claims and proofs run beside them.

    ``origin`` is the source's cell that it was made from: None for head and set-up.
    """

    cell: NotebookNode
    origin: SourceCell | None = None
    kept: bool = True

    @property
    def needs_mnist(self) -> bool:
        """Whether the cell runs on MNIST."""
        return self.origin is not None and self.origin.needs_mnist


def plan(recipe: Recipe, labels: Labels, solved: bool = False) -> list[Step]:
    """The cells of the lesson's notebook in order, with what is executed beside them.

    Args:
        recipe: the lesson, its exercises, the project.
        labels: what the head states.
        solved: put the reference answers in place of the stubs, and prove that each passes its check.

    Raises:
        SourceError: an exercise cell names an exercise that the lesson does not have.
    """
    lesson = recipe.lesson
    steps = [
        Step(new_markdown_cell(head(lesson, labels, recipe.project, recipe.titles), id=HEAD_ID)),
        Step(new_code_cell(setup(lesson, recipe.project), id=SETUP_ID)),
    ]
    for cell in lesson.cells:
        if cell.kind == "exercise":
            steps += _exercise(cell, recipe, solved)
        elif cell.kind == "claim":
            steps.append(Step(_claim(lesson.path, cell), cell, kept=False))
        else:
            make = new_markdown_cell if cell.kind == "markdown" else new_code_cell
            steps.append(Step(make(cell.text, id=cell.id, metadata=_metadata(cell)), cell))
    return steps


def assemble(recipe: Recipe, steps: list[Step], labels: Labels, mnist: bool = True) -> NotebookNode:
    """The notebook with the kept cells of ``steps``; ``mnist``: its MNIST cells did not run without MNIST."""
    course: dict[str, Any] = {"labels": labels.as_metadata(), "lesson": recipe.lesson.number}
    if not mnist:
        course["mnist"] = False
    metadata = {"dlcourse": course, "kernelspec": dict(KERNEL), "language_info": dict(LANGUAGE)}
    notebook = new_notebook(metadata=metadata, cells=[step.cell for step in steps if step.kept])
    notebook.nbformat_minor = 5
    return notebook


def read_notebook(path: Path) -> NotebookNode | None:
    """The notebook at ``path``, or None where there is none that can be read."""
    try:
        text = path.read_text(encoding="utf-8")
        if json.loads(text).get("nbformat") != 4:
            return None
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, AttributeError, nbformat.ValidationError):
        return None
    return notebook


def stored_labels(notebook: NotebookNode | None) -> Labels | None:
    """The labels that an existing notebook states."""
    course = {} if notebook is None else notebook.metadata.get("dlcourse", {})
    return Labels.from_metadata(course.get("labels"))


def _metadata(cell: SourceCell) -> dict[str, Any]:
    tags = list(cell.tags)
    if cell.needs_mnist and "nbval-ignore-output" not in tags:
        tags.append("nbval-ignore-output")
    return {"tags": tags} if tags else {}


def _claim(path: Path, cell: SourceCell) -> NotebookNode:
    """A cell that runs the claim on a copy of the notebook's names and leaves no name behind."""
    place = (cell.text, str(path), cell.first_line)
    call = f"__import__('dlcourse.authoring.claims', fromlist=['run']).run(globals(), *{place!r})"
    return new_code_cell(call, id=f"claim-{cell.line}")


def _exercise(cell: SourceCell, recipe: Recipe, solved: bool) -> list[Step]:
    exercise = recipe.exercises.get(cell.exercise)
    if exercise is None:
        message = f"lesson {recipe.lesson.number} has no exercise called {cell.exercise!r} in dlcourse/exercises"
        raise SourceError([Problem(recipe.lesson.path, cell.line, message)])
    name = exercise.name
    text = exercise.solution_source if solved else exercise.stub
    answer = new_code_cell(text.strip("\n"), id=f"{name}-answer", metadata=_role(name, "answer"))
    test = new_code_cell(f"check({name})", id=f"{name}-check", metadata=_role(name, "check", points=exercise.points))
    steps = [Step(answer, cell), Step(test, cell)]
    if solved:
        proof = f"assert check({name}).passed, 'the reference answer does not pass the check of {name}'"
        steps.append(Step(new_code_cell(proof, id=f"{name}-proof"), cell, kept=False))
    return steps


def _role(name: str, role: str, **points: float) -> dict[str, Any]:
    """Our own mark, and nbgrader's: an answer cell is a solution, its check a locked test with points."""
    test = role == "check"
    nbgrader = {
        "grade": test, "grade_id": f"{name}-{role}", "locked": test, "schema_version": 3,
        "solution": not test, "task": False, **points,
    }  # fmt: skip
    return {"dlcourse": {"exercise": name, "role": role}, "nbgrader": nbgrader}
