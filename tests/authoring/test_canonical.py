"""Outputs get one form, whatever the run that made them."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dlcourse.authoring.canonical import WIDGET_STATE, WIDGET_VIEW, canonicalise, dump


def stream(name: str, text: str):
    return new_output("stream", name=name, text=text)


def result(**data: str):
    return new_output("execute_result", data={"text/plain": "1", **data}, execution_count=7)


def cleaned(*outputs, folder: str = "") -> list:
    notebook = new_notebook(cells=[new_code_cell("x", id="x", execution_count=7, outputs=list(outputs))])
    canonicalise(notebook, folder)
    return notebook.cells[0].outputs


def test_the_pieces_of_a_stream_are_joined_but_not_across_a_picture() -> None:
    outputs = cleaned(
        stream("stderr", "e"), stream("stdout", "a"), stream("stdout", "b"), result(), stream("stdout", "c")
    )
    assert [(o.get("name"), o.get("text")) for o in outputs] == [
        ("stdout", "ab"), ("stderr", "e"), (None, None), ("stdout", "c"),
    ]  # fmt: skip


def test_of_a_line_that_was_rewritten_the_last_form_stays() -> None:
    assert cleaned(stream("stdout", "10 %\r50 %\r100 %\nend\r\n"))[0].text == "100 %\nend\r\n"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("<object at 0x7f3ab42dcd10>", "<object at 0x000000000000>"),
        ("mask 0xff", "mask 0xff"),
        ("/tmp/ipykernel_123/456.py:2: Warning", "<cell>:2: Warning"),
        ("kept in /tmp/build-x/my_answers/f.py", "kept in my_answers/f.py"),
    ],
)
def test_addresses_and_temporary_paths_are_taken_out(text: str, clean: str) -> None:
    outputs = cleaned(stream("stdout", text), result(**{"text/html": text}), folder="/tmp/build-x")
    assert outputs[0].text == clean
    assert outputs[1].data["text/html"] == clean


def test_pictures_are_left_alone() -> None:
    assert cleaned(result(**{"image/png": "0x12345678abcd"}))[0].data["image/png"] == "0x12345678abcd"


def test_executed_cells_are_counted_from_one_and_timing_is_dropped() -> None:
    cells = [
        new_code_cell("a", execution_count=3, metadata={"execution": {"iopub.status.busy": "now"}}),
        new_markdown_cell("text"),
        new_code_cell("b", execution_count=9, outputs=[result()]),
        new_code_cell("c"),
    ]
    notebook = new_notebook(cells=cells)
    canonicalise(notebook)
    assert [cell.get("execution_count") for cell in notebook.cells] == [1, None, 2, None]
    assert notebook.cells[2].outputs[0].execution_count == 2
    assert notebook.cells[0].metadata == {}


def widget_notebook(ids: list[str]) -> nbformat.NotebookNode:
    box, slider, layout, unseen, output, link = ids
    view = new_output("display_data", data={WIDGET_VIEW: {"model_id": box, "version_major": 2, "version_minor": 0}})

    def model(name: str, **state):
        return {"model_name": name, "model_module": "m", "model_module_version": "1", "state": state}

    ends = {"source": [f"IPY_MODEL_{slider}", "value"], "target": [f"IPY_MODEL_{slider}", "max"]}
    state = {
        link: model("LinkModel", **ends),
        unseen: model("IntSliderModel"),
        layout: model("LayoutModel"),
        output: model("OutputModel", msg_id=f"msg-{output}", outputs=[]),
        slider: model("IntSliderModel", layout=f"IPY_MODEL_{layout}"),
        box: model("VBoxModel", children=[f"IPY_MODEL_{slider}", f"IPY_MODEL_{output}"], layout=f"IPY_MODEL_{layout}"),
    }
    states = {WIDGET_STATE: {"state": state, "version_major": 2, "version_minor": 0}}
    cell = new_code_cell("box", id="box", execution_count=1, outputs=[view])
    return nbformat.from_dict(new_notebook(cells=[cell], metadata={"widgets": states}))


def test_widget_models_are_numbered_by_first_appearance_and_unseen_ones_dropped() -> None:
    one, other = widget_notebook(list("abcdef")), widget_notebook(list("zyxwvu"))
    canonicalise(one)
    canonicalise(other)
    assert dump(one) == dump(other)
    state = one.metadata.widgets[WIDGET_STATE].state
    names = [state[f"{n:032x}"].model_name for n in range(1, 6)]
    assert names == ["VBoxModel", "IntSliderModel", "OutputModel", "LayoutModel", "LinkModel"]
    assert len(state) == 5
    assert state[f"{3:032x}"].state.msg_id == ""
    assert state[f"{1:032x}"].state.children[0] == f"IPY_MODEL_{2:032x}"
    assert one.cells[0].outputs[0].data[WIDGET_VIEW].model_id == f"{1:032x}"


def test_widget_states_go_with_the_last_view() -> None:
    notebook = widget_notebook(list("abcdef"))
    notebook.cells[0].outputs = []
    canonicalise(notebook)
    assert "widgets" not in notebook.metadata


def test_a_canonical_notebook_stays_as_it_is() -> None:
    notebook = widget_notebook(list("abcdef"))
    canonicalise(notebook)
    first = dump(notebook)
    again = nbformat.reads(first, as_version=4)
    canonicalise(again)
    assert dump(again) == first


def test_the_file_has_sorted_keys_and_ends_with_one_newline() -> None:
    text = dump(new_notebook(metadata={"b": 1, "a": 2}, cells=[]))
    assert text.endswith("}\n")
    assert list(json.loads(text)["metadata"]) == ["a", "b"]
