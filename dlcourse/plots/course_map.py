"""The map of the course: a row for each lesson, and arrows from what it builds on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

from dlcourse.course import LESSONS, Stop, arrows
from dlcourse.plots.style import BLUE, GREY, course_style
from dlcourse.plots.thumbnails import SHAPE, thumbnail

ROW, WIDTH = 1.08, 10.2  # inches
LINE, PICTURE, TEXT = 1.15, 1.65, 3.35  # where the line of stops, the pictures and the words stand
STOP = 0.24  # radius of a stop
BULGE = 0.55  # how far an arrow that passes over a lesson swings out


@course_style
def plot_course_map(lessons: Sequence[Stop] = LESSONS) -> Axes:
    """Draw the lessons below each other: number, picture, title, what is built, time, what comes before.

    Args:
        lessons: the lessons in order; each one has a picture in :mod:`dlcourse.plots.thumbnails`.
    """
    height = ROW * len(lessons)
    figure = plt.figure(figsize=(WIDTH, height))
    figure.set_layout_engine("none")  # the Axes below stand where they are put
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(0, height))
    ax.axis("off")
    middles = [height - ROW * (k + 0.5) for k in range(len(lessons))]
    for lesson, y in zip(lessons, middles, strict=True):
        _write(ax, lesson, y)
        thumbnail(lesson.number, figure.add_axes(_picture_box(y, height)))
    for earlier, later in arrows(lessons):
        _lead(ax, middles[earlier], middles[later], between=later - earlier - 1)
    return ax


def _write(ax: Axes, lesson: Stop, y: float) -> None:
    ax.add_patch(Circle((LINE, y), STOP, facecolor="white", edgecolor=BLUE, linewidth=2, zorder=3))
    ax.text(LINE, y, lesson.number, ha="center", va="center", weight="bold", zorder=4)
    after = f"after {', '.join(lesson.before)}" if lesson.before else "begin here"
    ax.text(TEXT, y + 0.26, lesson.title, va="center", fontsize=13, weight="bold")
    ax.text(TEXT, y, lesson.builds, va="center", fontsize=11)
    ax.text(TEXT, y - 0.26, f"{lesson.minutes} min to read  ·  {after}", va="center", fontsize=10, color=GREY)


def _picture_box(y: float, height: float) -> tuple[float, float, float, float]:
    """Where a picture with its middle at y stands, in parts of the figure: left, bottom, width, height."""
    tall = 0.9 * ROW
    wide = tall * SHAPE[0] / SHAPE[1]
    return PICTURE / WIDTH, (y - tall / 2) / height, wide / WIDTH, tall / height


def _lead(ax: Axes, start: float, end: float, between: int) -> None:
    """An arrow from stop to stop: straight to the next one, in an arc on the left of those between."""
    if between:
        ends, bend = ((LINE - STOP, start), (LINE - STOP, end)), 2 * BULGE * between**0.5 / (start - end)
    else:
        ends, bend = ((LINE, start - STOP), (LINE, end + STOP)), 0.0
    look: Any = {"arrowstyle": "-|>", "mutation_scale": 14, "color": GREY, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(*ends, connectionstyle=f"arc3,rad={bend}", **look))
