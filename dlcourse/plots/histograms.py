"""What flows through the layers of a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from dlcourse.plots.style import BLUE, as_array, course_style, number


@course_style
def plot_layer_histograms(
    activations: Sequence[Any], names: Sequence[str] | None = None, columns: int = 5, xlabel: str = "activation"
) -> np.ndarray:
    """Draw a histogram per layer, all over the same axis, with each layer's standard deviation.

    Args:
        activations: one array per layer, of any shape.
        names: a name per layer; "layer 1", ... where None.
        columns: histograms per row.
        xlabel: what the numbers are.

    Returns:
        The Axes, shape (layers,).

    Raises:
        ValueError: there are no layers, an array is empty, or the names are not as many as the layers.
    """
    layers = [as_array(values).ravel() for values in activations]
    names = [f"layer {k + 1}" for k in range(len(layers))] if names is None else list(names)
    if not layers or not all(layer.size for layer in layers):
        raise ValueError(f"Each layer needs numbers, but their sizes are {[layer.size for layer in layers]}.")
    if len(names) != len(layers):
        raise ValueError(f"There are {len(layers)} layers, but {len(names)} names.")
    rows = -(-len(layers) // columns)
    columns = -(-len(layers) // rows)
    figsize = (max(4.0, 1.75 * columns), 1.55 * rows + 0.45)
    figure, grid = plt.subplots(rows, columns, figsize=figsize, sharex=True, squeeze=False)
    bins = _bins(layers)
    for layer, name, ax in zip(layers, names, grid.flat, strict=False):
        _draw(ax, layer, bins, name)
    for k in range(len(layers), grid.size):
        grid.flat[k].remove()
        grid.flat[k - columns].tick_params(labelbottom=True)
    figure.supxlabel(xlabel, fontsize=12)
    return grid.reshape(-1)[: len(layers)]


def _draw(ax: Axes, layer: np.ndarray, bins: np.ndarray, name: str) -> None:
    """One histogram. The many exact zeros of a ReLU are written, and their bar is cut, to show the rest."""
    finite = layer[np.isfinite(layer)]
    counts = np.sort(ax.hist(finite, bins=bins.tolist(), color=BLUE)[0])
    zeros = float(np.mean(layer == 0))
    if zeros > 0.1 and 0 < 2 * counts[-2] < counts[-1]:
        ax.set_ylim(0, 2 * counts[-2])
        ax.text(0.95, 0.9, f"{zeros:.0%} zeros", transform=ax.transAxes, ha="right", va="top", fontsize=10)
    ax.set_title(f"{name}\nstd {number(layer.std())}", fontsize=11)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def _bins(layers: list[np.ndarray]) -> np.ndarray:
    """Common edges; the outermost thousandth of a layer at each side must not squeeze the rest."""
    finite = [layer[np.isfinite(layer)] for layer in layers]
    ends = [np.quantile(layer, [0.001, 0.999]) for layer in finite if layer.size] or [[0.0, 1.0]]
    low, high = np.min(ends), np.max(ends)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, 41)
