"""What the outputs of an executed cell must not be."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbformat import NotebookNode

_NOT_A_DRAWING = ("LiveHistory", "close", "ioff", "ion", "show", "use_style")
SHOWN_LINES = 12


def complaints(cell: NotebookNode) -> Iterator[str]:
    """Why the outputs of a code cell cannot stay so: an error, a warning, a picture that is missing."""
    tags = cell.metadata.get("tags", [])
    for output in cell.outputs:
        if output.output_type == "error" and "raises-exception" not in tags:
            yield f"shows an error: {output.ename}"
    noise = "".join(out.text for out in cell.outputs if out.output_type == "stream" and out.name == "stderr")
    if noise and "stderr-expected" not in tags:
        message = "writes to stderr; mend the cause, or tag the cell `stderr-expected`"
        yield f"{message}:\n{end_of(noise)}"
    pictures = [out for out in cell.outputs if any(key.startswith("image/") for key in out.get("data", {}))]
    if not pictures and drawing(cell.source):
        yield "ends by drawing something, but no picture came out"


def drawing(text: str) -> ast.Expr | None:
    """The last statement of a cell where it draws: a call that begins with ``plots``, ``plt`` or ``ax``."""
    try:
        body = ast.parse(text).body
    except SyntaxError:  # the set-up cell has a magic
        return None
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr) or not isinstance(last.value, ast.Call):
        return None
    root: ast.expr = last.value.func
    called = root.attr if isinstance(root, ast.Attribute) else ""
    while isinstance(root, ast.Attribute):
        root = root.value
    draws = isinstance(root, ast.Name) and root.id in ("plots", "plt", "ax") and called not in _NOT_A_DRAWING
    return last if draws else None


def end_of(text: str) -> str:
    """The last lines of a long text, indented."""
    lines = [line for line in text.rstrip().splitlines() if line.strip()]
    return "\n".join(f"    {line}" for line in lines[-SHOWN_LINES:])
