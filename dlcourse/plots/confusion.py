"""The confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm

from dlcourse.plots.style import GREY, SEQUENTIAL, as_array, axes_or_new, course_style, ink_on, number


@course_style
def plot_confusion_matrix(matrix: Any, class_names: Sequence[str] | None = None, ax: Axes | None = None) -> Axes:
    """Draw how many of each true class (rows) were taken for which class (columns), with the numbers.

    The colour scale is bent (power 0.4), so that a handful of errors shows beside hundreds of right answers.

    Args:
        matrix: counts or shares, shape (K, K); row: true class, column: predicted class.
        class_names: a name per class; 0 to K − 1 where None.
        ax: where to draw; a new figure where None.

    Raises:
        ValueError: the matrix is not square, or the names are not as many as its rows.
    """
    matrix = as_array(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"A confusion matrix is square, shape (K, K), but this has shape {matrix.shape}.")
    n = len(matrix)
    names = [str(name) for name in class_names] if class_names is not None else [str(k) for k in range(n)]
    if len(names) != n:
        raise ValueError(f"The matrix has shape {matrix.shape}, but there are {len(names)} class names.")
    side = min(8.0, 2.2 + 0.46 * n)
    ax = axes_or_new(ax, (side + 0.4, side))
    norm = PowerNorm(0.4, vmin=0, vmax=max(float(matrix.max()), 1e-12))
    cmap = mpl.colormaps[SEQUENTIAL]
    ax.imshow(matrix, cmap=cmap, norm=norm)
    for i, j in ((i, j) for i in range(n) for j in range(n)):
        text = number(matrix[i, j]) if matrix[i, j] else "·"
        colour = ink_on(cmap(norm(matrix[i, j]))) if matrix[i, j] else GREY
        weight = "bold" if i == j else "normal"
        ax.text(j, i, text, ha="center", va="center", color=colour, fontsize=_size(n), fontweight=weight)
    ax.set_xticks(range(n), names, rotation=45 if max(map(len, names)) > 4 else 0)
    ax.set_yticks(range(n), names)
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    return ax


def _size(n: int) -> float:
    """Font size in points at which four digits fit into one of n columns."""
    return 11 if n <= 12 else max(5, 130 / n)
