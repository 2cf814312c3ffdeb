"""Gradient descent on a curve: a start, a learning rate, and where they lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.plots.style import number

FLAT = 1e-3  # of the steepest slope in sight: where it is flatter, a walk counts as arrived


@dataclass(frozen=True)
class Valley:
    """A function of one variable to walk down on.

    Attributes:
        f: takes a number or an array, returns f(x).
        slope: takes the same, returns the derivative.
        xlim: what is worth looking at.
        start: where a walk begins.
    """

    f: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    xlim: tuple[float, float]
    start: float


VALLEYS: dict[str, Valley] = {
    "parabola": Valley(lambda x: x**2 - 6 * x + 5, lambda x: 2 * x - 6, (-13.0, 19.0), 15.0),
    "two valleys": Valley(lambda x: x**4 - 4 * x**2 + x, lambda x: 4 * x**3 - 8 * x + 1, (-2.3, 2.3), 2.0),
    "ledge": Valley(  # the slope is (x − 1)² (x + 1)
        lambda x: x**4 / 4 - x**3 / 3 - x**2 / 2 + x, lambda x: (x - 1) ** 2 * (x + 1), (-1.9, 2.3), 2.0
    ),
}


class Descent:
    """A walk down a curve by gradient descent. Change any attribute, then ``run()``.

    Args:
        valley: a name from ``VALLEYS``.
        lr: the learning rate.
        steps: how many steps to take.
        start: where to begin; the valley's own start where None.

    Attributes:
        path: the places visited, shape (steps + 1,); a walk that runs away ends at infinity or nan.

    Raises:
        ValueError: there is no such valley, or a number is out of its range.
    """

    def __init__(self, valley: str = "parabola", lr: float = 0.1, steps: int = 20, start: float | None = None) -> None:
        self.valley, self.lr, self.steps, self.start = valley, lr, steps, start
        self.run()

    def run(self) -> None:
        """Walk."""
        if self.valley not in VALLEYS:
            raise ValueError(f"There is no valley {self.valley!r}; there are {', '.join(VALLEYS)}.")
        if self.lr < 0 or self.steps < 0:
            raise ValueError(f"Rate and steps can't be negative, but are {self.lr} and {self.steps}.")
        self.ground = VALLEYS[self.valley]
        path = [np.float64(self.ground.start if self.start is None else self.start)]
        with np.errstate(all="ignore"):
            for _ in range(self.steps):
                path.append(path[-1] - self.lr * self.ground.slope(path[-1]))
        self.path = np.array(path)

    @property
    def slopes(self) -> np.ndarray:
        """The slope at each place, shape (steps + 1,)."""
        with np.errstate(all="ignore"):
            return self.ground.slope(self.path)

    @property
    def diverged(self) -> bool:
        """Whether the walk has left the picture by more than its width."""
        low, high = self.ground.xlim
        return not low - (high - low) <= self.path[-1] <= high + (high - low)

    @property
    def arrived(self) -> bool:
        """Whether it is flat where the walk ends."""
        steepest = np.abs(self.ground.slope(np.linspace(*self.ground.xlim, 100))).max()
        return bool(abs(self.slopes[-1]) <= FLAT * steepest)

    @property
    def verdict(self) -> str:
        """What became of the walk, in a sentence or two."""
        if self.diverged:
            return f"The walk runs away: each step leads higher than it was before. The rate {self.lr:g} is too large."
        place, slope = number(self.path[-1]), number(self.slopes[-1])
        where = f"After {self.steps} steps x = {place}, and the slope there is {slope}."
        if self.arrived:
            return f"{where} It is flat here: the walk has arrived, or it is stuck."
        turns = np.count_nonzero(np.diff(np.sign(self.slopes)))
        if turns > self.steps / 2:
            return f"{where} The walk jumps from side to side."
        return f"{where} The walk is still on its way."
