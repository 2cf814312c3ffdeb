"""Who works when: readers that fetch batches, and the model that consumes them."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from dlcourse.plots.style import COLOURS, axes_or_new, course_style

Span = tuple[float, float]


@course_style
def plot_pipeline(readers: Sequence[Sequence[Span]], model: Sequence[Span], ax: Axes | None = None) -> Axes:
    """A row for each reader and one for the model, with a bar for each batch.

    Args:
        readers: for each reader, (start, end) of each batch that it reads, in milliseconds.
        model: (start, end) of each training step, in milliseconds.
        ax: where to draw; a new figure where None.
    """
    ax = axes_or_new(ax)
    rows = [("model", model, COLOURS[1])]
    rows += [(f"reader {k}", spans, COLOURS[0]) for k, spans in enumerate(readers, start=1)]
    for height, (_, spans, colour) in enumerate(rows):
        bars = [(start, end - start) for start, end in spans]
        ax.broken_barh(bars, (height - 0.35, 0.7), facecolors=colour, edgecolors="white", linewidth=1)
    ax.set(yticks=range(len(rows)), yticklabels=[name for name, _, _ in rows], xlabel="time, ms", xlim=(0, None))
    ax.grid(axis="y", visible=False)
    return ax
