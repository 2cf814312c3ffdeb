"""Small calm cards: what check, hint, solution and progress show, as HTML in a notebook, else as text.

A card says everything in words; its icon and the colour of its edge only repeat them. It takes its
colours from the page around it, so that it is legible on light and dark. Everything that comes from
a student is escaped.
"""

from __future__ import annotations

import html
import re
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

# From Okabe and Ito's palette: told apart by colour-blind readers, and seen on white and on black.
_EDGES = {"right": "#009E73", "wrong": "#D55E00", "partly": "#E69F00", "neutral": "#888888", "hint": "#0072B2"}
_WIDTH = 96


@dataclass(frozen=True)
class Text:
    """A paragraph. `code` and *stress* are marked as in Markdown."""

    words: str


@dataclass(frozen=True)
class Code:
    """Preformatted text, shown as it is."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Labelled values: pairs of a name and preformatted text."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """Rows of short texts; the first row is the head."""

    rows: Sequence[tuple[str, ...]]


Block = Text | Code | Facts | Table


@dataclass
class Card:
    """A title and what stands below it.

    Attributes:
        icon: one character that repeats what the title says.
        title: the verdict in a few words.
        mood: the colour of the edge: ``"right"``, ``"wrong"``, ``"partly"``, ``"neutral"``, ``"hint"``.
        blocks: what stands below the title.
    """

    icon: str
    title: str
    mood: str
    blocks: list[Block] = field(default_factory=list)

    def text(self) -> str:
        """The card as plain text."""
        parts = [f"{self.icon} {self.title}", *(_text(block) for block in self.blocks)]
        return "\n".join(parts)

    def html(self) -> str:
        """The card as HTML that needs no style sheet."""
        style = (
            f"border:1px solid rgba(128,128,128,.4);border-left:5px solid {_EDGES[self.mood]};"
            "border-radius:4px;padding:.5em .9em;margin:.3em 0;max-width:60em;line-height:1.45;"
            "color:inherit;background:transparent"
        )
        title = f'<div style="font-weight:600">{self.icon}&ensp;{inline(self.title)}</div>'
        return f'<div style="{style}">{title}{"".join(_html(block) for block in self.blocks)}</div>'

    def show(self) -> None:
        """Show the card: through IPython's display where there is IPython, else printed."""
        if shell() is None:
            print(self.text())
            return
        from IPython.display import display

        display({"text/plain": self.text(), "text/html": self.html()}, raw=True)


def shell() -> Any:
    """The running IPython shell, or None. (IPython is not imported for the question.)"""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


# --- as text -------------------------------------------------------------------------------------


def _text(block: Block) -> str:
    if isinstance(block, Text):
        lines = block.words.splitlines()
        return "\n".join(textwrap.fill(line, _WIDTH, initial_indent="  ", subsequent_indent="  ") for line in lines)
    if isinstance(block, Code):
        return textwrap.indent(block.text, "    ")
    if isinstance(block, Facts):
        width = max(len(name) for name, _ in block.pairs)
        return "\n".join(_fact(name, value, width) for name, value in block.pairs)
    widths = [max(len(cell) for cell in column) for column in zip(*block.rows, strict=True)]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in block.rows]
    return textwrap.indent("\n".join(lines), "  ")


def _fact(name: str, value: str, width: int) -> str:
    first, *rest = value.split("\n")
    return "\n".join([f"    {name.ljust(width)}  {first}", *(" " * (width + 6) + line for line in rest)])


# --- as HTML -------------------------------------------------------------------------------------

_PRE = (
    "margin:0;padding:0;border:none;color:inherit;background:transparent;white-space:pre-wrap;"
    "font-family:monospace;font-size:.92em;line-height:1.35;overflow-x:auto"
)


def _html(block: Block) -> str:
    if isinstance(block, Text):
        lines = "<br>".join(inline(line) for line in block.words.splitlines())
        return f'<div style="margin-top:.4em">{lines}</div>'
    if isinstance(block, Code):
        return f'<pre style="{_PRE};margin-top:.3em">{html.escape(block.text)}</pre>'
    if isinstance(block, Facts):
        return _grid(2, [_fact_cells(name, value) for name, value in block.pairs])
    head, *rows = block.rows
    cells = [f'<div style="font-weight:600">{inline(cell)}</div>' for cell in head]
    cells += [f"<div>{inline(cell)}</div>" for row in rows for cell in row]
    return _grid(len(head), cells)


def _fact_cells(name: str, value: str) -> str:
    label = f'<div style="opacity:.75">{html.escape(name)}</div>'
    return f'{label}<pre style="{_PRE}">{html.escape(value)}</pre>'


def _grid(columns: int, cells: list[str]) -> str:
    template = "max-content " * (columns - 1) + "minmax(0,1fr)"
    style = f"display:grid;grid-template-columns:{template};gap:.25em 1.2em;margin-top:.4em;align-items:baseline"
    return f'<div style="{style}">{"".join(cells)}</div>'


_CODE = '<code style="background:transparent;color:inherit;font-family:monospace;padding:0">'


def inline(words: str, code: str = _CODE) -> str:
    """Escaped text in which `code` and *stress* have become elements; ``code`` is the tag that opens the former."""
    escaped = html.escape(words)
    pieces = re.split(r"`([^`]+)`", escaped)
    for i, piece in enumerate(pieces):
        if i % 2:
            pieces[i] = f"{code}{piece}</code>"
        else:
            pieces[i] = re.sub(r"(?<![\w*])\*(\w[^*\n]*?)\*(?![\w*])", r"<em>\1</em>", piece)
    return "".join(pieces)
