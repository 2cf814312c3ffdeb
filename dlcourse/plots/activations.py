"""Activation functions with their derivatives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from dlcourse.plots.style import BLUE, GREY, VERMILLION, as_array, axes_or_new, course_style

Function = Callable[[np.ndarray], Any]
FAR = 1e6
BOTTOM, TOP = -2.2, 3.2  # where several functions together are cut off


@course_style
def plot_activation(name: str, f: Function, derivative: Function, z: Any = None, ax: Axes | None = None) -> Axes:
    """Draw a function and its derivative over the same axes.

    Where one of them jumps, the curve is broken, and rings mark the two ends. A dotted line shows the value
    that the function approaches for very large or very small z, where there is one other than 0.

    Args:
        name: the function's name, the title.
        f: takes an array, returns an array of its shape.
        derivative: its derivative, likewise.
        z: where to draw, shape (N,), rising; −4 to 4 where None.
        ax: where to draw; a new figure where None.

    Raises:
        ValueError: ``f`` or ``derivative`` returns another shape.
    """
    ax = axes_or_new(ax, (5.4, 3.6))
    _draw_both(ax, name, f, derivative, z)
    ax.set_xlabel("$z$")
    ax.legend(*_entries([ax]))
    return ax


@course_style
def plot_activations(
    activations: Mapping[str, tuple[Function, Function]], columns: int = 4, z: Any = None
) -> np.ndarray:
    """Draw several activation functions with their derivatives, on equal axes, to compare them.

    What lies far from 0 is cut off, so that the bends can be seen.

    Args:
        activations: name -> (function, derivative).
        columns: functions per row.
        z: where to draw, shape (N,), rising; −4 to 4 where None.

    Returns:
        The Axes, shape (number of functions,).

    Raises:
        ValueError: there is nothing to draw, or a function returns another shape than it is given.
    """
    if not activations:
        raise ValueError("There is nothing to draw: give a name -> (function, derivative) mapping.")
    columns = min(columns, len(activations))
    rows = -(-len(activations) // columns)
    figsize = (max(4.0, 2.3 * columns), 1.95 * rows + 0.6)
    figure, grid = plt.subplots(rows, columns, figsize=figsize, sharex=True, sharey=True, squeeze=False)
    for ax, (name, (f, derivative)) in zip(grid.flat, activations.items(), strict=False):
        _draw_both(ax, name, f, derivative, z)
        ax.tick_params(labelbottom=True)
    for ax in grid.flat[len(activations) :]:
        ax.remove()
    figure.supxlabel("$z$", fontsize=12)
    axes = grid.reshape(-1)[: len(activations)]
    low, high = axes[0].get_ylim()
    axes[0].set_ylim(max(low, BOTTOM), min(high, TOP))
    figure.legend(*_entries(axes), loc="outside upper center", ncols=3)
    return axes


def _entries(axes: Iterable[Axes]) -> tuple[list, list[str]]:
    """The legend's handles and names, each name once."""
    found: dict[str, Any] = {}
    for ax in axes:
        found |= {name: handle for handle, name in zip(*ax.get_legend_handles_labels(), strict=True)}
    names = sorted(found, key=("$f(z)$", "$f'(z)$", "limit").index)
    return [found[name] for name in names], names


def _draw_both(ax: Axes, name: str, f: Function, derivative: Function, z: Any) -> None:
    z = np.linspace(-4, 4, 802) if z is None else as_array(z)
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.axvline(0, color=GREY, linewidth=0.8)
    for value in _asymptotes(f):
        ax.axhline(value, color=GREY, linewidth=1.6, linestyle=":", label="limit")
    _draw(ax, z, f, "$f(z)$", BLUE, "-")
    _draw(ax, z, derivative, "$f'(z)$", VERMILLION, "--")
    ax.set(title=name, xlim=(z[0], z[-1]))


def _draw(ax: Axes, z: np.ndarray, f: Function, name: str, colour: str, line: Any) -> None:
    y = as_array(f(z)).astype(float)
    if y.shape != z.shape:
        raise ValueError(f"The function was given shape {z.shape} and must return that shape, but returned {y.shape}.")
    jumps = _jumps(z, y)
    ax.plot(np.insert(z, jumps, np.nan), np.insert(y, jumps, np.nan), line, color=colour, label=name)
    ends = np.concatenate([jumps - 1, jumps])
    ax.plot(z[ends], y[ends], "o", color="white", markeredgecolor=colour, markersize=5, markeredgewidth=1.5, zorder=4)


def _jumps(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The places before which y jumps: far steeper there than at both neighbouring steps."""
    slopes = np.abs(np.diff(y) / np.diff(z))
    if len(slopes) < 3:
        return np.array([], dtype=int)
    around = np.maximum(np.append(slopes[1:], 0), np.insert(slopes[:-1], 0, 0))
    return np.flatnonzero(slopes > 5 * around + 5) + 1


def _asymptotes(f: Function) -> list[float]:
    """The values that f approaches far to the left and to the right, without 0."""
    with np.errstate(all="ignore"):
        near, far = (as_array(f(np.array([-s, s]))).astype(float) for s in (FAR, 2 * FAR))
    settled = np.isfinite(near) & (np.abs(near - far) < 1e-3) & (np.abs(near) > 1e-3)
    return sorted({round(float(value), 3) for value in near[settled]})
