"""Give the outputs of a run one form, so that two runs of the same source give the same bytes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

import nbformat
from nbformat import NotebookNode

ADDRESS = "0x000000000000"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

_ADDRESS = re.compile(r"\b0x[0-9a-f]{8,}\b")
_CELL_FILE = re.compile(r"[^\s\"'(]*ipykernel_\d+[/\\]\d+\.py")
_REWRITTEN = re.compile(r"^.*\r(?!\n)", re.MULTILINE)
_REFERENCE = "IPY_MODEL_"


def canonicalise(notebook: NotebookNode, folder: str = "") -> None:
    """Bring the outputs, execution counts and widget states of ``notebook`` into their canonical form.

    Args:
        notebook: changed in place.
        folder: the working folder of the run, whose name is taken out of all texts.
    """
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)  # when it ran
        if cell.execution_count is not None:
            count += 1
            cell.execution_count = count
        cell.outputs = [_clean(output, folder) for output in _merge_streams(cell.outputs)]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
    _rename_widgets(notebook)


def dump(notebook: NotebookNode) -> str:
    """The text of the notebook's file: sorted keys, valid, one newline at the end.

    Raises:
        nbformat.ValidationError: it is not a valid notebook.
    """
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


# --- Texts -----------------------------------------------------------------------------------------------


def _merge_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Between two pictures, all that went to one stream is one output: first stdout, then stderr."""
    merged: list[NotebookNode] = []
    for is_stream, run in itertools.groupby(outputs, lambda output: output.output_type == "stream"):
        group = list(run)
        if not is_stream:
            merged += group
            continue
        for name in ("stdout", "stderr"):
            text = "".join(output.text for output in group if output.name == name)
            if text:
                merged.append(nbformat.v4.new_output("stream", name=name, text=text))
    return merged


def _clean(output: NotebookNode, folder: str) -> NotebookNode:
    if output.output_type == "stream":
        output.text = _REWRITTEN.sub("", output.text)
    scrubbed = _scrub({key: value for key, value in output.items() if key != "output_type"}, folder)
    return nbformat.from_dict({"output_type": output.output_type, **scrubbed})


def _scrub(value: Any, folder: str) -> Any:
    """Take addresses and temporary paths out of all texts; pictures, which are texts too, have neither."""
    if isinstance(value, dict):
        return {
            key: item if key.startswith("image/") and key != "image/svg+xml" else _scrub(item, folder)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_scrub(item, folder) for item in value]
    if not isinstance(value, str):
        return value
    if folder:
        value = value.replace(f"{folder}/", "").replace(folder, ".")
    return _ADDRESS.sub(ADDRESS, _CELL_FILE.sub("<cell>", value))


# --- Widgets ---------------------------------------------------------------------------------------------


def _rename_widgets(notebook: NotebookNode) -> None:
    """Number the widget models in order of first appearance, and drop those that nothing shows."""
    stored = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {})
    models = stored.get("state", {})
    names = _names(notebook, models)
    for view in _views(notebook):
        view["model_id"] = names.get(view["model_id"], view["model_id"])
    notebook.metadata.pop("widgets", None)
    if names:
        state = {new: _renamed(models[old], names) for old, new in names.items() if old in models}
        for model in state.values():
            if model.get("model_name") == "OutputModel":
                model["state"]["msg_id"] = ""
                model["state"]["outputs"] = _scrub(model["state"].get("outputs", []), "")
        versions = {key: value for key, value in stored.items() if key != "state"}
        notebook.metadata["widgets"] = nbformat.from_dict({WIDGET_STATE: {"state": state, **versions}})


def _views(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if WIDGET_VIEW in output.get("data", {}):
                yield output.data[WIDGET_VIEW]


def _names(notebook: NotebookNode, models: dict[str, Any]) -> dict[str, str]:
    """Old id -> new id: the displayed models, what they refer to, and the links between those."""
    order: dict[str, None] = {}
    waiting = [view["model_id"] for view in _views(notebook)]
    while waiting:
        model = waiting.pop(0)
        if model not in order:
            order[model] = None
            waiting += _references(models.get(model, {}))
    links = {
        model: [list(order).index(end) for end in _references(content)]
        for model, content in models.items()
        if model not in order and _is_link(content) and all(end in order for end in _references(content))
    }
    for model in sorted(links, key=lambda key: links[key]):
        order[model] = None
    return {old: f"{number:032x}" for number, old in enumerate(order, start=1)}


def _is_link(content: dict[str, Any]) -> bool:
    return content.get("model_name") in ("LinkModel", "DirectionalLinkModel")


def _references(value: Any) -> list[str]:
    """The ids of the models that a state refers to, keys in sorted order."""
    if isinstance(value, str):
        return [value.removeprefix(_REFERENCE)] if value.startswith(_REFERENCE) else []
    items: Iterable[Any] = ()
    if isinstance(value, dict):
        items = (value[key] for key in sorted(value))
    elif isinstance(value, list):
        items = value
    return [found for item in items for found in _references(item)]


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if isinstance(value, str) and value.startswith(_REFERENCE):
        old = value.removeprefix(_REFERENCE)
        return _REFERENCE + names.get(old, old)
    return value
