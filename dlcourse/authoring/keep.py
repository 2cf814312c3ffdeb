"""Take outputs over from the notebook that is there: where MNIST is missing, or where nothing changed."""

from __future__ import annotations

import base64
import copy
import re

import nbformat
from nbformat import NotebookNode

from dlcourse.authoring.canonical import WIDGET_STATE, WIDGET_VIEW, canonicalise
from dlcourse.authoring.notebook import Step

_NUMBER = re.compile(r"[-−]?\d[\d.,]*(?:e[-+]?\d+)?")
_NOT_COMPARED = "nbval-ignore-output"


def all_unchanged(cells: list[NotebookNode], old: NotebookNode | None) -> bool:
    """Whether each of ``cells`` is in ``old`` with the same source, and was executed there (with MNIST)."""
    if old is None or old.metadata.get("dlcourse", {}).get("mnist") is False:
        return False
    before = {cell.get("id"): cell for cell in old.cells}
    return all(
        cell.id in before
        and before[cell.id].source == cell.source
        and (cell.cell_type != "code" or before[cell.id].get("execution_count") is not None)
        for cell in cells
    )


def copy_outputs(ids: set[str], old: NotebookNode, new: NotebookNode) -> None:
    """Take over outputs and execution counts, and the states of the widgets among them."""
    before = {cell.get("id"): cell for cell in old.cells}
    for cell in new.cells:
        if cell.id in ids and cell.cell_type == "code":
            cell.outputs = copy.deepcopy(before[cell.id].outputs)
            cell.execution_count = before[cell.id].execution_count
    states = old.metadata.get("widgets", {}).get(WIDGET_STATE)
    if states:
        ours = new.metadata.setdefault("widgets", {}).setdefault(WIDGET_STATE, {**states, "state": {}})
        ours["state"] = {**states["state"], **ours["state"]}


def steady_cells(steps: list[Step], new: NotebookNode, old: NotebookNode, folder: str) -> set[str]:
    """The cells whose outputs differ from the old ones by chance alone: ids of those to keep as they were.

    The author tags a cell `nbval-ignore-output` where its output differs by chance: it prints a
    time, say. Such an output is kept if all code up to it, and what that printed, is as it was, and
    only numbers differ, or what a picture of the same size shows; so a rebuild without a change gives the same file.
    """
    by_chance = {step.cell.id for step in steps if step.origin and _NOT_COMPARED in step.origin.tags}
    clean = copy.deepcopy(nbformat.from_dict(new))
    canonicalise(clean, folder)
    before = {cell.get("id"): cell for cell in old.cells}
    kept: set[str] = set()
    for cell in clean.cells:
        if cell.cell_type != "code":
            continue
        was = before.get(cell.id)
        if was is None or was.source != cell.source:
            break
        if cell.id in by_chance:
            kept |= {cell.id} if _alike(cell.outputs, was.outputs) else set()
        elif cell.outputs != was.outputs:
            break
    return kept


def _alike(new: list[NotebookNode], old: list[NotebookNode]) -> bool:
    """Whether outputs differ in numbers and pictures alone. A widget never does: its state is the same each time."""
    return not any(WIDGET_VIEW in output.get("data", {}) for output in new) and _masked(new) == _masked(old)


def _masked(value: object, kind: str = "") -> object:
    if kind == "image/png":
        return base64.b64decode(str(value)[:44])[16:24]  # its width and height
    if kind.startswith(("image/", "application/")):
        return value
    if isinstance(value, dict):
        return {key: _masked(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return re.sub(r"[ #]+", "#", _NUMBER.sub("#", value)) if isinstance(value, str) else value
