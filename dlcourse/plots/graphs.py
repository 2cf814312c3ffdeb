"""Computation graphs: numbers in boxes, operations in circles, arrows from left to right."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from dlcourse.autograd import trace
from dlcourse.plots.layout import Layout, layered_layout
from dlcourse.plots.style import BLUE, GREY, INK, VERMILLION, as_array, axes_or_new, course_style, figure, number

MOST_NODES = 120  # more cannot be read

# Sizes in inches, and fonts in points, of a drawing at its full size.
FONT, ROW, PAD, GAP, LANE = 11.0, 0.23, 0.08, 0.22, 0.12
OP_GAP, BETWEEN, MARGIN, LEGEND = 0.2, 0.4, 0.12, 0.28
WIDEST = 12.5

SYMBOLS = {"*": "×", "mul": "×", "add": "+", "sub": "−", "-": "−", "neg": "−", "div": "÷", "/": "÷", "matmul": "@"}
SUPERSCRIPT = str.maketrans("0123456789-.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻·")


@course_style
def draw_graph(root: Any, ax: Axes | None = None, show: tuple[str, ...] = ("data", "grad")) -> Axes:
    """Draw how a result was computed, from left to right.

    A circle is an operation, a box a number: its name on top, below it the number in blue and its gradient in
    vermillion (a dash where there is none). Of arrays with more than one number the shape stands there.

    Args:
        root: the result: a Tensor, a Value, whatever :func:`dlcourse.autograd.trace` takes, or its Graph.
        ax: where to draw, the letters shrinking to fit; a new figure of the right size where None.
        show: what stands in the boxes: "data", "grad" or both.

    Raises:
        ValueError: ``show`` names something else, or the graph is too large to be read.
    """
    return GraphDrawing(root, show).draw(ax)


@dataclass(frozen=True)
class Box:
    """Centre, width and height of a number's box, and the centre and width of the operation before it."""

    x: float
    y: float
    width: float
    height: float
    op_x: float
    op_width: float

    @property
    def left(self) -> float:
        """Where arrows end: the operation's left rim, or the box's own."""
        return self.op_x - self.op_width / 2 if self.op_width else self.x - self.width / 2

    @property
    def right(self) -> float:
        """Where arrows begin."""
        return self.x + self.width / 2


@dataclass(frozen=True)
class _Pen:
    """How lines are drawn: the drawing's scale, whether they stand out, and which way they point."""

    scale: float
    lit: bool
    backwards: bool

    @property
    def width(self) -> float:
        return (2.4 if self.lit else 1.1) * self.scale

    @property
    def colour(self) -> str:
        if not self.lit:
            return GREY
        return VERMILLION if self.backwards else BLUE

    @property
    def arrow(self) -> str:
        return "<|-" if self.lit and self.backwards else "-|>"


