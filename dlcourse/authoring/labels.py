"""The measured part of a lesson's label: how long it runs, how much memory it takes.

A label is an upper bound from a fixed ladder, and it changes only when a measurement leaves it by much;
so a rebuild on the same machine leaves the notebook as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SECONDS = (30, 60, 120, 180, 300, 600, 1200, 2400)
MEGABYTES = (300, 500, 750, 1000, 1500, 2000, 3000, 4000, 6000, 8000, 12000)

HEADROOM = 1.25  # a new label leaves room for a machine that is this much slower
FAR_BELOW = 0.4  # an old label goes when the measurement is less than this share of it

BUDGET_SECONDS = 90.0
BUDGET_SECONDS_MNIST = 180.0
BUDGET_SECONDS_CELL = 30.0


@dataclass(frozen=True)
class Measurement:
    """What a run took: seconds for everything, seconds without the MNIST cells, peak memory in megabytes.

    ``with_mnist`` is false where the MNIST cells did not run, or ran without the data.
    """

    seconds: float
    seconds_without_mnist: float
    megabytes: float
    with_mnist: bool


@dataclass(frozen=True)
class Labels:
    """Upper bounds that a lesson's head states; ``seconds_mnist`` is 0 for a lesson without MNIST."""

    seconds: int
    seconds_mnist: int
    megabytes: int

    def as_metadata(self) -> dict[str, int]:
        """The form in which a notebook's metadata keep them."""
        return {"megabytes": self.megabytes, "seconds": self.seconds, "seconds_mnist": self.seconds_mnist}

    @classmethod
    def from_metadata(cls, stored: Any) -> Labels | None:
        """The labels in a notebook's metadata, or None where there are none (or not whole ones)."""
        keys = ("seconds", "seconds_mnist", "megabytes")
        if not isinstance(stored, dict) or not all(isinstance(stored.get(key), int) for key in keys):
            return None
        return cls(**{key: stored[key] for key in keys})


def step(measured: float, ladder: Sequence[int], previous: int = 0) -> int:
    """The bound to state for a measurement: the previous one while it is still fair, else a new one."""
    if previous and FAR_BELOW * previous <= measured <= previous:
        return previous
    wanted = measured * HEADROOM
    return next((bound for bound in ladder if bound >= wanted), ladder[-1])


def choose(measured: Measurement, needs_mnist: bool, previous: Labels | None) -> Labels:
    """The labels for a measurement, kept from ``previous`` where they still fit.

    Where MNIST was not there, what was said about the run with it stays.
    """
    old = previous or Labels(0, 0, 0)
    seconds = step(measured.seconds_without_mnist, SECONDS, old.seconds)
    megabytes = step(measured.megabytes, MEGABYTES, old.megabytes)
    if not needs_mnist:
        return Labels(seconds, 0, megabytes)
    if not measured.with_mnist:
        return Labels(seconds, max(old.seconds_mnist, seconds), max(old.megabytes, megabytes))
    return Labels(seconds, step(measured.seconds, SECONDS, old.seconds_mnist), megabytes)


def running_time(labels: Labels) -> str:
    """How long the lesson runs, for its label: ``"under 1 minute"``."""
    text = f"under {_duration(labels.seconds)}"
    if labels.seconds_mnist > labels.seconds:
        text += f"; with MNIST under {_duration(labels.seconds_mnist)}"
    return text


def memory(labels: Labels) -> str:
    """How much memory the lesson takes, for its label: ``"under 500 MB"``."""
    if labels.megabytes < 1000:
        return f"under {labels.megabytes} MB"
    return f"under {labels.megabytes / 1000:g} GB"


def _duration(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} seconds"
    return f"{seconds // 60} minute" + ("s" if seconds >= 120 else "")


def over_budget(seconds: dict[str, float], measured: Measurement, slow: frozenset[str]) -> list[str]:
    """What of a run took longer than it may, one sentence each; empty where all is well.

    Args:
        seconds: wall time of each cell, by id.
        measured: the sums.
        slow: ids of the cells that may take longer than a cell's budget.
    """
    slowest = sorted(seconds, key=lambda key: -seconds[key])[:3]
    cells = ", ".join(f"{key} {seconds[key]:.1f} s" for key in slowest)
    sentences = [
        f"cell {key} ran {taken:.0f} s; it may run {BUDGET_SECONDS_CELL:.0f} s (the tag `slow` allows more)"
        for key, taken in seconds.items()
        if taken > BUDGET_SECONDS_CELL and key not in slow
    ]
    limits = [("without MNIST", measured.seconds_without_mnist, BUDGET_SECONDS)]
    if measured.with_mnist:
        limits.append(("with MNIST", measured.seconds, BUDGET_SECONDS_MNIST))
    for what, taken, budget in limits:
        if taken > budget:
            sentences.append(
                f"the lesson ran {taken:.0f} s {what}; its budget is {budget:.0f} s (slowest cells: {cells})"
            )
    return sentences
