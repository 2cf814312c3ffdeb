"""Curves that grow while a network trains."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from dlcourse.plots.curves import METRICS, draw_curve, finish
from dlcourse.plots.style import course_style, png

PANELS = (("loss", ("train_loss", "val_loss")), ("accuracy", ("train_accuracy", "val_accuracy")))


class LiveHistory:
    """Redraw loss and accuracy in place after each epoch, in Jupyter; silent anywhere else.

    Use it as ``fit(..., on_epoch_end=plots.LiveHistory())``. Drawing takes at most about a fifth of the
    time: where epochs are faster than that some are left out, and the last one is drawn when the cell ends.
    """

    def __init__(self) -> None:
        self._handle: Any = None
        self._history: Any = None
        self._next = 0.0

    def __call__(self, history: Any) -> None:
        """Take the history so far, and show it if it is time to."""
        shell = notebook()
        if shell is None:
            return
        if self._history is None:
            shell.events.register("post_run_cell", self._finish)
        self._history = history
        now = time.perf_counter()
        if now >= self._next:
            self._show()
            self._next = time.perf_counter() + 4 * (time.perf_counter() - now)

    def _show(self) -> None:
        from IPython.display import Image, display

        image = Image(data=history_png(self._history), format="png")
        if self._handle is None:
            self._handle = display(image, display_id=True)
        else:
            self._handle.update(image)

    def _finish(self, *_: Any) -> None:
        """Draw the last epoch; the next training starts a picture of its own."""
        notebook().events.unregister("post_run_cell", self._finish)
        self._show()
        self._handle = self._history = None
        self._next = 0.0


def notebook() -> Any:
    """The shell of a Jupyter kernel, or None in a terminal or a script."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell if hasattr(shell, "kernel") else None


@course_style
def history_png(history: Any) -> bytes:
    """The curves of a history as a PNG; no figure stays open."""
    return png(draw_history(history))


@course_style
def draw_history(history: Any) -> Figure:
    """A panel for the loss and one for the accuracy, of those lists that the history has."""
    panels = [(name, [m for m in metrics if getattr(history, m, None)]) for name, metrics in PANELS]
    panels = [(name, metrics) for name, metrics in panels if metrics] or [("loss", [])]
    figure = Figure(figsize=(4.3 * len(panels), 3.3), dpi=90)
    figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.1)
    for ax, (name, metrics) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        for metric in metrics:
            values = np.asarray(getattr(history, metric), dtype=float)
            draw_curve(ax, np.arange(1, len(values) + 1), values, metric.startswith("val"), METRICS[metric].split()[0])
        finish(ax, "epoch", name, legend=bool(metrics))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure
