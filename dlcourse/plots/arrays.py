"""Arrays as tables of cells: the pixels of a picture, the sums along an axis."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from dlcourse.plots.style import BLUE, GREY, INK, VERMILLION, as_array, axes_or_new, course_style, ink_on, number

CELL = 0.5  # inches
PAPER, SUM = "#EAF3FA", "#FCE8DA"


@course_style
def plot_pixels(image: Any, ax: Axes | None = None) -> Axes:
    """Draw a grey picture with the number of each pixel written into it, rows and columns counted from 0.

    Args:
        image: shape (H, W), at most 20 × 20; drawn from black (the least value) to white.
        ax: where to draw; a new figure where None.

    Raises:
        ValueError: the shape is not (H, W), or there are too many pixels to read.
    """
    pixels = as_array(image)
    if pixels.ndim != 2 or max(pixels.shape) > 20:
        raise ValueError(f"A picture has shape (H, W), here at most (20, 20), but this one has {pixels.shape}.")
    height, width = pixels.shape
    ax = axes_or_new(ax, (CELL * width + 0.7, CELL * height + 0.7))
    low, high = float(pixels.min()), float(pixels.max())
    ax.imshow(pixels, cmap="gray", vmin=low, vmax=high)
    for (row, column), value in np.ndenumerate(pixels):
        grey = mpl.colormaps["gray"]((float(value) - low) / max(high - low, 1e-12))
        ax.text(column, row, number(value), ha="center", va="center", fontsize=10, color=ink_on(grey[:3]))
    ax.set(xticks=range(width), yticks=range(height), xlabel="column", ylabel="row")
    ax.xaxis.set_label_position("top")
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return ax


@course_style
def plot_axis_sums(table: Any, ax: Axes | None = None) -> Axes:
    """Draw a table with its sums along both axes, and an arrow in the direction in which each one walks.

    Args:
        table: shape (rows, columns).
        ax: where to draw; a new figure where None.

    Raises:
        ValueError: the shape has not two axes.
    """
    cells = as_array(table)
    if cells.ndim != 2:
        raise ValueError(f"A table has shape (rows, columns), but this array has {cells.shape}.")
    rows, columns = cells.shape
    width, height = columns + 6.0, rows + 3.4
    ax = axes_or_new(ax, (CELL * width, CELL * height))
    draw_cells(ax, cells, 0, 0)
    draw_cells(ax, cells.sum(axis=0)[None, :], 0, rows + 1, SUM)
    draw_cells(ax, cells.sum(axis=1)[:, None], columns + 1.4, 0, SUM)
    for k in range(columns):
        _arrow(ax, (k + 0.5, rows + 0.1), (k + 0.5, rows + 0.9))
    for k in range(rows):
        _arrow(ax, (columns + 0.1, k + 0.5), (columns + 1.3, k + 0.5))
    ax.text(columns / 2, -0.3, f"table, shape {cells.shape}", ha="center", va="bottom", color=BLUE)
    note = f"sum(axis=0)\ndown the rows\nshape ({columns},)"
    ax.text(columns + 0.3, rows + 1.5, note, ha="left", va="center", color=VERMILLION, fontsize=11)
    note = f"sum(axis=1)\nalong a row\nshape ({rows},)"
    ax.text(columns + 2.7, rows / 2, note, ha="left", va="center", color=VERMILLION, fontsize=11)
    bare(ax, (-0.3, width - 0.3), (-1.0, height - 1.0))
    return ax


def draw_cells(
    ax: Axes, cells: np.ndarray, x: float, y: float, colour: str = PAPER, copies: Any = False, letters: float = 11
) -> None:
    """A table of unit squares with numbers, its upper left corner at (x, y); y grows downwards.

    Args:
        ax: where to draw.
        cells: shape (rows, columns).
        x: the left end.
        y: the upper end.
        colour: of the squares.
        copies: booleans of the table's shape, or one for all: these squares are white and hatched, their
            numbers grey.
        letters: the size of the numbers in points; 0 for none.
    """
    copied = np.broadcast_to(copies, cells.shape)
    for (row, column), value in np.ndenumerate(cells):
        is_copy = copied[row, column]
        look: dict[str, Any] = {"facecolor": "white", "hatch": "//"} if is_copy else {"facecolor": colour}
        ax.add_patch(Rectangle((x + column, y + row), 1, 1, edgecolor="#B5B5B5", linewidth=0.8, **look))
        if letters:
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6} if is_copy else None
            ax.text(
                x + column + 0.5,
                y + row + 0.5,
                number(value),
                ha="center",
                va="center",
                fontsize=letters,
                color=GREY if is_copy else INK,
                bbox=box,
            )
    rows, columns = cells.shape
    ax.add_patch(Rectangle((x, y), columns, rows, fill=False, edgecolor="#4D4D4D", linewidth=1.2))


def bare(ax: Axes, across: tuple[float, float], down: tuple[float, float]) -> None:
    """Axes without frame and ticks, with square units, y growing downwards."""
    ax.set(xlim=across, ylim=down[::-1], aspect="equal")
    ax.axis("off")


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=11, color=VERMILLION, shrinkA=0, shrinkB=0)
    )
