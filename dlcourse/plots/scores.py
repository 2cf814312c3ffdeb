"""How a learner does, trial by trial."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcourse.plots.style import BLUE, GREY, VERMILLION, as_array, axes_or_new, course_style


@course_style
def plot_running_score(right: Any, window: int = 20, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw the share of right answers among the last ``window`` trials, and a tick for each wrong answer.

    Args:
        right: for each trial whether the answer was right, N booleans.
        window: how many trials are averaged; at the beginning, as many as there have been.
        ax: where to draw; a new figure where None.
        title: the figure's title.

    Raises:
        ValueError: ``right`` is empty or has more than one axis, or ``window`` is below 1.
    """
    answers = as_array(right).astype(float)
    if answers.ndim != 1 or not answers.size:
        raise ValueError(f"right must hold one boolean per trial, but has shape {answers.shape}.")
    if window < 1:
        raise ValueError(f"window is a number of trials and must be at least 1, not {window}.")
    ax = axes_or_new(ax, (7.2, 3.6))
    trials = np.arange(1, len(answers) + 1)
    ax.axhline(0.5, color=GREY, linestyle="--", linewidth=1.4, label="guessing")
    ax.plot(trials, _running_mean(answers, window), color=BLUE, label=f"right among the last {window}")
    wrong = trials[answers == 0]
    ax.plot(wrong, np.full(len(wrong), 0.04), "|", color=VERMILLION, markersize=13, mew=2, label="a mistake")
    ax.set(xlabel="trial", ylabel="share of right answers", xlim=(0, len(answers) + 1), ylim=(0, 1.04))
    ax.legend(loc="center right")
    if title:
        ax.set_title(title)
    return ax


def _running_mean(values: np.ndarray, window: int) -> np.ndarray:
    total = np.concatenate([[0.0], np.cumsum(values)])
    end = np.arange(1, len(values) + 1)
    start = np.maximum(end - window, 0)
    return (total[end] - total[start]) / (end - start)
