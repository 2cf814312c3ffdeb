"""Points in the plane by class, and the regions into which a classifier cuts the plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcourse.plots.style import COLOURS, MARKERS, as_array, axes_or_new, class_colours, course_style

BANDS = 10  # steps of probability in the shading: they read like a map's contours, and keep the file small


@course_style
def plot_points(x: Any, y: Any, ax: Axes | None = None, class_names: Sequence[str] | None = None) -> Axes:
    """Draw points in the plane, each class with a colour and a marker of its own.

    Args:
        x: the points, shape (N, 2).
        y: their classes, shape (N,).
        ax: where to draw; a new figure where None.
        class_names: a name per class for the legend.

    Raises:
        ValueError: the shapes do not fit.
    """
    x, y = _checked(x, y)
    ax = axes_or_new(ax, (5.2, 4.4))
    classes, places = _places(y)
    for label, k in zip(classes, places, strict=True):
        chosen = x[y == label]
        ax.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=34,
            color=COLOURS[k % len(COLOURS)],
            marker=MARKERS[k % len(MARKERS)],
            edgecolor="white",
            linewidth=0.6,
            label=_name(label, k, class_names),
            zorder=3,
        )
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    ax.locator_params(nbins=6)
    if _similar_spans(x):
        ax.set_aspect("equal", adjustable="datalim")
    ax.legend(
        loc="best", fontsize=10, handletextpad=0.1, labelspacing=0.25, borderpad=0.3, borderaxespad=0.3, framealpha=0.8
    )
    return ax


@course_style
def plot_decision_boundary(
    predict: Callable[[np.ndarray], Any],
    x: Any,
    y: Any,
    ax: Axes | None = None,
    resolution: int = 200,
    title: str | None = None,
    class_names: Sequence[str] | None = None,
) -> Axes:
    """Colour the plane by what a classifier says there, and draw the points over it.

    The deeper the colour, the surer the classifier; the black line is where it changes its mind.

    Args:
        predict: takes points of shape (M, 2) and returns labels (M,) as integers, or one score each,
            (M,) or (M, 1), or a score per class, (M, K). Single scores that all lie in [0, 1] are read as
            the probability of the second class, others as its score, with the boundary at 0.
            Scores per class become probabilities by softmax unless they are already.
        x: the points, shape (N, 2).
        y: their classes, shape (N,).
        ax: where to draw; a new figure where None.
        resolution: the number of places along each axis at which ``predict`` is asked.
        title: the figure's title.
        class_names: a name per class for the legend.

    Raises:
        ValueError: the shapes do not fit.
    """
    x, y = _checked(x, y)
    ax = axes_or_new(ax, (5.2, 4.4))
    (left, right), (bottom, top) = _limits(x)
    across, up = np.linspace(left, right, resolution), np.linspace(bottom, top, resolution)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    dtype = x.dtype if np.issubdtype(x.dtype, np.floating) else float
    probabilities = _probabilities(as_array(predict(grid.astype(dtype))), len(grid), y)
    _shade(ax, probabilities.reshape(resolution, resolution, -1), (left, right, bottom, top))
    plot_points.__wrapped__(x, y, ax, class_names)  # type: ignore[attr-defined]
    ax.set_aspect("equal" if _similar_spans(x) else "auto", adjustable="box")
    ax.set(xlim=(left, right), ylim=(bottom, top))
    ax.grid(False)
    if title:
        ax.set_title(title)
    return ax


def _checked(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    x, y = as_array(x), as_array(y)
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"x must hold points in the plane, shape (N, 2), but has shape {x.shape}.")
    if y.shape != (len(x),):
        raise ValueError(f"y must hold one class per point, shape ({len(x)},), but has shape {y.shape}.")
    return x, y


def _places(y: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """The classes in ``y``, and each one's place among the colours: its own number where it has one."""
    classes = np.unique(y)
    if np.issubdtype(classes.dtype, np.integer) and classes.min(initial=0) >= 0:
        return classes, [int(k) for k in classes]
    return classes, list(range(len(classes)))


def _name(label: Any, place: int, names: Sequence[str] | None) -> str:
    if names is not None and place < len(names):
        return str(names[place])
    return f"class {label:g}" if isinstance(label, np.number) else str(label)


def _similar_spans(x: np.ndarray) -> bool:
    spans = np.ptp(x, axis=0) if len(x) else np.ones(2)
    return bool(spans.min() > 0 and spans.max() / spans.min() < 2.5)


def _limits(x: np.ndarray) -> np.ndarray:
    """The ranges to draw, shape (2, 2): the points' own, and a margin of an eighth."""
    low, high = x.min(axis=0), x.max(axis=0)
    margin = np.where(high > low, (high - low) / 8, 1.0)
    return np.stack([low - margin, high + margin], axis=1)


def _probabilities(scores: np.ndarray, n: int, y: np.ndarray) -> np.ndarray:
    """What ``predict`` returned, as probabilities of shape (n, K)."""
    if scores.ndim == 2 and scores.shape[1] == 1:
        scores = scores[:, 0]
    if scores.ndim not in (1, 2) or len(scores) != n:
        raise ValueError(
            f"predict was given points of shape ({n}, 2) and must return shape ({n},) or ({n}, K), "
            f"but returned shape {scores.shape}."
        )
    if scores.ndim == 2:
        return _rows_to_probabilities(scores)
    if not np.issubdtype(scores.dtype, np.floating):
        return _labels_to_probabilities(scores.astype(int), y)
    if scores.min() < 0 or scores.max() > 1:
        scores = 0.5 + 0.5 * np.tanh(scores / 2)  # the logistic function, without overflow
    return np.stack([1 - scores, scores], axis=1)


def _rows_to_probabilities(scores: np.ndarray) -> np.ndarray:
    if scores.min() >= 0 and np.allclose(scores.sum(axis=1), 1, atol=1e-3):
        return scores
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _labels_to_probabilities(labels: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Certainty for the predicted class: 1 in its column, 0 elsewhere."""
    classes = np.unique(np.concatenate([labels, np.unique(y).astype(int)]))
    if classes.min() >= 0:
        return np.eye(int(classes.max()) + 1)[labels]
    return np.eye(len(classes))[np.searchsorted(classes, labels)]


def _shade(ax: Axes, probabilities: np.ndarray, extent: tuple[float, float, float, float]) -> None:
    """Colours of the likeliest classes, paler where they are less sure; black lines between them."""
    n_classes = probabilities.shape[-1]
    winner = probabilities.argmax(axis=-1)
    chance = 1 / n_classes
    sure = (probabilities.max(axis=-1) - chance) / (1 - chance) if n_classes > 1 else np.ones(winner.shape)
    strength = 0.12 + 0.38 * np.floor(sure * (BANDS - 1) + 0.5) / (BANDS - 1)
    colours = class_colours(n_classes)[winner]
    picture = 1 - strength[..., None] * (1 - colours)
    ax.imshow(picture, extent=extent, origin="lower", aspect="auto", interpolation="nearest", zorder=0)
    across = np.linspace(extent[0], extent[1], winner.shape[1])
    up = np.linspace(extent[2], extent[3], winner.shape[0])
    for k in np.unique(winner):
        others = np.delete(probabilities, k, axis=-1).max(axis=-1, initial=0)
        lead = probabilities[..., k] - others
        if lead.min() < 0 < lead.max():
            ax.contour(across, up, lead, levels=[0.0], colors="black", linewidths=1.4, zorder=2)
