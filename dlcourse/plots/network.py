"""A small multilayer perceptron as circles and lines."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from dlcourse.plots.style import BLUE, DIVERGING, GREY, INK, as_array, axes_or_new, course_style, ink_on, number

MOST, FIRST = 6, 4  # circles drawn per layer; of larger layers the first four and the last one
RADIUS = 0.34
APART = 2.4  # between layers, in units of the distance between two circles
SHARES = (0.29, 0.71, 0.36, 0.64, 0.43, 0.57)  # of a line's length, where its number may stand
FEW_LINES = 6  # up to so many lines between two layers, their weights are written beside them


@course_style
def plot_network(
    sizes: Sequence[int],
    weights: Sequence[Any] | None = None,
    values: Sequence[Any] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a network: a column of circles per layer, a line per weight.

    Positive weights are orange and solid, negative ones purple and dashed; the thicker, the larger. Numbers
    stand beside the lines where there are few. Large layers are shortened.

    Args:
        sizes: the number of units in each layer, the inputs first.
        weights: one array per step between layers, shape (units out, units in) like ``nn.Linear.weight``.
        values: one array per layer, shape (units,), written into the circles.
        ax: where to draw; a new figure where None.

    Raises:
        ValueError: fewer than two layers, or a shape that does not fit the sizes.
    """
    sizes = [int(size) for size in sizes]
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"A network needs at least two layers of at least one unit, but the sizes are {sizes}.")
    matrices = _checked(weights, [(b, a) for a, b in itertools.pairwise(sizes)], "weights")
    outputs = _checked(values, [(size,) for size in sizes], "values")
    shown = [_shown(size) for size in sizes]
    tallest = max(map(len, shown))
    width, height = APART * (len(sizes) - 1) + 1.4, tallest + 0.9
    unit = 0.9 if tallest <= 3 else 0.68  # inches
    ax = axes_or_new(ax, (min(11.0, unit * width), unit * height))
    for k in range(len(sizes) - 1):
        _draw_lines(ax, k, shown[k], shown[k + 1], matrices[k] if matrices else None)
    for k, units in enumerate(shown):
        _draw_layer(ax, k, units, outputs[k] if outputs else None)
        _caption(ax, k, len(sizes), sizes[k], -tallest / 2 - 0.05)
    bottom = -tallest / 2 - 0.85
    ax.set(xlim=(-0.7, width - 0.7), ylim=(bottom, bottom + height), aspect="equal")
    ax.axis("off")
    return ax


def _checked(arrays: Sequence[Any] | None, shapes: list[tuple], what: str) -> list[np.ndarray] | None:
    if arrays is None:
        return None
    found = [as_array(a) for a in arrays]
    if [a.shape for a in found] != shapes:
        raise ValueError(f"{what} must have the shapes {shapes}, but have {[a.shape for a in found]}.")
    return found


def _shown(size: int) -> list[int | None]:
    """The units of a layer that are drawn; None stands for those left out."""
    return list(range(size)) if size <= MOST else [*range(FIRST), None, size - 1]


def _height(place: int, units: list[int | None]) -> float:
    return (len(units) - 1) / 2 - place


def _draw_lines(ax: Axes, k: int, left: list[int | None], right: list[int | None], weights: np.ndarray | None) -> None:
    largest = max(float(np.abs(weights).max()), 1e-12) if weights is not None else 1.0
    few = weights is not None and weights.size <= FEW_LINES
    taken: list[tuple[float, float]] = []
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            if a is None or b is None:
                continue
            start, end = (APART * k, _height(i, left)), (APART * (k + 1), _height(j, right))
            weight = None if weights is None else float(weights[b, a])
            ax.plot(*zip(start, end, strict=True), zorder=1, **_line(weight, largest))
            if few and weight is not None:
                _write_weight(ax, start, end, weight, taken)


def _line(weight: float | None, largest: float) -> dict[str, Any]:
    """Colour, dashes and width of a weight's line."""
    if weight is None:
        return {"color": GREY, "linewidth": 0.8, "alpha": 0.6}
    share = weight / largest
    colour = mpl.colormaps[DIVERGING](0.5 + 0.42 * np.sign(share))
    return {"color": colour, "linewidth": 0.3 + 3.2 * abs(share), "linestyle": "-" if weight >= 0 else (0, (3, 1))}


def _write_weight(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], weight: float, taken: list[tuple[float, float]]
) -> None:
    """The number on its line, at the first of some places that is clear of those ``taken``; it joins them."""
    places = [tuple(s + share * (e - s) for s, e in zip(start, end, strict=True)) for share in SHARES]
    clear = [(x, y) for x, y in places if all(abs(x - a) > 0.65 or abs(y - b) > 0.27 for a, b in taken)]
    x, y = [*clear, places[0]][0]
    taken.append((x, y))
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    ax.text(x, y, number(round(weight, 2)), ha="center", va="center", fontsize=10, bbox=box, zorder=2)


def _draw_layer(ax: Axes, k: int, units: list[int | None], values: np.ndarray | None) -> None:
    for place, unit in enumerate(units):
        at = (APART * k, _height(place, units))
        if unit is None:
            ax.text(*at, "⋮", ha="center", va="center", fontsize=16, color=INK)
            continue
        face = "white" if values is None else mpl.colormaps["Blues"](0.15 + 0.55 * _share(values, unit))
        ax.add_patch(Circle(at, RADIUS, facecolor=face, edgecolor=BLUE, linewidth=1.6, zorder=3))
        if values is not None:
            text = number(round(float(values[unit]), 2))
            ax.text(*at, text, ha="center", va="center", fontsize=10, color=ink_on(face), zorder=4)


def _share(values: np.ndarray, unit: int) -> float:
    """How large a unit's value is among its layer's, from 0 to 1."""
    return float(abs(values[unit]) / max(np.abs(values).max(), 1e-12))


def _caption(ax: Axes, k: int, layers: int, size: int, y: float) -> None:
    name = "input" if k == 0 else "output" if k == layers - 1 else "hidden"
    ax.text(APART * k, y, f"{name}\n{size}", ha="center", va="top", fontsize=11)
