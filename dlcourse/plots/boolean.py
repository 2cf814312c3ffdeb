"""Functions of two yes-no inputs, as four corners of a square."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from dlcourse.plots.style import BLUE, INK, VERMILLION, as_array, course_style

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
LIMITS = (-0.5, 1.5)
TINY = 1e-9


@course_style
def plot_boolean_functions(
    tables: Any, titles: Sequence[str], lines: Sequence[tuple[Any, float] | None], columns: int = 8
) -> np.ndarray:
    """Draw functions of two inputs: a filled corner where the answer is 1, an empty one where it is 0.

    Args:
        tables: N × 4 zeros and ones, the answers to (0, 0), (0, 1), (1, 0) and (1, 1).
        titles: N names.
        lines: for each function the weights, shape (2,), and the bias of a unit that computes it; the side
            where w·x + b >= 0 is shaded. None where there is no such unit: these panels stand out.
        columns: panels per row.

    Returns:
        The Axes of the panels, shape (N,).

    Raises:
        ValueError: there are not as many titles or lines as functions.
    """
    answers = as_array(tables)
    if not len(answers) == len(titles) == len(lines):
        raise ValueError(f"{len(answers)} functions need as many titles and lines, not {len(titles)} and {len(lines)}.")
    rows = -(-len(answers) // columns)
    axes = plt.subplots(rows, columns, figsize=(1.35 * columns, 1.75 * rows + 0.2), squeeze=False)[1]
    for ax in axes.flat[len(answers) :]:
        ax.remove()
    panels = axes.reshape(-1)[: len(answers)]
    for ax, values, title, line in zip(panels, answers, titles, lines, strict=True):
        _panel(ax, values, title, line)
    figure = panels[0].figure
    figure.supxlabel("input 1", fontsize=12)
    figure.supylabel("input 2", fontsize=12)
    return panels


def _panel(ax: Axes, values: np.ndarray, title: str, line: tuple[Any, float] | None) -> None:
    colours = [BLUE if value else "white" for value in values]
    ax.scatter(CORNERS[:, 0], CORNERS[:, 1], s=90, c=colours, edgecolors=BLUE, linewidths=1.8, zorder=3)
    ax.set(xlim=LIMITS, ylim=LIMITS, xticks=[0, 1], yticks=[0, 1], aspect="equal")
    ax.tick_params(labelsize=9)
    ax.grid(False)
    if line is None:
        ax.set_title(f"✗ {title}", fontsize=10, color=VERMILLION, fontweight="bold")
        ax.spines[:].set(visible=True, color=VERMILLION, linewidth=2.5)
        return
    ax.set_title(title, fontsize=10, color=INK)
    side = np.linspace(*LIMITS, 101)
    x1, x2 = np.meshgrid(side, side)
    scores = line[0][0] * x1 + line[0][1] * x2 + line[1]
    # contourf shades only what lies above its level: a score of exactly 0 answers 1, also where all scores are 0
    ax.contourf(x1, x2, scores, levels=[-np.inf, -TINY, np.inf], colors=["white", BLUE], alpha=0.25)
