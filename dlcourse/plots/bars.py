"""Numbers as bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcourse.plots.style import BLUE, INK, VERMILLION, as_array, axes_or_new, course_style, number

LETTERS_ACROSS = 60  # longer labels, all together, do not fit below upright bars: the bars then lie


@course_style
def plot_bars(
    labels: Sequence[Any],
    values: Any,
    highlight: int | Iterable[int] | None = None,
    xlabel: str = "",
    ylabel: str = "",
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a bar per label with its number; lying bars where the labels are long.

    Args:
        labels: N names.
        values: N numbers, shape (N,).
        highlight: the place, or places, of bars that stand out (in colour and hatched).
        xlabel: what the labels are.
        ylabel: what the numbers are, with their unit.
        ax: where to draw; a new figure where None.
        title: the figure's title.

    Raises:
        ValueError: there are not as many values as labels.
    """
    names, heights = [str(label) for label in labels], as_array(values)
    if heights.shape != (len(names),):
        raise ValueError(f"{len(names)} labels need values of shape ({len(names)},), but they have {heights.shape}.")
    chosen = {highlight} if isinstance(highlight, (int, np.integer)) else set(highlight or ())
    lying = sum(len(name) + 1 for name in names) > LETTERS_ACROSS
    ax = axes_or_new(ax, (6.4, max(2.5, 0.42 * len(names) + 1)) if lying else None)
    colours = [VERMILLION if k in chosen else BLUE for k in range(len(names))]
    bars = (ax.barh if lying else ax.bar)(names, heights, 0.7, color=colours, edgecolor="white")
    for k in chosen:
        bars[k].set_hatch("//")
    if len(names) <= 16:
        ax.bar_label(bars, [number(v) for v in heights], padding=2, color=INK, fontsize=10)
        ax.margins(x=0.12) if lying else ax.margins(y=0.12)
    ax.set(xlabel=ylabel if lying else xlabel, ylabel=xlabel if lying else ylabel)
    ax.grid(False, axis="y" if lying else "x")
    ax.axhline(0, color=INK, linewidth=0.8) if not lying else ax.axvline(0, color=INK, linewidth=0.8)
    if lying:
        ax.invert_yaxis()  # the first label on top
    if title:
        ax.set_title(title)
    return ax
