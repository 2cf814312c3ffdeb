"""The look of all figures: colours, letters, sizes."""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

P = ParamSpec("P")
R = TypeVar("R")

BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, YELLOW, BLACK = "#E69F00", "#56B4E9", "#F0E442", "#000000"
GREY, PALE, INK = "#707070", "#D9D9D9", "#1A1A1A"

# Okabe & Ito, Color Universal Design (2008); yellow and sky blue, pale on white, come late.
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK, YELLOW, "#7F3C8D", "#8C6D46")
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*", "<", ">")
LINES = ("-", "--", "-.", (0, (1, 1)), (0, (5, 1, 1, 1, 1, 1)))

DIVERGING = "PuOr_r"  # purple below zero, white at zero, orange above
SEQUENTIAL = "Blues"

STYLE: Any = {  # Any, since Matplotlib types the keys as a fixed list of names
    "figure.figsize": (6.4, 4.0),
    "figure.dpi": 90,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "savefig.dpi": "figure",
    "savefig.facecolor": "white",
    "savefig.transparent": False,
    "font.family": "DejaVu Sans",  # comes with Matplotlib: the same letters on every machine
    "font.size": 12,
    "axes.facecolor": "white",
    "axes.titlesize": 13,
    "axes.labelsize": 12,
    "axes.edgecolor": "#4D4D4D",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=COLOURS),
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "legend.fontsize": 11,
    "legend.frameon": True,
    "legend.framealpha": 0.9,
    "legend.edgecolor": PALE,
    "lines.linewidth": 2.2,
    "lines.markersize": 6,
    "image.cmap": "cividis",
    "image.interpolation": "nearest",
}

# Figure(..., **NO_LAYOUT) places its own axes; "none" is documented, but missing in Matplotlib's types.
NO_LAYOUT: Any = {"layout": "none"}


def use_style() -> None:
    """Give all figures of this session the course's look. A lesson's set-up cell calls it."""
    plt.style.use(["default", STYLE])


@contextlib.contextmanager
def in_course_style() -> Iterator[None]:
    """Draw in the course's style, whatever style is in force outside.

    Only STYLE's own settings are put back: ``plt.rc_context`` would also undo what a notebook's backend
    switches on at its first figure, and no later figure would be shown.
    """
    before = {key: plt.rcParams[key] for key in STYLE}
    plt.rcParams.update(STYLE)
    try:
        yield
    finally:
        plt.rcParams.update(before)


def course_style(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function draw in the course's style."""

    @functools.wraps(function)
    def drawing(*args: P.args, **kwargs: P.kwargs) -> R:
        with in_course_style():
            return function(*args, **kwargs)

    return drawing


def axes_or_new(ax: Axes | None, figsize: tuple[float, float] | None = None) -> Axes:
    """``ax`` itself, or the Axes of a new figure where it is None. ``figsize`` is in inches."""
    return plt.subplots(figsize=figsize)[1] if ax is None else ax


def figure(ax: Axes) -> Figure:
    """The whole figure that Axes stand in, also where they stand in a part of it."""
    return ax.figure if isinstance(ax.figure, Figure) else ax.figure.figure


def png(figure: Figure) -> bytes:
    """A figure as a PNG. A figure made by ``Figure(...)`` is unknown to pyplot: nothing is left to close."""
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()


def as_array(values: Any) -> np.ndarray:
    """Numbers, a list, an array or a tensor (of this engine or PyTorch) as an ndarray."""
    return values.detach().numpy() if hasattr(values, "detach") else np.asarray(values)


def class_colours(n: int) -> np.ndarray:
    """The RGB colours of classes 0 to n − 1, shape (n, 3); after ten classes they start again."""
    return np.array([to_rgb(COLOURS[k % len(COLOURS)]) for k in range(n)])


def ink_on(rgb: Any) -> str:
    """The colour of letters that read on a ground of this colour: black or white (WCAG's contrast rule)."""
    linear = np.where(np.asarray(rgb) <= 0.04045, np.asarray(rgb) / 12.92, ((np.asarray(rgb) + 0.055) / 1.055) ** 2.4)
    luminance = linear[:3] @ [0.2126, 0.7152, 0.0722]
    return "white" if luminance < 0.2 else INK  # where both have the same contrast


def number(value: float) -> str:
    """A number with three significant digits and a true minus sign, such as ``−0.25``."""
    value = float(value)
    digits = 4 if 1000 <= abs(value) < 10000 else 3
    return f"{value:.{digits}g}".replace("-", "−").replace("e+0", "e").replace("e−0", "e−")
