"""A function of two variables as a map, and ways that walk down on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcourse.plots.style import COLOURS, LINES, as_array, axes_or_new, course_style, number

POINTS = 161
LEVELS = 14


@course_style
def plot_surface(
    f: Callable[[np.ndarray, np.ndarray], Any],
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    path: Any = None,
    ax: Axes | None = None,
    xlabel: str = "$x$",
    ylabel: str = "$y$",
    label: str = "value",
) -> Axes:
    """Draw a function of two variables as a contour map: the darker, the lower.

    Levels are closer together near the minimum (they grow with the square), so that flat valleys show.

    Args:
        f: takes two arrays of the same shape, x and y, and returns f(x, y) in that shape.
        xlim: the range of x.
        ylim: the range of y.
        path: places visited one after another, shape (T, 2); or a name -> path mapping for several.
            A ring marks the start, a star the end.
        ax: where to draw; a new figure where None.
        xlabel: what x is.
        ylabel: what y is.
        label: what f is, beside the colours.

    Raises:
        ValueError: f does not return the shape of its arguments, or a path's shape is not (T, 2).
    """
    ax = axes_or_new(ax, (5.6, 4.4))
    x, y = np.meshgrid(np.linspace(*xlim, POINTS), np.linspace(*ylim, POINTS))
    z = as_array(f(x, y))
    if z.shape != x.shape:
        raise ValueError(f"f was given arrays of shape {x.shape} and must return that shape, but returned {z.shape}.")
    low, high = float(np.nanmin(z)), float(np.nanmax(z))
    levels = low + (max(high - low, 1e-12)) * np.linspace(0, 1, LEVELS) ** 2
    filled = ax.contourf(x, y, z, levels=levels, cmap="cividis")
    ax.contour(x, y, z, levels=levels, colors="white", linewidths=0.5, alpha=0.6)
    ticks = levels[:: LEVELS // 5]
    bar = ax.figure.colorbar(filled, ax=ax, label=label, shrink=0.9, ticks=ticks)
    bar.ax.set_yticklabels([number(float(f"{tick:.2g}")) for tick in ticks])
    paths = path if isinstance(path, Mapping) else {} if path is None else {"": path}
    for k, (name, places) in enumerate(paths.items()):
        _draw_path(ax, as_array(places), k, name)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=xlim, ylim=ylim)
    ax.grid(False)
    if any(paths):
        ax.legend()
    return ax


def _draw_path(ax: Axes, places: np.ndarray, k: int, name: str) -> None:
    if places.ndim != 2 or places.shape[1] != 2:
        raise ValueError(f"A path must have shape (T, 2), but has shape {places.shape}.")
    colour = COLOURS[(k + 1) % len(COLOURS)]
    x, y = places.T
    ax.plot(x, y, color="white", linewidth=4, zorder=3)  # a rim that parts it from the map
    ax.plot(x, y, color=colour, linestyle=LINES[k % len(LINES)], marker=".", markersize=5, label=name, zorder=4)
    ax.plot(x[:1], y[:1], "o", color="white", markeredgecolor=colour, markeredgewidth=2, markersize=9, zorder=5)
    ax.plot(x[-1:], y[-1:], "*", color=colour, markeredgecolor="white", markersize=15, zorder=5)
