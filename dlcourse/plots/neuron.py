"""A nerve cell, and the unit that was made after it."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

from dlcourse.plots.style import BLUE, GREEN, INK, PURPLE, VERMILLION, course_style

FORK = np.radians(24)  # between a branch and the straight way on
SHORTER = 0.68  # of its stem, a branch


@course_style
def draw_neuron() -> np.ndarray:
    """Draw a nerve cell on the left and a threshold unit on the right, with what answers to what in the same colour.

    Returns:
        The two Axes.
    """
    axes = plt.subplots(1, 2, figsize=(11, 3.7))[1]
    _cell(axes[0])
    _unit(axes[1])
    for ax, title in zip(axes, ("a nerve cell", "a unit"), strict=True):
        ax.set_title(title)
        ax.set_aspect("equal")
        ax.axis("off")
    return axes


def _cell(ax: Axes) -> None:
    for angle in np.radians([115, 150, 180, 210, 245]):
        _branch(ax, np.array([np.cos(angle), np.sin(angle)]) * 0.5, angle, 0.75, GREEN, depth=3)
    ax.add_patch(Circle((0, 0), 0.55, facecolor="white", edgecolor=VERMILLION, linewidth=3, zorder=3))
    ax.plot([0.55, 4.0], [0, 0], color=BLUE, linewidth=3.5, solid_capstyle="round")
    for angle in np.radians([35, 0, -35]):
        _branch(ax, np.array([4.0, 0.0]), angle, 0.6, BLUE, depth=1)
    ax.text(-1.3, 2.3, "dendrites receive", color=GREEN, ha="center", fontsize=12)
    ax.text(0.75, -1.1, "the cell body adds up", color=VERMILLION, ha="left", fontsize=12)
    ax.text(2.3, 0.25, "the axon sends", color=BLUE, ha="center", fontsize=12)
    ax.text(3.6, 1.5, "synapses: more or\nless strong contacts", color=PURPLE, ha="center", fontsize=12)
    tips = [(4.0 + 1.0 * np.cos(a), 1.0 * np.sin(a)) for a in np.radians([52, 18, 0, -18, -52])]
    ax.plot(*np.transpose(tips), "o", color=PURPLE, markersize=8, zorder=4)
    ax.set(xlim=(-3.0, 5.6), ylim=(-2.2, 2.7))


def _branch(ax: Axes, start: np.ndarray, angle: float, length: float, colour: str, depth: int) -> None:
    """A stem that forks ``depth`` times."""
    end = start + length * np.array([np.cos(angle), np.sin(angle)])
    ax.plot(*np.transpose([start, end]), color=colour, linewidth=1 + 0.8 * depth, solid_capstyle="round", zorder=2)
    if depth:
        for turn in (-FORK, FORK):
            _branch(ax, end, angle + turn, SHORTER * length, colour, depth - 1)


def _unit(ax: Axes) -> None:
    for k, y in enumerate((1.3, 0.0, -1.3), start=1):
        ax.add_patch(
            FancyArrowPatch((-2.6, y), (-0.6, 0.35 * y), arrowstyle="-|>", mutation_scale=14, color=GREEN, linewidth=2)
        )
        ax.text(-2.8, y, f"$x_{k}$", color=GREEN, ha="right", va="center", fontsize=15)
        ax.text(-1.7, 0.68 * y + 0.22, f"$w_{k}$", color=PURPLE, ha="center", fontsize=14)
    ax.add_patch(Circle((0, 0), 0.62, facecolor="white", edgecolor=VERMILLION, linewidth=3))
    ax.text(0, 0, "Σ", color=VERMILLION, ha="center", va="center", fontsize=18)
    ax.plot([0.62, 1.2], [0, 0], color=INK, linewidth=2)
    ax.plot([1.2, 1.2, 2.4, 2.4, 1.2], [-0.5, 0.5, 0.5, -0.5, -0.5], color=INK, linewidth=1.5)
    ax.plot([1.35, 1.8, 1.8, 2.25], [-0.3, -0.3, 0.3, 0.3], color=BLUE, linewidth=3)
    _arrow(ax, (2.4, 0), (3.5, 0), BLUE)
    ax.text(3.65, 0, "0 or 1", color=BLUE, va="center", fontsize=13)
    ax.text(0, -1.15, "adds up", color=VERMILLION, ha="center", fontsize=12)
    ax.text(1.8, 0.72, "threshold", color=INK, ha="center", fontsize=12)
    ax.text(-1.9, -1.95, "weights: more or less strong", color=PURPLE, ha="center", fontsize=12)
    ax.set(xlim=(-3.8, 4.8), ylim=(-2.2, 2.7))


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=14, color=colour, linewidth=2))
