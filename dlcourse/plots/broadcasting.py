"""Broadcasting drawn: two shapes lined up at the right, and two arrays stretched until they fit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlcourse.plots.arrays import PAPER, SUM, bare, draw_cells
from dlcourse.plots.style import BLUE, GREY, INK, VERMILLION, as_array, axes_or_new, course_style

Shape = Sequence[int]
SHEET = 0.55  # how far a sheet of three-dimensional cells stands behind the one before it, in cells
GAP = 1.6  # between an array and the sign beside it, in cells
WIDEST = 10.5  # inches


def aligned(a: Shape, b: Shape) -> list[tuple[int | None, int | None, int | None]]:
    """Line up two shapes at the right: for each axis the size in a, in b, and in the result.

    A missing axis is None, and so is the result's size where the two do not fit. Axes from left to right.
    """
    columns = []
    for i, j in zip_longest(reversed(a), reversed(b)):
        sizes = {size for size in (i, j) if size not in (None, 1)}
        columns.append((i, j, None if len(sizes) > 1 else max(sizes, default=1)))
    return columns[::-1]


@course_style
def plot_alignment(a: Shape, b: Shape, ax: Axes | None = None) -> Axes:
    """Draw two shapes below each other, lined up at the right, and the shape of the result.

    Hatched boxes are stretched, dashed ones missing (they count as 1); where two sizes do not fit, there
    is a cross.

    Args:
        a: the first shape, such as (3, 4).
        b: the second shape.
        ax: where to draw; a new figure where None.
    """
    columns = aligned(a, b)
    width, height = 1.25 * max(len(columns), 1) + 1.6, 4.3
    ax = axes_or_new(ax, (0.6 * width, 0.6 * height))
    for k, (i, j, result) in enumerate(columns):
        x = 1.5 + 1.25 * k
        ax.text(x + 0.5, -0.2, f"axis {k - len(columns)}".replace("-", "−"), ha="center", va="bottom", fontsize=10)
        _size_box(ax, x, 0, i, stretched=result not in (i, None))
        _size_box(ax, x, 1.25, j, stretched=result not in (j, None))
        _result_box(ax, x, 2.7, result)
    for y, name in ((0, "a"), (1.25, "b"), (2.7, "a + b")):
        ax.text(1.2, y + 0.5, name, ha="right", va="center", weight="bold")
    bare(ax, (-0.1, width), (-0.7, height - 0.4))
    return ax


def _size_box(ax: Axes, x: float, y: float, size: int | None, stretched: bool) -> None:
    look: dict[str, Any] = {"facecolor": PAPER, "edgecolor": BLUE}
    if stretched:
        look = {"facecolor": "white", "edgecolor": GREY, "hatch": "//"}
    if size is None:
        look |= {"linestyle": "--", "facecolor": "white"}
    ax.add_patch(Rectangle((x, y), 1, 1, linewidth=1.3, **look))
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2} if stretched else None
    ax.text(
        x + 0.5, y + 0.5, "(1)" if size is None else str(size), ha="center", va="center", bbox=box, size=_letters(size)
    )


def _result_box(ax: Axes, x: float, y: float, size: int | None) -> None:
    fits = size is not None
    ax.add_patch(Rectangle((x, y), 1, 1, facecolor=SUM, edgecolor=VERMILLION, linewidth=1.3 if fits else 2.4))
    text = str(size) if fits else "✗"
    colour = INK if fits else VERMILLION
    ax.text(x + 0.5, y + 0.5, text, ha="center", va="center", color=colour, weight="bold", size=_letters(size))


def _letters(size: int | None) -> int:
    """The size of letters, in points, in which a number fits into its box."""
    return 12 if size is None or size < 1000 else 9


@course_style
def plot_broadcast(a: Any, b: Any, ax: Axes | None = None) -> Axes:
    """Draw a + b with both arrays stretched to the shape of the result; hatched cells are copies.

    Of three-dimensional arrays, the sheets along axis 0 stand one behind the other, the first in front.

    Args:
        a: an array.
        b: an array that fits it.
        ax: where to draw; a new figure where None.

    Raises:
        ValueError: the shapes do not fit, or the result has more than three axes.
    """
    arrays = [as_array(a), as_array(b)]
    total = arrays[0] + arrays[1]
    if total.ndim > 3:
        raise ValueError(f"Up to three axes can be drawn, but the result has the shape {total.shape}.")
    sheets, rows, columns = (1,) * (3 - total.ndim) + total.shape
    back = SHEET * (sheets - 1)
    step = columns + back + GAP
    width, height = 3 * step - GAP + 0.6, rows + back + 1.9
    scale = min(0.5, WIDEST / width)
    ax = axes_or_new(ax, (scale * width, scale * height))
    room = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    letters = min(11.0, 25 * min(room.width / width, room.height / height))  # three digits fill two thirds of a cell
    for k, (array, name) in enumerate(zip([*arrays, total], ("a", "b", "a + b"), strict=True)):
        full = np.broadcast_to(array, total.shape).reshape(sheets, rows, columns)
        copies = _copies(array.shape, total.shape).reshape(sheets, rows, columns)
        _draw_sheets(ax, full, copies, k * step, PAPER if k < 2 else SUM, letters)
        ax.text(k * step + columns / 2, rows + 0.3, f"{name}\n{array.shape}", ha="center", va="top", fontsize=letters)
        if k < 2:
            sign = "+" if k == 0 else "="
            ax.text((k + 1) * step - GAP / 2, rows / 2 - back / 2, sign, ha="center", va="center", fontsize=18)
    bare(ax, (-0.3, width - 0.3), (-back - 0.2, rows + 1.7))
    return ax


def _copies(shape: tuple[int, ...], full: tuple[int, ...]) -> np.ndarray:
    """Which cells of an array stretched to ``full`` are copies: those beyond 0 on a stretched axis."""
    own = (1,) * (len(full) - len(shape)) + shape
    place = np.indices(full)
    copied = [place[axis] > 0 for axis in range(len(full)) if own[axis] == 1]
    return np.any(copied, axis=0) if copied else np.zeros(full, dtype=bool)


def _draw_sheets(ax: Axes, full: np.ndarray, copies: np.ndarray, x: float, colour: str, letters: float) -> None:
    """The sheets from the last to the first, which hides part of them; numbers on the first alone."""
    for k in reversed(range(len(full))):
        draw_cells(ax, full[k], x + SHEET * k, -SHEET * k, colour, copies[k], letters if k == 0 else 0)
