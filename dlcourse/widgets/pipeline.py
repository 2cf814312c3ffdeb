"""Reading data beside training on it: when does the model wait?"""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure

from dlcourse.plots.pipeline import Span, plot_pipeline
from dlcourse.widgets.knobs import Knobs

BATCHES = 12
PREFETCH = 2  # batches that a reader may be ahead, as in DataLoader


@dataclass(frozen=True)
class Schedule:
    """Who works when, in milliseconds from the start: a list of spans for each reader, and the model's."""

    readers: list[list[Span]]
    model: list[Span]

    @property
    def milliseconds(self) -> float:
        """How long the training takes."""
        return self.model[-1][1]

    @property
    def busy(self) -> float:
        """The share of that time in which the model works."""
        return sum(end - start for start, end in self.model) / self.milliseconds


class Pipeline(Knobs):
    """A training over twelve batches, with readers that work beside it.

    Attributes:
        load: milliseconds to read a batch.
        step: milliseconds of a training step.
        workers: processes that read; with 0, the training itself reads, and reading and steps take turns.
    """

    size = (8.4, 3.8)

    def __init__(self, load: float = 40, step: float = 15, workers: int = 0) -> None:
        self.load, self.step, self.workers = load, step, workers

    @property
    def schedule(self) -> Schedule:
        """Who works when. Readers take turns; each starts a batch as soon as it is free and not too far ahead."""
        readers: list[list[Span]] = [[] for _ in range(max(self.workers, 1))]
        model: list[Span] = []
        for k in range(BATCHES):
            reader = readers[k % len(readers)]
            allowed = k - PREFETCH * self.workers if self.workers else k - 1  # the step that must be over first
            ready = max(reader[-1][1] if reader else 0.0, model[allowed][1] if allowed >= 0 else 0.0)
            reader.append((ready, ready + self.load))
            start = max(reader[-1][1], model[-1][1] if model else 0.0)
            model.append((start, start + self.step))
        return Schedule(readers, model)

    @property
    def sentence(self) -> str:
        """How long it takes, and what it waits for."""
        schedule = self.schedule
        return (
            f"{BATCHES} batches in {schedule.milliseconds:.0f} ms: the model works {schedule.busy:.0%} of the time "
            f"and waits for data in the rest."
        )

    def draw(self, figure: Figure) -> None:
        """A row for each reader and one for the model."""
        schedule = self.schedule
        plot_pipeline(schedule.readers, schedule.model, ax=figure.subplots())