class GraphDrawing:
    """A laid-out graph, which can be drawn several times with different parts known and lit.

    Args:
        root: as for :func:`draw_graph`.
        show: likewise.
        room: a text for which every cell has room.
    """

    def __init__(self, root: Any, show: tuple[str, ...] = ("data", "grad"), room: str = "−0.0") -> None:
        if not show or not set(show) <= {"data", "grad"}:
            raise ValueError(f'show must name "data", "grad" or both, but is {show!r}.')
        self.graph = root if hasattr(root, "nodes") and hasattr(root, "edges") else trace(root)
        if len(self.graph.nodes) > MOST_NODES:
            raise ValueError(
                f"A graph of {len(self.graph.nodes)} nodes cannot be read as a drawing "
                f"(at most {MOST_NODES} can). Draw a smaller part of the computation."
            )
        self.show, self.room = tuple(show), room

    @cached_property
    def cells(self) -> list[list[str]]:
        """The texts in each node's lower row."""
        return [[_text(getattr(node, what)) for what in self.show] for node in self.graph.nodes]

    @cached_property
    def layout(self) -> Layout:
        """Columns and heights of the nodes."""
        heights = [self._height(k) for k in range(len(self.graph.nodes))]
        return layered_layout(heights, self.graph.edges, GAP, LANE)

    @cached_property
    def boxes(self) -> list[Box]:
        """The place of each node, in inches."""
        widths = [self._width(k) for k in range(len(self.graph.nodes))]
        ops = [_op_width(symbol(node.op)) for node in self.graph.nodes]
        left, boxes = 0.0, {}
        for column in range(max(self.layout.column) + 1):
            members = [k for k, c in enumerate(self.layout.column) if c == column]
            room = max(ops[k] + OP_GAP * bool(ops[k]) for k in members)
            widest = max(widths[k] for k in members)
            for k in members:
                x = left + room + widest / 2
                op_x = x - widths[k] / 2 - OP_GAP - ops[k] / 2
                boxes[k] = Box(x, float(self.layout.y[k]), widths[k], self._height(k), op_x, ops[k])
            left += room + widest + BETWEEN + 0.03 * self._crowd(column)
        return [boxes[k] for k in range(len(widths))]

    def _crowd(self, column: int) -> int:
        """How many edges leave a column: many need room to turn."""
        return min(10, sum(self.layout.column[start] == column for start, _ in self.graph.edges))

    @property
    def limits(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of the drawing, in inches."""
        ways = [y for way in self.layout.ways for _, y in way]
        left = min(min(box.left, box.x - box.width / 2) for box in self.boxes) - MARGIN
        right = max(box.right for box in self.boxes) + MARGIN
        bottom = min([box.y - box.height / 2 for box in self.boxes] + ways) - MARGIN - LEGEND
        top = max([box.y + box.height / 2 for box in self.boxes] + ways) + MARGIN
        return left, max(right, left + 2.2), bottom, top

    @course_style
    def draw(
        self,
        ax: Axes | None = None,
        nodes: Sequence[Any] | None = None,
        lit: Collection[int] = (),
        lit_edges: Collection[int] = (),
        backwards: bool = False,
    ) -> Axes:
        """Draw the graph.

        Args:
            ax: where to draw; a new figure where None.
            nodes: what to show in place of the graph's own nodes; a text such as "?" is drawn as it is.
            lit: nodes that stand out.
            lit_edges: edges that stand out, with the operations that they lead to, as places in its edges.
            backwards: whether the edges that stand out point against the computation, as gradients flow.
        """
        left, right, bottom, top = self.limits
        if ax is None:
            ax = self._new_axes(right - left, top - bottom)
        ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
        ax.axis("off")
        _settle(ax)
        scale = _scale(ax, right - left, top - bottom)
        for k in range(len(self.graph.edges)):
            self._draw_edge(ax, k, _Pen(scale, k in lit_edges, backwards))
        lit_ops = {self.graph.edges[k][1] for k in lit_edges}
        for k, node in enumerate(self.graph.nodes if nodes is None else nodes):
            self._draw_node(ax, k, node, scale, k in lit)
            if node.op:
                pen = _Pen(scale, k in lit_ops, backwards)
                self._draw_op(ax, self.boxes[k], symbol(node.op), pen)
        self._draw_legend(ax, left + MARGIN, bottom + LEGEND / 2, scale)
        return ax

    def _new_axes(self, width: float, height: float) -> Axes:
        scale = min(1.0, WIDEST / width)
        ax = axes_or_new(None, (width * scale, height * scale))
        figure(ax).set_layout_engine("none")
        ax.set_position((0, 0, 1, 1))
        return ax

    def _height(self, k: int) -> float:
        return ROW * (2 if self.graph.nodes[k].label else 1) + PAD

    def _width(self, k: int) -> float:
        cells = sum(self._cell_widths(k))
        return max(cells, _text_width(self.graph.nodes[k].label, bold=True) + 2 * PAD)

    def _cell_widths(self, k: int) -> list[float]:
        least = _text_width(self.room) + 2 * PAD
        return [max(least, _text_width(text) + 2 * PAD) for text in self.cells[k]]

    def _draw_node(self, ax: Axes, k: int, node: Any, scale: float, lit: bool) -> None:
        box = self.boxes[k]
        rim = _rounded(box.x, box.y, box.width, box.height, 0.05)
        rim.set(facecolor="#FFF3C4" if lit else "white", edgecolor=INK if lit else GREY)
        rim.set_linewidth((2.6 if lit else 1.0) * scale)
        ax.add_patch(rim)
        row = box.y - box.height / 2 + (ROW + PAD / 2) / 2
        if node.label:
            ax.text(box.x, row + ROW, node.label, **_font(scale, INK, bold=True))
        self._draw_cells(ax, k, node, row, scale)

    def _draw_cells(self, ax: Axes, k: int, node: Any, row: float, scale: float) -> None:
        box, widths = self.boxes[k], np.array(self._cell_widths(k))
        widths = widths * box.width / widths.sum()
        left = box.x - box.width / 2
        for what, width in zip(self.show, widths, strict=True):
            value = getattr(node, what)
            colour = GREY if isinstance(value, str) else BLUE if what == "data" else VERMILLION
            ax.text(left + width / 2, row, _text(value), **_font(scale, colour))
            left += width
        if len(widths) > 1:
            x = left - widths[-1]
            ax.plot([x, x], [row - ROW / 2 + 0.01, row + ROW / 2 - 0.01], color="#BBBBBB", linewidth=scale, zorder=4)

    def _draw_op(self, ax: Axes, box: Box, text: str, pen: _Pen) -> None:
        height = _op_width("+")
        rim = _rounded(box.op_x, box.y, box.op_width, height, height / 2 - 0.001)
        rim.set(facecolor="#E8EEF4", edgecolor=INK, linewidth=pen.width)
        ax.add_patch(rim)
        ax.text(box.op_x, box.y, text, **_font(pen.scale, INK))
        _arrow(ax, [(box.op_x + box.op_width / 2, box.y), (box.x - box.width / 2, box.y)], pen)

    def _draw_edge(self, ax: Axes, k: int, pen: _Pen) -> None:
        """From the parent, through its lanes in the columns between, to the child's operation."""
        start, end = self.graph.edges[k]
        a, b = self.boxes[start], self.boxes[end]
        points = [(a.right, a.y)]
        for column, y in self.layout.ways[k]:
            members = [box for box, c in zip(self.boxes, self.layout.column, strict=True) if c == column]
            points += [(min(box.left for box in members), y), (max(box.right for box in members), y)]
        _arrow(ax, [*points, (b.left, b.y + self._shift(k))], pen)

    def _shift(self, k: int) -> float:
        """Edges that enter the same operation end one below the other."""
        end = self.graph.edges[k][1]
        rivals = [i for i, edge in enumerate(self.graph.edges) if edge[1] == end]
        rivals.sort(key=lambda i: -self._comes_from(i))
        spread = min(0.075, 0.2 / len(rivals))
        return spread * ((len(rivals) - 1) / 2 - rivals.index(k))

    def _comes_from(self, k: int) -> float:
        """The height from which an edge comes into its last column."""
        way = self.layout.ways[k]
        return way[-1][1] if way else self.boxes[self.graph.edges[k][0]].y

    def _draw_legend(self, ax: Axes, x: float, y: float, scale: float) -> None:
        names = {"data": ("value", BLUE), "grad": ("gradient", VERMILLION)}
        for k, what in enumerate(self.show):
            text, colour = names[what]
            x += 0.1 * (k > 0)
            ax.text(x, y, text, **(_font(scale * 0.9, colour) | {"ha": "left"}))
            x += _text_width(text) + 0.1
            if k + 1 < len(self.show):
                ax.plot([x, x], [y - ROW / 3, y + ROW / 3], color="#BBBBBB", linewidth=scale)


def symbol(op: str) -> str:
    """The sign in an operation's circle: × for ``*``, x² for ``**2``; other names as they are."""
    power = re.fullmatch(r"(?:\*\*|pow)\(?(-?[\d.]*)\)?", op)
    if power:
        return "x" + (power[1].removesuffix(".0").translate(SUPERSCRIPT) or "ⁿ")
    return SYMBOLS.get(op, op.replace("_", " "))


def _text(value: Any) -> str:
    """A single number, or an array's shape; a dash for a gradient that is not there."""
    if value is None or isinstance(value, str):
        return value or "–"
    array = as_array(getattr(value, "data", value) if hasattr(value, "requires_grad") else value)
    if array.size == 1:
        return number(array.item())
    return "×".join(map(str, array.shape))


def _text_width(text: str, bold: bool = False) -> float:
    """The width of a text in inches at the full size."""
    if not text:
        return 0.0
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    return TextPath((0, 0), text, size=FONT, prop=font).get_extents().width / 72


def _op_width(text: str) -> float:
    return max(0.3, _text_width(text) + 0.2) if text else 0.0


def _font(scale: float, colour: str, bold: bool = False) -> dict[str, Any]:
    weight = "bold" if bold else "normal"
    return {
        "ha": "center",
        "va": "center_baseline",
        "color": colour,
        "fontsize": FONT * scale,
        "fontweight": weight,
        "zorder": 5,
    }


def _rounded(x: float, y: float, width: float, height: float, radius: float) -> FancyBboxPatch:
    """A box around a centre, with round corners."""
    style = f"round,pad=0,rounding_size={radius}"
    return FancyBboxPatch((x - width / 2, y - height / 2), width, height, style, zorder=3)


def _settle(ax: Axes) -> None:
    """Let the figure's layout put the Axes into its final place, so that letters get the right size."""
    engine = figure(ax).get_layout_engine()
    if engine is not None:
        engine.execute(figure(ax))


def _scale(ax: Axes, width: float, height: float) -> float:
    """The drawing's size on the figure, as a part of its full size."""
    inches = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    return min(inches.width / width, inches.height / height)


def _arrow(ax: Axes, points: list[tuple[float, float]], pen: _Pen) -> None:
    """An arrow through the points, leaving and reaching each one level."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        middle = (x0 + x1) / 2
        vertices += [(middle, y0), (middle, y1), (x1, y1)]
        codes += [Path.CURVE4] * 3
    ax.add_patch(
        FancyArrowPatch(
            path=Path(vertices, codes),
            arrowstyle=pen.arrow,
            mutation_scale=9 * pen.scale,
            shrinkA=0,
            shrinkB=0,
            color=pen.colour,
            linewidth=pen.width,
            zorder=2,
        )
    )
