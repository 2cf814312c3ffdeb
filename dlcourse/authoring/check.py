"""Compare a notebook with what its source makes, without executing anything."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from nbformat import NotebookNode

from dlcourse import lecture
from dlcourse.authoring.errors import Problem
from dlcourse.authoring.lints import lint
from dlcourse.authoring.notebook import Recipe, assemble, plan, read_notebook, stored_labels
from dlcourse.authoring.outputs import complaints

DIFF_LINES = 10


def check_lesson(recipe: Recipe) -> list[Problem]:
    """What is wrong with a lesson's source or with its notebook; empty where all is well."""
    problems = lint(recipe)
    path = recipe.project.notebook(recipe.lesson.name)
    if problems:
        return problems
    found = read_notebook(path)
    rebuild = f"run `dlcourse build {recipe.lesson.number}`"
    if found is None:
        return [Problem(path, 0, f"there is no such notebook, or it cannot be read: {rebuild}")]
    labels = stored_labels(found)
    if labels is None:
        return [Problem(path, 0, f"it states no measured labels: {rebuild}")]
    expected = assemble(recipe, plan(recipe, labels), labels)
    messages = [*_differences(expected, found), *_state_of_outputs(found), *_unknown_cells(recipe, found)]
    if messages:
        messages.append(rebuild)
    return [Problem(path, 0, message) for message in messages]


def _unknown_cells(recipe: Recipe, found: NotebookNode) -> Iterator[str]:
    """Grading must know each cell that is handed out."""
    table = recipe.project.lecture_cells
    sources = [cell.source for cell in found.cells if cell.cell_type == "code"]
    if table.parent.is_dir() and lecture.unknown(table, recipe.lesson.number, sources):
        yield f"cells are missing in {table.name}"


# --- What the source makes -------------------------------------------------------------------------------


def _differences(expected: NotebookNode, found: NotebookNode) -> Iterator[str]:
    wanted = {cell.id: cell for cell in expected.cells}
    present = {cell.get("id", ""): cell for cell in found.cells}
    yield from (f"cell {key} is missing" for key in wanted if key not in present)
    yield from (f"cell {key!r} is not in the source" for key in present if key not in wanted)
    if len(present) < len(found.cells):
        yield "cells have no id, or the same one twice"
    common = [key for key in wanted if key in present]
    if common != [key for key in present if key in wanted]:
        yield "the cells are not in the order of the source"
    for key in common:
        yield from _cell_differences(key, wanted[key], present[key])
    if _own_metadata(found) != _own_metadata(expected):
        yield "the notebook's metadata are not what the builder writes"


def _cell_differences(key: str, wanted: NotebookNode, present: NotebookNode) -> Iterator[str]:
    if wanted.cell_type != present.cell_type:
        yield f"cell {key} is a {present.cell_type} cell, not {wanted.cell_type}"
    if wanted.metadata != present.metadata:
        yield f"cell {key} has the metadata {dict(present.metadata)}, not {dict(wanted.metadata)}"
    if wanted.source != present.source:
        yield f"cell {key} differs (- its source, + the notebook):\n{_diff(wanted.source, present.source)}"


def _diff(wanted: str, present: str) -> str:
    lines = list(difflib.unified_diff(wanted.splitlines(), present.splitlines(), n=0, lineterm=""))[2:]
    lines = [line for line in lines if not line.startswith("@@")]
    more = [f"... and {len(lines) - DIFF_LINES} lines more"] if len(lines) > DIFF_LINES else []
    return "\n".join(f"    {line}" for line in [*lines[:DIFF_LINES], *more])


def _own_metadata(notebook: NotebookNode) -> dict[str, object]:
    """The metadata without the widgets' states, and without the mark of a build without MNIST."""
    metadata = {key: value for key, value in notebook.metadata.items() if key != "widgets"}
    course = {key: value for key, value in metadata.get("dlcourse", {}).items() if key != "mnist"}
    return {**metadata, "dlcourse": course}


# --- What an execution leaves ----------------------------------------------------------------------------


def _state_of_outputs(notebook: NotebookNode) -> Iterator[str]:
    if notebook.metadata.get("dlcourse", {}).get("mnist") is False:
        yield "it was built without MNIST: build it where MNIST is to be had"
    expected = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        expected += 1
        name, count = cell.get("id", "?"), cell.get("execution_count")
        if count is None:
            yield f"cell {name} was not executed"
        elif count != expected:
            yield f"cell {name} was executed out of order ([{count}], not [{expected}])"
        yield from (f"cell {name} {message}" for message in complaints(cell))
