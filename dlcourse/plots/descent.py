"""Ways down: on a curve, on a map with arrows, and several at once in a race."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from dlcourse.plots.style import COLOURS, GREY, INK, MARKERS, VERMILLION, as_array, axes_or_new, course_style

POINTS = 161
LEVELS = 11
ARROWS = 9
MAP: Any = {"cmap": "Blues_r", "alpha": 0.5}  # pale, so that ways and arrows stand out; the darker, the lower
FLOOR = 1e-12  # heights below count as arrived: a logarithmic axis has no 0


@course_style
def plot_descent(
    f: Callable[[np.ndarray], Any],
    path: Any,
    xlim: tuple[float, float],
    ax: Axes | None = None,
    title: str | None = None,
    xlabel: str = "$x$",
    ylabel: str = "$f(x)$",
) -> Axes:
    """Draw a curve and a walk on it, place by place: a ring marks the start, a star the end.

    Args:
        f: takes an array and returns f(x) in that shape.
        path: the places visited, shape (T,). What lies outside ``xlim`` is cut off.
        xlim: the range of x.
        ax: where to draw; a new figure where None.
        title: the figure's title.
        xlabel: what x is.
        ylabel: what f is.

    Raises:
        ValueError: the path's shape is not (T,).
    """
    places = as_array(path)
    if places.ndim != 1:
        raise ValueError(f"A path on a curve has shape (T,), but this one has shape {places.shape}.")
    ax = axes_or_new(ax)
    x = np.linspace(*xlim, 4 * POINTS)
    ax.plot(x, f(x), color=GREY)
    with np.errstate(all="ignore"):
        heights = as_array(f(places))
    ax.plot(places, heights, color=VERMILLION, marker=".", markersize=9, linewidth=1.2, zorder=3)
    _mark_ends(ax, places, heights, VERMILLION)
    low, high = float(np.min(f(x))), float(np.max(f(x)))
    room = 0.06 * (high - low)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=xlim, ylim=(low - room, high + room))
    if title:
        ax.set_title(title)
    return ax


@course_style
def plot_slopes(
    f: Callable[[np.ndarray, np.ndarray], Any],
    gradient: Callable[[np.ndarray, np.ndarray], Any],
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    ax: Axes | None = None,
    title: str | None = None,
    xlabel: str = "$x$",
    ylabel: str = "$y$",
) -> Axes:
    """Draw a contour map (the darker, the lower) with arrows that point downhill, against the gradient.

    Args:
        f: takes x and y, arrays of the same shape, and returns f(x, y) in that shape.
        gradient: takes the same, returns the two slopes.
        xlim: the range of x.
        ylim: the range of y.
        ax: where to draw; a new figure where None.
        title: the figure's title.
        xlabel: what x is.
        ylabel: what y is.
    """
    ax = axes_or_new(ax, (5.2, 4.4))
    _draw_map(ax, f, xlim, ylim)
    inside = [low + (high - low) * np.linspace(0.1, 0.9, ARROWS) for low, high in (xlim, ylim)]
    x, y = np.meshgrid(*inside)
    dx, dy = gradient(x, y)
    # The longest arrow fills the gap to its neighbour, so that none runs into the next.
    scale = np.max(np.hypot(dx, dy)) / min(np.ptp(of) / (ARROWS - 1) for of in inside)
    ax.quiver(x, y, -dx, -dy, color=INK, angles="xy", scale_units="xy", scale=scale, width=0.006, pivot="tail")
    ax.set(xlabel=xlabel, ylabel=ylabel, aspect="equal")  # or the arrows would not cross the contours at right angles
    if title:
        ax.set_title(title)
    return ax


@course_style
def plot_race(
    f: Callable[[np.ndarray, np.ndarray], Any],
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    paths: Mapping[str, Any],
    heights: Mapping[str, Any],
    minima: Sequence[tuple[float, float]] = (),
    axes: Sequence[Axes] | None = None,
    title: str | None = None,
) -> np.ndarray:
    """Draw several ways down on one map, and beside it how high each of them was after each step.

    Args:
        f: takes x and y, arrays of the same shape, and returns f(x, y) in that shape.
        xlim: the range of x.
        ylim: the range of y.
        paths: a name for the legend -> the places visited, shape (T, 2).
        heights: the same names -> how far above the minimum each place lies, shape (T,).
        minima: the lowest places; a cross marks each.
        axes: where to draw the map and the heights; a new figure where None.
        title: the map's title.

    Returns:
        The two Axes, shape (2,).

    Raises:
        ValueError: a path and its heights do not fit.
    """
    left, right = _pair() if axes is None else axes
    _draw_map(left, f, xlim, ylim)
    for k, (name, path) in enumerate(paths.items()):
        places, height = as_array(path), as_array(heights[name])
        if places.shape != (len(height), 2):
            raise ValueError(f"{name!r} has {len(height)} heights and places of shape {places.shape}, not (T, 2).")
        _draw_racer(left, right, places, height, k, name)
    for x, y in minima:
        left.plot(x, y, "x", color=INK, markersize=10, markeredgewidth=2.5, zorder=6)
    left.set(xlabel="$x$", ylabel="$y$", xlim=xlim, ylim=ylim, title=title or "")
    right.set(xlabel="step", ylabel="height above the minimum", yscale="log")
    right.legend(fontsize=10)
    return np.array([left, right])


def _pair() -> Sequence[Axes]:
    fig, axes = plt.subplots(1, 2, figsize=(10.5, 4.2))
    fig.set_layout_engine("constrained", wspace=0.06)  # a heights axis with its name needs the room
    return axes


def _draw_map(ax: Axes, f: Callable, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
    """Bands at levels that grow with the square, so that flat valleys show. Their edges are the contours:
    drawn lines would double the size of the picture in a notebook."""
    x, y = np.meshgrid(np.linspace(*xlim, POINTS), np.linspace(*ylim, POINTS))
    z = as_array(f(x, y))
    low, high = float(np.min(z)), float(np.max(z))
    levels = low + max(high - low, 1e-12) * np.linspace(0, 1, LEVELS) ** 2
    ax.contourf(x, y, z, levels=levels, **MAP)
    ax.grid(False)


def _draw_racer(left: Axes, right: Axes, places: np.ndarray, height: np.ndarray, k: int, name: str) -> None:
    colour, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
    look: Any = {"color": colour, "marker": marker, "markeredgecolor": "white", "markeredgewidth": 0.5}
    x, y = places.T
    left.plot(x, y, **look, markersize=6, linewidth=1.2, zorder=3)
    _mark_ends(left, x, y, colour)
    every = max(1, len(height) // 8)
    lifted = np.maximum(height, FLOOR)
    right.plot(np.arange(len(height)), lifted, **look, markersize=8, markevery=every, linewidth=1.8, label=name)


def _mark_ends(ax: Axes, x: np.ndarray, y: np.ndarray, colour: str) -> None:
    ax.plot(x[:1], y[:1], "o", color="white", markeredgecolor=colour, markeredgewidth=2, markersize=9, zorder=5)
    ax.plot(x[-1:], y[-1:], "*", color=colour, markeredgecolor="white", markersize=15, zorder=5)
