"""What runs, and what answers what, follows from the code, whatever the file says of itself."""

from __future__ import annotations

import contextlib
import json
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_a_broken_copy_does_not_replace_an_answer() -> None:
    found = planned([RIGHT, "def softmax(scores:\n    return 1"])
    assert found.answers["softmax"] == RIGHT.strip("\n")
    assert found.exercise_notes["softmax"] == []


def test_stubs_among_other_code_are_left_out_and_lines_stay_where_they_were() -> None:
    mixed = f"x = 1\n{STUB}\ndef accuracy(scores, labels):\n    return x\n"
    found = planned([RIGHT, mixed])
    assert [cell.answers for cell in found.cells] == [("softmax",), ("accuracy",)]
    assert "softmax" not in found.cells[1].code
    assert found.cells[1].code.split("\n").index("def accuracy(scores, labels):") == mixed.split("\n").index(
        "def accuracy(scores, labels):"
    )


def test_an_indented_cell_runs_as_it_does_in_a_notebook() -> None:
    assert planned(["    " + RIGHT.replace("\n", "\n    ")]).notes == []


def test_a_name_inside_of_a_function_or_a_comprehension_answers_nothing() -> None:
    found = planned([RIGHT, "def f():\n    accuracy = 1\n    return [accuracy for accuracy in ()]"])
    assert found.answers.keys() == {"softmax"}


def test_what_an_answer_needs_of_the_lectures_cells_is_lent() -> None:
    def with_answer(body: str):
        answer = f"def softmax(scores):\n    return {body}\n"
        return plan(read(notebook_with("02", {"softmax": answer})))

    lent = with_answer("log_sum_exp(factorial(3), pi)")
    assert sorted(cell.answers for cell in lent.cells) == [(), (), ("softmax",)]
    names = set().union(*(cell.defines for cell in lent.cells))
    assert {"log_sum_exp", "factorial", "softmax"} <= names
    assert lent.exercise_notes["softmax"] == []
    assert all(len(cell.code.split("\n")) < 200 for cell in lent.cells)
    assert len(with_answer("np.exp(scores) + nn.nothing + plt.nothing").cells) == 1


def test_what_cannot_be_lent_is_told() -> None:
    made = json.loads(notebook_with("02", {"softmax": "def softmax(scores):\n    return digits\n"}))
    found = plan(read(json.dumps(made).encode()))
    assert len(found.cells) == 1
    assert "It uses digits of cell" in found.exercise_notes["softmax"][0]


def test_a_cell_that_is_not_python_is_named_and_the_others_go_on() -> None:
    found = planned(["def accuracy(scores, labels:\n    return 1", RIGHT])
    assert found.answers.keys() == {"accuracy", "softmax"}
    assert found.notes[0].startswith("Cell 1 is not Python: ")


def test_magics_become_python_and_broken_ones_do_no_harm() -> None:
    found = planned(["%%time\n" + RIGHT, "!ls\nx = 1", "%%%\n???", "a = %timeit -n 1 2"])
    assert found.cells[0].answers == ("softmax",)
    assert "get_ipython().system" in found.cells[1].code
    assert [note.split(":")[0] for note in found.notes] == ["Cell 3 is not Python"]


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


def test_a_notebook_that_belongs_mostly_to_another_lesson_has_a_note() -> None:
    others = [exercise.solution_source for exercise in exercises.for_lesson("05")[:3]]
    assert planned([RIGHT, *others], "02", stated="05").notes == [
        "Most of this notebook belongs to lesson 05; it was graded as lesson 02."
    ]


def test_another_lesson_than_asked_for_is_refused() -> None:
    with pytest.raises(NotANotebook, match="lesson 02; lesson 04 was asked for"):
        planned([RIGHT], lesson="04")


@pytest.mark.parametrize(
    ("notebook", "says"),
    [
        ({"cells": [{"cell_type": "code", "source": "x = 1"}] * 3000}, "3,000 cells"),
        ({"cells": [{"cell_type": "code", "source": "x" * 200_000}]}, "more than 100,000 characters"),
        ({"cells": [{"cell_type": "code", "source": "x" * 90_000}] * 3}, "more than 250,000 characters"),
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
        ("a" * 50 + ".") * 1500 + "?", "%a\n" * 30_000, "%%time\n" * 14_000, "In [1]: x\n" * 9_000 + "%x",
        "if x: pass\n" + "elif x: accuracy = 1\n" * 4_000, "x = " + "+".join("1" * 900), "x" + ".a" * 900,
    ],
)  # fmt: skip
def test_pathological_code_is_planned_in_bounded_time(text: str) -> None:
    start = time.perf_counter()
    found = planned([text, RIGHT])
    assert found.answers.keys() - {"accuracy"} == {"softmax"}
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("depth", [300, 900, 1500, 5000])
def test_an_answer_nested_deeper_than_python_goes_harms_nothing(depth: int) -> None:
    found = planned([f"def softmax(scores):\n    return {'+'.join('1' * depth)}\n", "x" + ".a" * depth])
    assert found.answers.keys() == {"softmax"}


