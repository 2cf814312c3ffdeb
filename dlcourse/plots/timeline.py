"""Events in time, in lanes by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from dlcourse.plots.style import COLOURS, GREY, INK, MARKERS, PALE, axes_or_new, course_style

ROOM = 0.24  # of a lane's height, between events of the same lane and year
NEAR = 1  # years within which two events of a lane would overlap


@course_style
def draw_timeline(
    years: Sequence[int],
    kinds: Sequence[str],
    lanes: Sequence[str],
    chosen: int | None = None,
    caption: str = "",
    spans: Mapping[str, tuple[int, int]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw events as marks in lanes, one lane for each kind.

    Args:
        years: N years, in order.
        kinds: N kinds, each the name of a lane.
        lanes: the kinds, the lowest lane first.
        chosen: the place of the event that stands out.
        caption: what is written above it.
        spans: a name -> first and last year of a stretch of time that is shaded.
        ax: where to draw; a new figure where None.

    Raises:
        ValueError: years and kinds are not equally many.
    """
    if len(years) != len(kinds):
        raise ValueError(f"There are {len(years)} years, but {len(kinds)} kinds.")
    ax = axes_or_new(ax, (9.2, 3.2))
    for name, (begin, end) in (spans or {}).items():
        ax.axvspan(begin, end, color=PALE, alpha=0.55, zorder=0)
        ax.text((begin + end) / 2, -0.62, name, ha="center", va="bottom", fontsize=10, color=GREY)
    heights = _heights(years, kinds, lanes)
    for k, (year, kind) in enumerate(zip(years, kinds, strict=True)):
        lane = lanes.index(kind)
        size = 15 if k == chosen else 8
        edge = INK if k == chosen else "white"
        ax.plot(year, heights[k], MARKERS[lane], color=COLOURS[lane], markersize=size, markeredgecolor=edge, zorder=3)
    if chosen is not None:
        _caption(ax, years[chosen], heights[chosen], caption, len(lanes), (years[0] + years[-1]) / 2)
    ax.set_yticks(range(len(lanes)), lanes)
    ax.set(xlabel="year", ylim=(-0.7, len(lanes) + 0.1), xlim=(years[0] - 3, years[-1] + 3))
    ax.grid(False, axis="x")
    ax.tick_params(axis="y", length=0)
    return ax


def _heights(years: Sequence[int], kinds: Sequence[str], lanes: Sequence[str]) -> list[float]:
    """The lane's height for each event, and a little more for one that follows another closely."""
    heights: list[float] = []
    latest: dict[str, tuple[int, float]] = {}
    for year, kind in zip(years, kinds, strict=True):
        before, lift = latest.get(kind, (year - NEAR - 1, 0.0))
        lift = (lift + ROOM) % (3 * ROOM) if year - before <= NEAR else 0.0
        latest[kind] = (year, lift)
        heights.append(lanes.index(kind) + lift)
    return heights


def _caption(ax: Axes, year: int, height: float, text: str, top: float, middle: float) -> None:
    ax.plot([year, year], [height, top - 0.35], color=INK, linewidth=1, zorder=2)
    side = "left" if year < middle else "right"
    ax.text(year, top - 0.3, text, ha=side, va="bottom", fontsize=12, fontweight="bold", color=INK)
