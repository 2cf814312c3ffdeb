"""The history of the field, event by event."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from dlcourse.data import load_table
from dlcourse.plots.timeline import draw_timeline

LANES = ("idea", "machine", "result", "limit")
WINTERS = {"first winter": (1969, 1982), "second winter": (1995, 2006)}


@dataclass(frozen=True)
class Event:
    """Something that happened: when, what, who, what kind of thing (one of ``LANES``), and why it matters."""

    year: int
    title: str
    people: str
    kind: str
    text: str

    @property
    def sentence(self) -> str:
        """All of it, in words."""
        return f"{self.year}, {self.title} ({self.people}). {self.text}"


class Timeline:
    """All events of the course's timeline in order, and a place among them.

    Attributes:
        events: the events.
        position: the place of the chosen one, from 0.
    """

    def __init__(self) -> None:
        table = load_table("timeline")
        columns = (table[name].tolist() for name in ("year", "title", "people", "kind", "text"))
        self.events = [Event(*row) for row in zip(*columns, strict=True)]
        self.position = 0

    @property
    def event(self) -> Event:
        """The chosen event."""
        return self.events[self.position]

    def go(self, position: int) -> Event:
        """Choose an event; places before the first and after the last one give these."""
        self.position = min(max(int(position), 0), len(self.events) - 1)
        return self.event

    def draw(self, ax: Axes | None = None) -> Axes:
        """Draw all events, with the chosen one standing out."""
        return draw_timeline(
            [event.year for event in self.events],
            [event.kind for event in self.events],
            LANES,
            chosen=self.position,
            caption=f"{self.event.year}  {self.event.title}",
            spans=WINTERS,
            ax=ax,
        )
