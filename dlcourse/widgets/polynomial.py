"""Polynomials through noisy points: too stiff, right, too free, and what a penalty does about it."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from dlcourse.plots.style import BLUE, GREY, VERMILLION, number
from dlcourse.widgets.knobs import Knobs

Points = tuple[np.ndarray, np.ndarray]
PLACES = np.linspace(-1, 1, 401)


class PolynomialFit(Knobs):
    """A polynomial with the smallest mean squared error plus ``strength`` times its squared coefficients.

    The constant coefficient is not penalised. The curve behind the points is sin(πx), x from −1 to 1.

    Args:
        noise: the standard deviation of the noise in y.
        seed: draws the points.

    Attributes:
        degree: the highest power.
        points: how many points to fit; as many others, up to 200, to validate.
        exponent: the strength of the penalty is 10 to this power; at ``NO_PENALTY`` there is none.
    """

    size = (9.6, 4.0)
    NO_PENALTY = -9
    MAX_DEGREE = 15

    def __init__(self, noise: float = 0.25, seed: int = 0) -> None:
        self.noise, self.seed = noise, seed
        self.degree, self.points, self.exponent = 3, 16, self.NO_PENALTY

    @property
    def strength(self) -> float:
        """The factor of the penalty."""
        return 0.0 if self.exponent <= self.NO_PENALTY else 10.0**self.exponent

    @staticmethod
    def truth(x: np.ndarray) -> np.ndarray:
        """The curve without noise."""
        return np.sin(np.pi * x)

    def sets(self) -> tuple[Points, Points]:
        """The points to fit, and 200 others to validate on, each as (x, y)."""
        return self._draw(0, self.points), self._draw(1, 200)

    def _draw(self, stream: int, n: int) -> Points:
        rng = np.random.default_rng((self.seed, stream))
        noise = rng.normal(0, self.noise, 200)[:n]  # more points, but the same first ones
        x = rng.uniform(-1, 1, 200)[:n]
        return x, self.truth(x) + noise

    def coefficients(self, degree: int | None = None) -> np.ndarray:
        """The fitted coefficients, the constant first, shape (degree + 1,)."""
        x, y = self.sets()[0]
        table = powers(x, self.degree if degree is None else degree)
        penalty = np.sqrt(self.strength * len(x)) * np.eye(table.shape[1])
        penalty[0, 0] = 0
        # The penalty is a few more equations, "this coefficient is 0", among those that least squares has to meet.
        stacked, targets = np.concatenate([table, penalty]), np.concatenate([y, np.zeros(len(penalty))])
        return np.linalg.lstsq(stacked, targets, rcond=None)[0]

    def errors(self, degree: int | None = None) -> tuple[float, float]:
        """The mean squared error on the points that were fitted, and on those that were not."""
        c = self.coefficients(degree)
        fitted, others = (float(np.mean((powers(x, len(c) - 1) @ c - y) ** 2)) for x, y in self.sets())
        return fitted, others

    @property
    def sentence(self) -> str:
        """The fit in numbers."""
        fitted, others = self.errors()
        penalty = f"λ = {number(self.strength)}" if self.strength else "no penalty"
        largest = number(np.abs(self.coefficients()).max())
        return (
            f"Degree {self.degree}, {self.points} points, {penalty}: mean squared error {number(fitted)} on these "
            f"points, {number(others)} on 200 others. Largest coefficient: {largest}."
        )

    def draw(self, figure: Figure) -> None:
        """The points with the curve, and the errors of all degrees."""
        left, right = figure.subplots(1, 2)
        (x, y), _ = self.sets()
        left.plot(PLACES, self.truth(PLACES), "--", color=GREY, label="sin(πx)")
        left.plot(PLACES, powers(PLACES, self.degree) @ self.coefficients(), color=VERMILLION, label="fit")
        left.plot(x, y, "o", color=BLUE, label="points")
        left.set(xlabel="$x$", ylabel="$y$", ylim=(-2, 2))
        left.legend(loc="upper left")
        degrees = np.arange(self.MAX_DEGREE + 1)
        errors = np.array([self.errors(int(degree)) for degree in degrees]).T
        for values, name, line, colour in zip(
            errors, ("fitted", "other"), ("-", "--"), (BLUE, VERMILLION), strict=True
        ):
            right.plot(degrees, values, line, color=colour, label=f"{name} points")
            right.plot(self.degree, values[self.degree], "o", color=colour, markersize=9)
        right.set(xlabel="degree", ylabel="mean squared error", yscale="log", ylim=(1e-3, 10))
        right.xaxis.set_major_locator(MaxNLocator(integer=True))
        right.legend(loc="upper left")


def powers(x: np.ndarray, degree: int) -> np.ndarray:
    """The table of 1, x, x², ..., x^degree, shape (N, degree + 1)."""
    return x[:, None] ** np.arange(degree + 1)
