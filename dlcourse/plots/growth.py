"""What grew, or shrank, over the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from dlcourse.plots.style import BLUE, GREY, ORANGE, VERMILLION, as_array, axes_or_new, course_style


@course_style
def plot_by_year(
    year: Any,
    values: Any,
    ylabel: str,
    labels: Sequence[Any] | None = None,
    levels: Mapping[str, float] | None = None,
    trend: tuple[Any, Any] | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a dot per year on a logarithmic scale.

    Args:
        year: N years.
        values: N positive numbers; where one is NaN, nothing is drawn.
        ylabel: what the numbers are, with their unit.
        labels: N labels of one or two letters, written on the dots.
        levels: a name -> a value, drawn as a dashed line across.
        trend: years and values of a line to draw through the dots.
        title: the figure's title.
        ax: where to draw; a new figure where None.

    Raises:
        ValueError: year, values and labels are not equally many.
    """
    year, values = as_array(year), as_array(values).astype(float)
    names = [""] * len(year) if labels is None else [str(label) for label in labels]
    if not len(year) == len(values) == len(names):
        raise ValueError(f"There are {len(year)} years, {len(values)} values and {len(names)} labels.")
    ax = axes_or_new(ax, (7.4, 4.4))
    ax.set_yscale("log")
    for name, level in (levels or {}).items():
        ax.axhline(level, color=GREY, linestyle=":", linewidth=1.4, zorder=1)
        ax.annotate(name, (1.01, level), xycoords=("axes fraction", "data"), va="center", fontsize=10, color=GREY)
    if trend is not None:
        ax.plot(*trend, color=ORANGE, linestyle="--", linewidth=1.8, zorder=2)
    ax.plot(year, values, "o", color=BLUE, markersize=6 if labels is None else 16, markeredgecolor="white", zorder=3)
    for x, y, name in zip(year, values, names, strict=True):
        if np.isfinite(y):
            ax.text(x, y, name, ha="center", va="center_baseline", fontsize=9, color="white", zorder=4)
    ax.set(xlabel="year", ylabel=ylabel)
    ax.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10], integer=True))
    ax.margins(x=0.08, y=0.1)
    if title:
        ax.set_title(title)
    return ax


@course_style
def plot_lifetimes(names: Sequence[str], first: Any, last: Any, goes_on: Any, until: int) -> Axes:
    """Draw how long things lasted: a bar from the first to the last year of each.

    Args:
        names: N names.
        first: N years in which they began.
        last: N years in which they ended, NaN where that is not known or not yet so.
        goes_on: N booleans, whether they go on: these bars end in an arrow at ``until``.
        until: the last year of the figure. What neither goes on nor has a known end is a dot alone.

    Raises:
        ValueError: the lists are not equally long.
    """
    first, last, goes_on = as_array(first), as_array(last).astype(float), as_array(goes_on)
    if not len(names) == len(first) == len(last) == len(goes_on):
        raise ValueError(f"There are {len(names)} names, {len(first)} beginnings and {len(last)} ends.")
    ax = axes_or_new(None, (7.6, 0.34 * len(names) + 1.1))
    ended = np.isfinite(last)
    rows = np.arange(len(names))
    ax.hlines(rows[ended], first[ended], last[ended], color=VERMILLION, linewidth=5, label="ended")
    ax.plot(last[ended], rows[ended], "X", color=VERMILLION, markersize=9)
    ax.hlines(rows[goes_on], first[goes_on], until, color=BLUE, linewidth=5, label="still developed")
    ax.plot(np.full(goes_on.sum(), until), rows[goes_on], ">", color=BLUE, markersize=11)
    unknown = ~ended & ~goes_on
    ax.plot(first[unknown], rows[unknown], "o", color=GREY, markersize=9, label="end not dated")
    ax.set_yticks(rows, names)
    ax.set(xlabel="year", xlim=(min(first) - 1, until + 1))
    ax.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10], integer=True))
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    ax.legend(loc="lower left")
    return ax
