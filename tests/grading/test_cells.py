"""What runs, and what answers what, follows from the code, whatever the file says of itself."""

from __future__ import annotations

import json
import time

import pytest

from dlcourse import course, exercises, lecture
from dlcourse.grading.cells import NotANotebook, plan, read
from tests.grading.conftest import ROOT, lesson_notebook, notebook_with, solved

RIGHT = exercises.get("softmax").solution_source
STUB = exercises.get("softmax").stub


def planned(sources: list[str], lesson: str = "", stated: str = "02", **notebook):
    made = {
        "nbformat": 4, "nbformat_minor": 5, "metadata": {"dlcourse": {"lesson": stated}},
        "cells": [{"cell_type": "code", "metadata": {}, "source": text, "outputs": []} for text in sources],
    }  # fmt: skip
    return plan(read(json.dumps(made | notebook).encode()), lesson)


def test_of_an_untouched_notebook_nothing_runs() -> None:
    for stop in course.LESSONS:
        found = plan(read(notebook_with(stop.number, {})), stop.number)
        assert found.cells == []
        assert found.untouched == {exercise.name for exercise in exercises.for_lesson(stop.number)}


def test_of_a_solved_notebook_the_answers_alone_run() -> None:
    for stop in course.LESSONS:
        found = plan(read(solved(stop.number)))
        names = [exercise.name for exercise in exercises.for_lesson(stop.number)]
        assert sorted(name for cell in found.cells for name in cell.answers) == sorted(names)
        assert len(found.cells) == len(names)


def test_white_space_that_editors_change_makes_no_difference() -> None:
    made = json.loads(notebook_with("02", {}))
    for cell in made["cells"]:
        text = "".join(cell["source"])
        cell["source"] = text.replace("\n", "  \r\n") + "\n\n"
    assert plan(read(json.dumps(made).encode())).cells == []


def test_a_notebook_of_an_older_format_is_read() -> None:
    cells = [{"cell_type": "code", "input": RIGHT, "outputs": [], "language": "python"}]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    assert plan(read(json.dumps(old).encode())).answers.keys() == {"softmax"}


@pytest.mark.parametrize(
    "cells", [[RIGHT, STUB], [STUB, RIGHT], [RIGHT, STUB, STUB], [RIGHT, "def softmax(scores): ..."]]
)
def test_an_untouched_copy_of_the_stub_never_replaces_an_answer(cells: list[str]) -> None:
    found = planned(cells)
    assert found.answers["softmax"] == RIGHT.strip("\n")
    assert found.untouched == set()
    assert [cell.answers for cell in found.cells] == [("softmax",)]


def test_of_two_answers_the_last_counts_and_a_note_says_so() -> None:
    other = "def softmax(scores):\n    return 2 * scores\n"
    found = planned([RIGHT, "x = 1", other])
    assert found.answers["softmax"] == other.strip("\n")
    assert found.exercise_notes["softmax"] == ["Cells 1, 3 all define softmax: the last one counts."]


@pytest.mark.parametrize(
    "code",
    [
        "softmax = lambda scores: scores", "if True:\n    def softmax(scores):\n        return scores",
        "try:\n    import scipy\nexcept ImportError:\n    def softmax(scores):\n        return scores",
        "from functools import partial\nsoftmax = partial(max)", "async def softmax(scores):\n    return 1",
    ],
)  # fmt: skip
def test_an_answer_is_found_however_it_is_defined(code: str) -> None:
    assert planned([code]).cells[0].answers == ("softmax",)


def test_a_definition_counts_more_than_a_later_value_of_the_name() -> None:
    found = planned([RIGHT, "softmax = 3"])
    assert found.answers["softmax"] == RIGHT.strip("\n")


def test_a_cell_that_is_not_python_is_named_and_the_others_go_on() -> None:
    found = planned(["def accuracy(scores, labels:\n    return 1", RIGHT])
    assert found.answers.keys() == {"accuracy", "softmax"}
    assert found.notes[0].startswith("Cell 1 is not Python: ")


def test_magics_become_python_and_broken_ones_do_no_harm() -> None:
    found = planned(["%%time\n" + RIGHT, "!ls\nx = 1", "%%%\n???", "a = %timeit -n 1 2"])
    assert "run_cell_magic" in found.cells[0].code
    assert "get_ipython().system" in found.cells[1].code


def test_ids_and_metadata_are_hints_that_may_lie() -> None:
    cells = [
        {"cell_type": "code", "id": "same", "metadata": {"dlcourse": {"exercise": "accuracy", "role": "answer"},
         "nbgrader": {"points": 1000}}, "source": text, "outputs": []}
        for text in (RIGHT, "x = 1")
    ]  # fmt: skip
    found = planned([], cells=cells)
    assert found.answers.keys() == {"softmax"}
    assert len({cell.id for cell in found.cells}) == 2


@pytest.mark.parametrize("stated", ["99", "03", "", None, ["02"], "<b>"])
def test_the_lesson_is_told_by_the_code_where_the_notebook_lies(stated) -> None:
    assert planned([RIGHT], stated=stated).lesson == "02"


def test_another_lesson_than_asked_for_is_refused() -> None:
    with pytest.raises(NotANotebook, match="lesson 02; lesson 04 was asked for"):
        planned([RIGHT], lesson="04")


@pytest.mark.parametrize(
    ("notebook", "says"),
    [
        ({"cells": [{"cell_type": "code", "source": "x = 1"}] * 3000}, "3,000 cells"),
        ({"cells": [{"cell_type": "code", "source": "x" * 200_000}]}, "more than 100,000 characters"),
        ({"nbformat": 5}, "format 5"),
        ({"cells": "none"}, "No cell"),
        ({"cells": [None, 3, [], {"cell_type": 7}, {"cell_type": "code", "source": {"a": 1}}]}, "No cell"),
        ({"metadata": "none", "cells": []}, "No cell"),
    ],
)
def test_a_notebook_out_of_bounds_is_named(notebook: dict, says: str) -> None:
    with pytest.raises(NotANotebook, match=says):
        planned([], stated="", **notebook)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000, "[" * 5_000 + "]" * 5_000, "%" * 50_000, "!" + "a " * 40_000, "x = " + "-" * 50_000 + "1",
        "\\\n" * 30_000, "'''" * 20_000, "?" * 90_000, "a" + "=a" * 30_000, "%%x\n" * 20_000, "lambda: " * 10_000 + "1",
    ],
)  # fmt: skip
def test_pathological_code_is_planned_in_bounded_time(text: str) -> None:
    start = time.perf_counter()
    found = planned([text, RIGHT])
    assert found.answers.keys() == {"softmax"}
    assert time.perf_counter() - start < 20


def test_the_table_of_lecture_cells_is_that_of_the_notebooks() -> None:
    for stop in course.LESSONS:
        sources = ["".join(c["source"]) for c in lesson_notebook(stop.number)["cells"] if c["cell_type"] == "code"]
        assert lecture.unknown(ROOT / "dlcourse" / "datasets" / lecture.NAME, stop.number, sources) == set()


def test_cells_of_earlier_versions_stay_in_the_table(tmp_path) -> None:
    table = tmp_path / lecture.NAME
    table.write_text(lecture.with_cells(table, "04", ["x = 1"]))
    table.write_text(lecture.with_cells(table, "04", ["x = 2"]))
    table.write_text(lecture.with_cells(table, "05", ["x = 3"]))
    assert lecture.unknown(table, "04", ["x = 1", "x = 2 \n", "x = 3"]) == {lecture.fingerprint("x = 3")}
    assert lecture.with_cells(table, "04", ["x = 1"]) == table.read_text()
