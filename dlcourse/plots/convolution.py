"""A window that slides over an image: what lies under it, and what it has written so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlcourse.plots.style import BLUE, DIVERGING, INK, PALE, VERMILLION, as_array, course_style, ink_on, number

Cell = tuple[int, int]


@course_style
def draw_convolution(
    axes: Sequence[Axes], image: Any, kernel: Any, output: Any, under: Sequence[Cell], place: int, padding: int = 0
) -> None:
    """Draw an image with the window on it, the filter, and the output up to a place.

    Args:
        axes: three Axes.
        image: shape (H, W), with its border of padding.
        kernel: the filter, shape (k, k).
        output: shape (rows, columns).
        under: rows and columns of the pixels that lie under the window, in the order of the filter's numbers.
        place: the number of the window's place, in reading order; later ones are left empty.
        padding: how wide the border is.
    """
    image, kernel, output = as_array(image), as_array(kernel), as_array(output)
    left, middle, right = axes
    _cells(left, image, "gray", (float(image.min()), float(image.max())))
    for row, column in under:
        _frame(left, row, column)
    if padding:
        height, width = image.shape
        inner = (padding - 0.5, padding - 0.5), width - 2 * padding, height - 2 * padding
        left.add_patch(Rectangle(*inner, fill=False, edgecolor=BLUE, linewidth=2, linestyle="--"))
    limit = max(float(np.abs(kernel).max()), 1e-12)
    _cells(middle, kernel, DIVERGING, (-limit, limit))
    written = np.where(np.arange(output.size).reshape(output.shape) <= place, output, np.nan)
    highest = max(float(np.abs(output).max()), 1e-12)
    _cells(right, written, DIVERGING, (-highest, highest))
    _frame(right, *divmod(place, output.shape[1]))
    for ax, name, shape in zip(axes, ("image", "filter", "output"), (image, kernel, output), strict=True):
        ax.set_title(f"{name}, {shape.shape[0]} × {shape.shape[1]}")


def _cells(ax: Axes, values: np.ndarray, colours: str, limits: tuple[float, float]) -> None:
    """A table of numbers on coloured cells; NaN stays empty."""
    shown = ax.imshow(values, cmap=mpl.colormaps[colours].with_extremes(bad="white"), vmin=limits[0], vmax=limits[1])
    for (row, column), value in np.ndenumerate(values):
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=PALE, linewidth=0.8))
        if np.isfinite(value):
            ink = ink_on(shown.cmap(shown.norm(value))[:3])
            ax.text(column, row, number(value), ha="center", va="center", fontsize=11, color=ink)
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    ax.spines[:].set(visible=True, color=INK)


def _frame(ax: Axes, row: int, column: int) -> None:
    ax.add_patch(Rectangle((column - 0.44, row - 0.44), 0.88, 0.88, fill=False, edgecolor=VERMILLION, linewidth=3))
