"""``dlcourse build --check`` finds every way in which a notebook is not what its source makes."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
import pytest

from dlcourse.authoring.canonical import dump
from dlcourse.authoring.check import check_lesson

Edit = Callable[[nbformat.NotebookNode], None]


def messages(course) -> list[str]:
    return [problem.message for problem in check_lesson(course.recipe())]


def cell(notebook: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    return next(one for one in notebook.cells if one.id == name)


def _solve(nb) -> None:
    cell(nb, "add_two-answer").source = "def add_two(x):\n    return x + 2"


def _swap(nb) -> None:
    nb.cells[3], nb.cells[4] = nb.cells[4], nb.cells[3]


def _not_run(nb) -> None:
    cell(nb, "first").execution_count = None


def _fail(nb) -> None:
    cell(nb, "first").outputs = [nbformat.v4.new_output("error", ename="ValueError", evalue="", traceback=[])]


EDITS: dict[str, tuple[Edit, str]] = {
    "a source": (lambda nb: cell(nb, "first").update(source="x = 2"), "cell first differs (- its source, + the"),
    "an answer": (_solve, "    -    raise NotImplementedError\n    +    return x + 2"),
    "a text": (lambda nb: cell(nb, "promise").update(source="Hello"), "cell promise differs"),
    "the head": (lambda nb: nb.cells[0].update(source="# Mine"), "cell lesson-head differs"),
    "the set-up": (lambda nb: nb.cells[1].update(source="import mine"), "cell lesson-setup differs"),
    "a cell too few": (lambda nb: nb.cells.pop(), "cell large-data is missing"),
    "a cell too many": (
        lambda nb: nb.cells.append(nbformat.v4.new_markdown_cell("", id="new")),
        "cell 'new' is not in",
    ),
    "the order": (_swap, "not in the order of the source"),
    "a tag": (lambda nb: cell(nb, "first").metadata.update(tags=["slow"]), "cell first has the metadata"),
    "points": (lambda nb: cell(nb, "add_two-check").metadata.nbgrader.update(points=9), "cell add_two-check has the"),
    "a kind": (lambda nb: cell(nb, "promise").update(cell_type="raw"), "cell promise is a raw cell"),
    "the kernel": (lambda nb: nb.metadata.kernelspec.update(name="julia"), "metadata are not what the builder"),
    "execution": (_not_run, "cell first was not executed"),
    "the counts": (lambda nb: cell(nb, "first").update(execution_count=9), "out of order ([9], not [2])"),
    "an error": (_fail, "cell first shows an error: ValueError"),
    "no labels": (lambda nb: nb.metadata.dlcourse.pop("labels"), "it states no measured labels"),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_of_the_notebook_is_told(built_course, what: str) -> None:
    edit, message = EDITS[what]
    notebook = nbformat.read(built_course.notebook, as_version=4)
    edit(notebook)
    built_course.notebook.write_text(nbformat.writes(notebook))
    assert any(message in told for told in messages(built_course))
    assert "run `dlcourse build 03`" in messages(built_course)[-1]


def test_an_edit_of_the_source_is_told(built_course) -> None:
    built_course.change("Two and two.", "Three and three.")
    assert "    -Three and three." in messages(built_course)[0]


def test_a_long_difference_is_cut_short(built_course) -> None:
    built_course.change("Two and two.", "\n# ".join("abcdefghijklmnop"))
    assert "lines more" in messages(built_course)[0]


def test_measured_labels_are_not_part_of_the_comparison(built_course) -> None:
    notebook = nbformat.read(built_course.notebook, as_version=4)
    notebook.metadata.dlcourse.labels["seconds"] = 60
    notebook.cells[0].source = notebook.cells[0].source.replace("under 30 seconds", "under 1 minute", 1)
    built_course.notebook.write_text(dump(notebook))
    assert messages(built_course) == []


def test_a_head_that_does_not_state_the_measured_labels_is_told(built_course) -> None:
    notebook = nbformat.read(built_course.notebook, as_version=4)
    notebook.cells[0].source = notebook.cells[0].source.replace("under 30 seconds", "under 1 second")
    built_course.notebook.write_text(dump(notebook))
    assert "cell lesson-head differs" in messages(built_course)[0]


@pytest.mark.parametrize("text", [None, "{", '{"cells": 3}'])
def test_a_missing_or_broken_notebook_is_told(built_course, text: str | None) -> None:
    if text is None:
        built_course.notebook.unlink()
    else:
        built_course.notebook.write_text(text)
    assert messages(built_course) == ["there is no such notebook, or it cannot be read: run `dlcourse build 03`"]


def test_breaches_of_the_rules_come_first(built_course) -> None:
    built_course.add('# %% id="last"\nopen("a.txt")')
    assert ["lies in the working folder" in told for told in messages(built_course)] == [True]
