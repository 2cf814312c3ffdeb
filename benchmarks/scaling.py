"""The perceptron's training step against batch size and against width: a table and a figure of each."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import LogLocator, StrMethodFormatter

from benchmarks import report
from benchmarks.harness import Bench, Comparison
from benchmarks.networks import Network, matrix_products, mlp, pair, random_images
from dlcourse import plots

BATCHES = (1, 8, 32, 128, 512, 2048)
WIDTHS = (32, 64, 128, 256, 512, 1024)


class Point(NamedTuple):
    """One measurement: the number that was varied, both libraries' steps, and the products alone, in seconds."""

    x: int
    step: Comparison
    products: float

    @property
    def seconds(self) -> tuple[float, float, float]:
        """Our median step, PyTorch's, and the products."""
        return *self.step.medians, self.products


def measure(bench: Bench, x: int, batch: int, width: int) -> Point:
    """A training step of the MLP 784-width-width-10."""
    data = random_images(max(4 * batch, 512), (784,))
    ours, theirs = pair(bench, Network(f"MLP of width {width}", partial(mlp, width=width), batch, data))
    products = bench.time(matrix_products(ours.model, ours.x[next(ours.batches)], training=True))
    return Point(x, bench.compare(ours.step, theirs.step, seconds=0.1), products)


def draw(by_batch: list[Point], by_width: list[Point], path: Path) -> None:
    """Time per sample against the batch size, and per step against the width, on logarithmic axes."""
    plots.use_style()
    figure, axes = plt.subplots(1, 2, figsize=(11, 4.4))
    per_sample = [[1e6 * t / p.x for t in p.seconds] for p in by_batch]
    per_step = [[1e3 * t for t in p.seconds] for p in by_width]
    panels = (
        (by_batch, per_sample, "batch size", "µs per sample", "Batch size, at width 225"),
        (by_width, per_step, "units per hidden layer", "ms per step", "Width, at batch 128"),
    )
    for ax, (points, times, xlabel, ylabel, title) in zip(axes, panels, strict=True):
        curves = dict(zip(("dlcourse", "PyTorch", "matrix products alone"), zip(*times, strict=True), strict=True))
        xs = [p.x for p in points]
        plots.plot_curves(xs, curves, xlabel, ylabel, title, ax=ax, logx=True, logy=True)
        ax.set_xticks(xs, map(str, xs))
        ax.minorticks_off()
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        for line in ax.lines:
            line.set_marker("o")
    figure.savefig(path, dpi=120)
    plt.close(figure)


def run(bench: Bench, folder: Path) -> str:
    """Both tables, and the figure ``results.png`` beside the page."""
    batches, widths = (BATCHES[1:4], WIDTHS[1:4]) if bench.quick else (BATCHES, WIDTHS)
    by_batch = [measure(bench, n, n, 225) for n in batches]
    by_width = [measure(bench, n, 128, n) for n in widths]
    draw(by_batch, by_width, folder / "results.png")
    tables = [
        report.table([what, *report.RATIOS, "products"], [
            [str(p.x), *report.ratios(p.step), f"{p.products / p.step.medians[0]:.0%}"] for p in points
        ])
        for what, points in (("batch", by_batch), ("width", by_width))
    ]  # fmt: skip
    note = "A training step of the MLP 784-width-width-10 with momentum: with width 225, and with batch 128."
    picture = "![Time against batch size and width: both libraries, and the matrix products alone](results.png)"
    return "\n\n".join([note, *tables, picture])
