"""A race: optimisers walk down the same surface, step by step, from the same start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse import autograd, optim
from dlcourse.optim import Optimizer

Place = tuple[float, float]
MakeOptimizer = Callable[[list[autograd.Tensor]], Optimizer]

ARRIVED = 1e-3  # of the height at the start: who stays below it has arrived
RATES = tuple(float(f"{10 ** (k / 4):.2g}") for k in range(-14, 3))  # 0.00032 to 3.2, four to a decade


@dataclass(frozen=True)
class Surface:
    """A function of two variables to walk down on.

    Attributes:
        f: takes x and y, numbers or arrays of one shape, and returns f(x, y).
        gradient: takes x and y, returns the two slopes.
        xlim, ylim: what is worth looking at.
        start: where the walkers begin.
        minima: the lowest places, all equally low.
    """

    f: Callable[[Any, Any], Any]
    gradient: Callable[[Any, Any], tuple[Any, Any]]
    xlim: tuple[float, float]
    ylim: tuple[float, float]
    start: Place
    minima: tuple[Place, ...]

    def height(self, path: np.ndarray) -> np.ndarray:
        """How far above the lowest point a path of shape (T, 2) runs, shape (T,)."""
        with np.errstate(all="ignore"):
            return self.f(*path.T) - self.f(*self.minima[0])


def quadratic(a: float, b: float, turn: float = 0.0, start: Place = (-4.0, 2.0)) -> Surface:
    """The bowl a·u² + b·v², where (u, v) is (x, y) turned by ``turn`` degrees. Its curvatures are 2a and 2b."""
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    p, q, r = a * c * c + b * s * s, 2 * (a - b) * c * s, a * s * s + b * c * c  # p·x² + q·xy + r·y²
    return Surface(
        lambda x, y: p * x * x + q * x * y + r * y * y,
        lambda x, y: (2 * p * x + q * y, q * x + 2 * r * y),
        (-5.0, 5.0),
        (-3.0, 3.0),
        start,
        ((0.0, 0.0),),
    )


SURFACES: dict[str, Surface] = {
    "round bowl": quadratic(1, 1),
    "ravine 1 : 5": quadratic(1, 5),
    "ravine 1 : 100": quadratic(1, 100),
    "ravine 1 : 100, turned": quadratic(1, 100, 30),
    "banana": Surface(  # Rosenbrock's function (1960)
        lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
        lambda x, y: (2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)),
        (-2.0, 2.0),
        (-1.0, 3.0),
        (-1.2, 1.0),
        ((1.0, 1.0),),
    ),
    "saddle": Surface(
        lambda x, y: x * x - y * y + y * y * y * y / 4,
        lambda x, y: (2 * x, y * y * y - 2 * y),
        (-3.0, 3.0),
        (-2.2, 2.2),
        (-2.5, 0.001),
        ((0.0, 2**0.5), (0.0, -(2**0.5))),
    ),
}

OPTIMIZERS: dict[str, Callable[[list[autograd.Tensor], float], Optimizer]] = {
    "SGD": lambda p, lr: optim.SGD(p, lr=lr),
    "momentum": lambda p, lr: optim.SGD(p, lr=lr, momentum=0.9),
    "Nesterov": lambda p, lr: optim.SGD(p, lr=lr, momentum=0.9, nesterov=True),
    "Adagrad": lambda p, lr: optim.Adagrad(p, lr=lr),
    "RMSprop": lambda p, lr: optim.RMSprop(p, lr=lr, alpha=0.9),
    "Adam": lambda p, lr: optim.Adam(p, lr=lr),
}


def walk(
    make: MakeOptimizer, gradient: Callable[[Any, Any], tuple[Any, Any]], start: Sequence[float], steps: int
) -> np.ndarray:
    """Let an optimiser walk down on the plane; the places it visits, shape (steps + 1, 2).

    Args:
        make: takes the list of parameters, returns an optimiser for them.
        gradient: takes x and y, returns the two slopes there.
        start: x and y at the beginning.
        steps: how many steps to take. A walk that runs away ends up at infinity or nan, without an error.
    """
    place = autograd.tensor(np.array(start, dtype=float), requires_grad=True)
    optimizer = make([place])
    path = [place.data.copy()]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            place.grad = autograd.tensor(np.array(gradient(*place.data)))
            optimizer.step()
            path.append(place.data.copy())
    return np.array(path)


class OptimizerRace:
    """Some optimisers on one surface. Change any attribute, then ``run()``.

    Args:
        surface: a name from ``SURFACES``.
        optimizers: names from ``OPTIMIZERS``.
        lr: the learning rate for all; None gives each the one of ``RATES`` with which it arrives first.
        steps: how many steps each may take.
        start: where they begin; the surface's own start where None.

    Attributes:
        rates: name -> the learning rate it walked with.
        paths: name -> the places it visited, shape (steps + 1, 2).
        heights: name -> how far above the lowest point each place lies, shape (steps + 1,).

    Raises:
        ValueError: a choice does not exist, or a number is out of its range.
    """

    def __init__(
        self,
        surface: str = "ravine 1 : 5",
        optimizers: Sequence[str] = tuple(OPTIMIZERS),
        lr: float | None = None,
        steps: int = 60,
        start: Place | None = None,
    ) -> None:
        self.surface, self.optimizers, self.lr, self.steps, self.start = surface, optimizers, lr, steps, start
        self.run()

    def run(self) -> None:
        """Let all of them walk."""
        self._check()
        self.ground = SURFACES[self.surface]
        self.rates: dict[str, float] = {}
        self.paths: dict[str, np.ndarray] = {}
        self.heights: dict[str, np.ndarray] = {}
        for name in self.optimizers:
            walks = {rate: self._walk(name, rate) for rate in (RATES if self.lr is None else (self.lr,))}
            self.rates[name] = rate = min(walks, key=lambda lr: self._merit(walks[lr]))
            self.paths[name], self.heights[name] = walks[rate], self.ground.height(walks[rate])

    def arrival(self, name: str) -> int | None:
        """The step from which on an optimiser stays below a thousandth of its first height; None if it does not."""
        return arrival(self.heights[name])

    @property
    def verdict(self) -> str:
        """Who has arrived, the quickest first, in a sentence."""
        steps = {name: self.arrival(name) for name in self.optimizers}
        there = sorted((n for n in steps if steps[n] is not None), key=lambda n: (steps[n], n))
        missing = [name for name in self.optimizers if steps[name] is None]
        first = "; ".join(f"{name} after {steps[name]} steps" for name in there)
        text = f"Arrived (below a thousandth of the first height, for good): {first or 'nobody'}."
        return f"{text} Not within {self.steps} steps: {', '.join(missing)}." if missing else text

    def _walk(self, name: str, lr: float) -> np.ndarray:
        start = self.ground.start if self.start is None else self.start
        return walk(lambda p: OPTIMIZERS[name](p, lr), self.ground.gradient, start, self.steps)

    def _merit(self, path: np.ndarray) -> tuple[float, float]:
        """The smaller, the better: the step of arrival, then the mean logarithm of the heights."""
        height = self.ground.height(path)
        arrived = arrival(height)
        share = np.where(np.isfinite(height), height, np.inf) / height[0]
        return np.inf if arrived is None else arrived, float(np.mean(np.log10(np.maximum(share, ARRIVED))))

    def _check(self) -> None:
        for what, chosen, known in (("surface", [self.surface], SURFACES), ("optimiser", self.optimizers, OPTIMIZERS)):
            for name in chosen:
                if name not in known:
                    raise ValueError(f"There is no {what} {name!r}; there are {', '.join(known)}.")
        if not self.optimizers:
            raise ValueError(f"Choose at least one optimiser: {', '.join(OPTIMIZERS)}.")
        if self.lr is not None and self.lr < 0:
            raise ValueError(f"The learning rate can't be negative, but is {self.lr}.")
        if self.steps < 1:
            raise ValueError(f"A race has at least 1 step, not {self.steps}.")


def arrival(height: np.ndarray) -> int | None:
    """The step from which on heights stay below a thousandth of the first one; None if they never do."""
    above = np.flatnonzero(~(height <= ARRIVED * height[0]))  # nan counts as above
    step = int(above[-1]) + 1 if above.size else 0
    return step if step < len(height) else None
