"""Curves over a common x, and the histories of trainings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from dlcourse.plots.style import COLOURS, LINES, as_array, axes_or_new, course_style

METRICS = {
    "train_loss": "training loss",
    "val_loss": "validation loss",
    "train_accuracy": "training accuracy",
    "val_accuracy": "validation accuracy",
    "seconds": "seconds per epoch",
    "lr": "learning rate",
}


@course_style
def plot_curves(
    x: Any,
    curves: Mapping[str, Any],
    xlabel: str,
    ylabel: str,
    title: str | None = None,
    ax: Axes | None = None,
    logx: bool = False,
    logy: bool = False,
) -> Axes:
    """Draw one or more curves over the same x; they differ in colour and in dashes.

    Args:
        x: the common x, shape (N,).
        curves: a name for the legend -> y, each of shape (N,).
        xlabel: what x is, with its unit.
        ylabel: what y is, with its unit.
        title: the figure's title.
        ax: where to draw; a new figure where None.
        logx: whether x has a logarithmic scale.
        logy: whether y has a logarithmic scale.

    Raises:
        ValueError: a curve's shape is not that of ``x``.
    """
    x = as_array(x)
    ax = axes_or_new(ax)
    for k, (name, values) in enumerate(curves.items()):
        y = as_array(values)
        if x.ndim != 1 or y.shape != x.shape:
            raise ValueError(f"The curve {name!r} has shape {y.shape}, x has {x.shape}; both must be the same (N,).")
        draw_curve(ax, x, y, k, name)
    finish(ax, xlabel, ylabel, title, logx, logy, legend=len(curves) > 1)
    return ax


@course_style
def plot_histories(histories: Mapping[str, Any], metric: str = "val_accuracy", ax: Axes | None = None) -> Axes:
    """Compare trainings by one number per epoch.

    Args:
        histories: a name for the legend -> the ``History`` that ``fit`` returned.
        metric: the list to draw: ``train_loss``, ``val_loss``, ``train_accuracy``, ``val_accuracy``, ...
        ax: where to draw; a new figure where None.

    Raises:
        ValueError: a history has no such list, or it is empty (``fit`` had no validation data).
    """
    ax = axes_or_new(ax)
    for k, (name, history) in enumerate(histories.items()):
        values = as_array(getattr(history, metric, None) or [])
        if not values.size:
            raise ValueError(
                f"The history {name!r} holds no {metric!r}. Metrics are {', '.join(METRICS)}; "
                "those of validation need fit(validation=...)."
            )
        draw_curve(ax, np.arange(1, len(values) + 1), values, k, name)
    finish(ax, "epoch", METRICS.get(metric, metric), legend=len(histories) > 1)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


def draw_curve(ax: Axes, x: np.ndarray, y: np.ndarray, k: int, name: str) -> None:
    """The ``k``-th curve; a single point is drawn as a dot."""
    marker = "o" if len(x) < 2 else None
    ax.plot(x, y, label=name, color=COLOURS[k % len(COLOURS)], linestyle=LINES[k % len(LINES)], marker=marker)


def finish(
    ax: Axes,
    xlabel: str,
    ylabel: str,
    title: str | None = None,
    logx: bool = False,
    logy: bool = False,
    legend: bool = True,
) -> None:
    """Names, scales and legend."""
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if logx:
        ax.set_xscale("log")
    if logy:
        ax.set_yscale("log")
    if title:
        ax.set_title(title)
    if legend:
        ax.legend()