@settings(deadline=None, max_examples=60)
@given(share=st.floats(0.001, 0.999))
def test_half_a_notebook_is_told_to_have_been_cut_off(share: float) -> None:
    whole = notebook_with("02", {})
    with pytest.raises(NotANotebook, match="not uploaded whole"):
        read(whole[: int(share * len(whole))])


@pytest.mark.parametrize("piece", [b"{},", b"[],", b'{"a":0},', b'"ab",', b"1.5,"])
def test_a_file_that_would_fill_the_memory_is_refused_or_small(piece: bytes) -> None:
    content = b'{"nbformat": 4, "cells": [' + piece * (20_000_000 // len(piece)) + b"0]}"
    tracemalloc.start()
    try:
        with contextlib.suppress(NotANotebook):
            read(content)
        assert tracemalloc.get_traced_memory()[1] < 400 * 2**20
    finally:
        tracemalloc.stop()


def test_large_outputs_are_read_over() -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 5_000_000}, "metadata": {}}
    numbers = {"output_type": "display_data", "data": {"x/plot": list(range(200_000))}, "metadata": {}}
    made = json.loads(notebook_with("02", {}))
    made["cells"][1]["outputs"] = [picture, numbers]
    assert plan(read(json.dumps(made).encode())).cells == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xef\xbb\xbf", "empty"), (b" \n", "empty"), (b"%PDF-1.4", "PDF"), (b"<!DOCTYPE html>", "web page"),
        (b'{"nbformat": 4,\n<<<<<<< HEAD\n"cells": []\n=======\n>>>>>>> x\n}', "git conflict"),
        ("{}".encode("utf-16"), "no notebook"), (b"{'nbformat': 4}", "cannot be read"),
        (b'{"nbformat": true}', "format"),
        (b'{"nbformat": 4, "n": ' + b"9" * 5000 + b"}", "no notebook is"), (b" " * 21 * 2**20, "more than 20 MB"),
    ],
)  # fmt: skip
def test_each_kind_of_trouble_has_its_own_sentence(content: bytes, says: str) -> None:
    with pytest.raises(NotANotebook, match=says):
        read(content)


def test_a_byte_order_mark_and_halves_of_characters_do_no_harm() -> None:
    broken = notebook_with("02", {"softmax": "def softmax(scores):\n    return '\ud800'\n"})
    found = plan(read(b"\xef\xbb\xbf" + broken))
    assert found.answers.keys() == {"softmax"}


FRAGMENTS = [
    "def softmax(scores):", "    return 1", "class softmax:", "softmax = 3", "if x:", "    softmax = lambda s: s",
    "%%time", "%time x = 1", "!ls", "x?", '"""', "(", ")", "import numpy as softmax", "from x import *",
    "for accuracy in y:", "    pass", "raise NotImplementedError", "\x00", "\ud800", "\x0c", "async def softmax(s):",
    "    await s", "match x:", "    case {'a': softmax}: pass", "[accuracy := 1]", "del softmax", "global softmax",
    "    global accuracy", "@softmax", "check(softmax)", STUB, RIGHT, "return", "\\", "a" * 3000, "9" * 5000,
    "lambda: (yield)", "x = f'{x!r:{y}}'",
]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.lists(st.sampled_from(FRAGMENTS), max_size=6).map("\n".join), max_size=5))
def test_any_code_is_planned(sources: list[str]) -> None:
    found = planned([RIGHT, *sources])
    assert found.lesson == "02"
    assert "softmax" in found.answers
    numbers = [cell.number for cell in found.cells]
    assert numbers == sorted(set(numbers))
    assert [name for cell in found.cells for name in cell.answers].count("softmax") == 1


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["nbformat", "cells", "cell_type", "source", "metadata", "dlcourse", "lesson", "worksheets"]
            ),
            inner,
        )
    ),
    max_leaves=20,
)


@settings(deadline=None, max_examples=300)
@given(ANYTHING, st.sampled_from([3, 4]))
def test_any_json_is_read_or_refused_with_a_sentence(data, version: int) -> None:
    for content in (data, {"nbformat": version, "cells": data, "worksheets": data, "metadata": data}):
        with contextlib.suppress(NotANotebook):
            plan(read(json.dumps(content).encode()))


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
