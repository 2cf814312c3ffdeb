"""A small picture for each lesson: the figure that one remembers of it, redrawn without letters."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from dlcourse.plots.style import BLUE, COLOURS, GREY, ORANGE, PALE, VERMILLION

SHAPE = (1.5, 1.0)  # width and height of a picture; each one fills it
PAPER, DARK = "#EAF3FA", "#2B2B2B"


def thumbnail(number: str, ax: Axes) -> None:
    """Draw the picture of a lesson, known by its two digits, on Axes of its own."""
    _PICTURES[number](ax)
    ax.set(xlim=(0, SHAPE[0]), ylim=(0, SHAPE[1]), aspect="equal")
    ax.axis("off")


def _cells(ax: Axes, pattern: np.ndarray, corner: tuple[float, float], size: float, colours: tuple[str, ...]) -> None:
    """A square for each entry of ``pattern``, a place in ``colours``; the upper left corner is given."""
    for (row, column), k in np.ndenumerate(pattern):
        at = (corner[0] + size * column, corner[1] - size * (row + 1))
        ax.add_patch(Rectangle(at, size, size, facecolor=colours[int(k)], edgecolor="white", linewidth=0.5))


def _pixels(ax: Axes, pattern: np.ndarray, corner: tuple[float, float], size: float, colours: tuple[str, str]) -> None:
    """A square picture in two colours; its lower left corner is given."""
    x, y = corner
    ax.imshow(pattern, extent=(x, x + size, y, y + size), cmap=ListedColormap(colours), vmin=0, vmax=1)


def _stretched_arrays(ax: Axes) -> None:
    """00: a column and a row, and what they make together."""
    ground, s = (PAPER, BLUE, "#7FB6DA"), 0.17
    _cells(ax, np.ones((4, 1)), (0.2, 0.74), s, ground)
    _cells(ax, np.ones((1, 5)), (0.46, 0.97), s, ground)
    _cells(ax, 2 * np.ones((4, 5)), (0.46, 0.74), s, ground)


def _retina(ax: Axes) -> None:
    """01: a card on the left, a card on the right."""
    for x, left in ((0.07, 2), (0.8, 10)):
        card = np.zeros((16, 16))
        card[5:11, left : left + 5] = 1
        _pixels(ax, card, (x, 0.18), 0.63, (DARK, ORANGE))


def _losses(ax: Axes) -> None:
    """02: three losses over the margin."""
    margin = np.linspace(-2, 2, 81)
    curves = ((margin < 0) * 1.0, np.maximum(0, 1 - margin), np.log2(1 + np.exp(-margin)))
    for curve, colour, line in zip(curves, (GREY, VERMILLION, BLUE), ("--", "-", "-"), strict=True):
        ax.plot(0.75 + 0.32 * margin, 0.12 + 0.27 * curve, color=colour, linestyle=line, linewidth=1.8)
    ax.plot([0.08, 1.42], [0.12, 0.12], color=GREY, linewidth=0.8)


def _ravine(ax: Axes) -> None:
    """03: gradient descent zigzags down x² + 12 y²; the way is known in closed form."""
    across, up = np.meshgrid(np.linspace(-2.2, 2.2, 60), np.linspace(-1.0, 1.0, 60))
    ax.contour(0.75 + 0.33 * across, 0.5 + 0.45 * up, across**2 + 12 * up**2, 8, colors=PALE, linewidths=1)
    steps = np.arange(14)
    x, y = -2 * 0.85**steps, 0.85 * (-0.8) ** steps
    ax.plot(0.75 + 0.33 * x, 0.5 + 0.45 * y, color=VERMILLION, marker=".", markersize=4, linewidth=1.4)
    ax.plot([0.75], [0.5], "*", color=BLUE, markersize=11)


def _graph(ax: Axes) -> None:
    """04: a sum and a product; values go right, gradients come back."""
    places = {"x": (0.15, 0.84), "y": (0.15, 0.42), "z": (0.6, 0.14), "q": (0.68, 0.63), "f": (1.32, 0.5)}
    look: Any = {
        "arrowstyle": "-|>",
        "mutation_scale": 8,
        "shrinkA": 7,
        "shrinkB": 7,
        "connectionstyle": "arc3,rad=0.12",
    }
    for start, end in (("x", "q"), ("y", "q"), ("q", "f"), ("z", "f")):
        for ends, colour in (((start, end), GREY), ((end, start), VERMILLION)):
            ax.add_patch(FancyArrowPatch(*(places[name] for name in ends), color=colour, **look))
    for place in places.values():
        ax.add_patch(Circle(place, 0.09, facecolor=PAPER, edgecolor=BLUE, linewidth=1.4, zorder=3))


def _spiral(ax: Axes) -> None:
    """05: three arms of a spiral, and the regions around them."""
    x, y = np.meshgrid(np.linspace(-1.65, 1.65, 150), np.linspace(-1.1, 1.1, 100))
    arm = (np.arctan2(y, x) - 3 * np.hypot(x, y)) * 3 / (2 * np.pi)
    ground = np.array([(0.80, 0.89, 0.94), (0.97, 0.87, 0.80), (0.80, 0.93, 0.89)])
    ax.imshow(ground[np.round(arm).astype(int) % 3], extent=(0, SHAPE[0], 0, SHAPE[1]), origin="lower")
    radius = np.linspace(0.08, 1.0, 15)
    for k in range(3):
        angle = 3 * radius + 2 * np.pi * k / 3
        ax.plot(
            0.75 + 0.45 * radius * np.cos(angle),
            0.5 + 0.45 * radius * np.sin(angle),
            ".",
            color=COLOURS[k],
            markersize=4,
        )


def _filtered_face(ax: Axes) -> None:
    """06: a drawn face, and what a filter for edges makes of it."""
    y, x = np.mgrid[-1:1:22j, -1:1:22j]
    face = np.hypot(x, y) < 0.92
    face &= ~(np.hypot(np.abs(x) - 0.35, y + 0.25) < 0.15)
    face &= ~((np.abs(np.hypot(x, y + 0.1) - 0.58) < 0.09) & (y > 0.2))
    edges = np.diff(face, axis=0, append=False) | np.diff(face, axis=1, append=False)
    _pixels(ax, face, (0.05, 0.17), 0.66, (DARK, "#F2D49B"))
    _pixels(ax, edges, (0.79, 0.17), 0.66, (DARK, "white"))


def _same_curve(ax: Axes) -> None:
    """07: two engines, one loss curve."""
    t = np.linspace(0, 1, 60)
    loss = 0.14 + 0.72 * np.exp(-4 * t) * (1 + 0.12 * np.sin(24 * t))
    ax.plot(0.12 + 1.26 * t, loss, color=BLUE, linewidth=2)
    ax.plot(0.12 + 1.26 * t[::5], loss[::5], "o", markersize=5, color="none", markeredgecolor=VERMILLION)
    ax.plot([0.08, 0.08, 1.42], [0.94, 0.08, 0.08], color=GREY, linewidth=0.8)


_PICTURES = {
    "00": _stretched_arrays, "01": _retina, "02": _losses, "03": _ravine,
    "04": _graph, "05": _spiral, "06": _filtered_face, "07": _same_curve,
}  # fmt: skip
