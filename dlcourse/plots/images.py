"""Images side by side: data, errors, and the weights of units that look at images."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.layout_engine import ConstrainedLayoutEngine

from dlcourse.plots.style import DIVERGING, VERMILLION, as_array, course_style

TILE = 0.86  # inches
LETTER = 0.1  # inches that a letter of a title takes


@course_style
def image_grid(
    images: Any,
    titles: Sequence[Any] | None = None,
    columns: int = 8,
    highlight: Iterable[int] | np.ndarray | None = None,
) -> np.ndarray:
    """Draw images side by side.

    Args:
        images: grey, shape (N, H, W), (N, 1, H, W) or (N, D) with D a square; or in colour, (N, 3, H, W)
            with values in [0, 1]. Grey images share one scale, from black (the least value) to white.
        titles: N titles, such as labels.
        columns: images per row.
        highlight: places of images that stand out, or N booleans: they get a thick frame, and a title
            that is bold, coloured and marked with ▸.

    Returns:
        The Axes of the images, shape (N,).

    Raises:
        ValueError: the shape is none of these, or titles or booleans are not N.
    """
    pictures = as_pictures(as_array(images))
    n = len(pictures)
    if titles is not None and len(titles) != n:
        raise ValueError(f"There are {n} images, but {len(titles)} titles.")
    chosen = _places(highlight, n)
    longest = max((len(str(title)) for title in titles), default=0) if titles is not None else 0
    tile = max(TILE, LETTER * (longest + 1))
    axes = _grid(n, columns, pictures.shape[2] / pictures.shape[1], tile, room=0.26 if longest else 0.0)
    low, high = float(pictures.min(initial=0)), float(pictures.max(initial=1e-12))
    for k, ax in enumerate(axes):
        if pictures.ndim == 4:
            ax.imshow(np.clip(pictures[k], 0, 1))
        else:
            ax.imshow(pictures[k], cmap="gray", vmin=low, vmax=high)
        if titles is not None:
            ax.set_title(str(titles[k]), fontsize=11, pad=3)
        if k in chosen:
            _mark(ax)
    return axes


@course_style
def weight_pictures(weights: Any, shape: tuple[int, int] | None = None, columns: int = 10) -> np.ndarray:
    """Draw each unit's weights as a picture: orange where they are positive, purple where negative.

    All pictures share one scale, symmetric about 0 (white).

    Args:
        weights: shape (units, D), such as ``model[0].weight``.
        shape: (H, W) of the picture with H·W = D; square where None.
        columns: pictures per row.

    Returns:
        The Axes of the pictures, shape (units,).

    Raises:
        ValueError: D is not H·W, or not a square where no shape is given.
    """
    pictures = as_pictures(as_array(weights), shape)
    if pictures.ndim != 3:
        raise ValueError(f"weights must have shape (units, D), but have shape {as_array(weights).shape}.")
    limit = max(float(np.abs(pictures).max(initial=0)), 1e-12)
    axes = _grid(len(pictures), columns, pictures.shape[2] / pictures.shape[1], right=0.9)
    for picture, ax in zip(pictures, axes, strict=True):
        drawn = ax.imshow(picture, cmap=DIVERGING, vmin=-limit, vmax=limit)
    figure = axes[0].figure
    bar = figure.colorbar(drawn, ax=list(figure.axes), shrink=0.9, aspect=14, pad=0.02)
    bar.set_label("weight")
    bar.locator = plt.MaxNLocator(3 if len(pictures) <= columns else 5, symmetric=True)
    bar.update_ticks()
    return axes


def as_pictures(images: np.ndarray, shape: tuple[int, int] | None = None) -> np.ndarray:
    """Images as (N, H, W), or (N, H, W, 3) in colour, whatever shape they came in.

    Raises:
        ValueError: the shape is none of those that :func:`image_grid` names.
    """
    if images.ndim == 2:
        if shape is None:
            side = math.isqrt(images.shape[1])
            shape = (side, side)
        if shape[0] * shape[1] != images.shape[1]:
            raise ValueError(
                f"Rows of {images.shape[1]} numbers (shape {images.shape}) are no pictures of "
                f"{shape[0]} × {shape[1]}. Give the shape, or images as (N, H, W)."
            )
        images = images.reshape(-1, *shape)
    if images.ndim == 4 and images.shape[1] in (1, 3):
        images = images[:, 0] if images.shape[1] == 1 else images.transpose(0, 2, 3, 1)
    elif images.ndim != 3:
        raise ValueError(f"Images must have shape (N, H, W), (N, 1 or 3, H, W) or (N, D), but have {images.shape}.")
    if not len(images):
        raise ValueError(f"There is nothing to draw: the images have shape {images.shape}.")
    return images


def _places(highlight: Iterable[int] | np.ndarray | None, n: int) -> set[int]:
    """The places of highlighted images, given as such or as N booleans."""
    chosen = np.array([] if highlight is None else list(highlight))
    if chosen.dtype != bool:
        return {int(k) for k in chosen}
    if chosen.shape != (n,):
        raise ValueError(f"There are {n} images, but {len(chosen)} booleans in highlight.")
    return set(np.flatnonzero(chosen).tolist())


def _grid(
    n: int, columns: int, width_to_height: float, tile: float = TILE, room: float = 0.0, right: float = 0.0
) -> np.ndarray:
    """n Axes without ticks in rows; ``room`` above each tile, and at the figure's ``right``, in inches."""
    columns = max(1, min(columns, n))
    rows = -(-n // columns)
    figsize = (columns * tile * width_to_height + right, rows * (tile + room))
    layout = ConstrainedLayoutEngine(w_pad=0.03, h_pad=0.03, wspace=0.02, hspace=0.02)
    axes = plt.subplots(rows, columns, figsize=figsize, squeeze=False, layout=layout)[1]
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.spines[:].set_visible(False)
    for ax in axes.flat[n:]:
        ax.remove()
    return axes.reshape(-1)[:n]


def _mark(ax: Axes) -> None:
    """A thick frame; a bold title with a sign before it."""
    ax.spines[:].set(visible=True, color=VERMILLION, linewidth=3)
    if ax.get_title():
        ax.set_title("▸" + ax.get_title(), fontsize=11, pad=4, color=VERMILLION, fontweight="bold")
