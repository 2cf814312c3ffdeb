"""A straight line between two classes, moved by hand, and what the losses say about it."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from dlcourse.plots.bars import plot_bars
from dlcourse.plots.points import plot_decision_boundary
from dlcourse.plots.style import as_array
from dlcourse.widgets.knobs import Knobs

# Of the margin m, positive on the right side. All of them are 1 at m = 0; the logistic one counts in bits.
LOSSES = {
    "zero-one": lambda m: (m <= 0).astype(float),
    "hinge": lambda m: np.maximum(1 - m, 0),
    "logistic": lambda m: np.logaddexp(0, -m) / np.log(2),
    "squared": lambda m: (1 - m) ** 2,
}


class LineByHand(Knobs):
    """A linear classifier of two classes with three knobs, and the best that was found for each loss.

    The line passes at distance ``shift`` from the middle of the points, in the direction ``angle``. The score of
    a point is its distance from the line times ``steepness``, positive on the side of class 1.

    Args:
        x: points in the plane, shape (N, 2).
        y: their classes, 0 or 1, shape (N,).
        class_names: the names of class 0 and class 1.
        axis_names: what the two coordinates are.

    Attributes:
        angle: where class 1 lies, in degrees: 0 is right, 90 is up.
        shift: how far the line lies from the middle of the points, in units of the data.
        steepness: the score at distance 1 from the line; the length of the weights.
        best: loss -> the lowest value found so far.

    Raises:
        ValueError: the classes are not 0 and 1, both of them present.
    """

    size = (9.6, 4.0)

    def __init__(
        self,
        x: Any,
        y: Any,
        class_names: tuple[str, str] = ("class 0", "class 1"),
        axis_names: tuple[str, str] = ("$x_1$", "$x_2$"),
    ) -> None:
        self.x, self.y, self.class_names, self.axis_names = as_array(x), as_array(y), class_names, axis_names
        if set(np.unique(self.y)) != {0, 1}:
            raise ValueError(f"The line parts the classes 0 and 1, but y holds {np.unique(self.y).tolist()}.")
        self.angle, self.shift, self.steepness = 0.0, 0.0, 2.0
        self.best = self.losses

    def turn(self, **knobs: float) -> None:
        """Set angle, shift or steepness, and note what is better than before."""
        super().turn(**knobs)
        self.best = {name: min(value, self.best[name]) for name, value in self.losses.items()}

    @property
    def weights(self) -> tuple[np.ndarray, float]:
        """The weights w, shape (2,), and the bias b of the score w · x + b."""
        turn = np.deg2rad(self.angle)
        direction = np.array([np.cos(turn), np.sin(turn)])
        start = direction @ self.x.mean(axis=0) + self.shift
        return self.steepness * direction, float(-self.steepness * start)

    def scores(self, x: np.ndarray) -> np.ndarray:
        """The scores of points, (N, 2), shape (N,): above 0 for class 1."""
        w, b = self.weights
        return x @ w + b

    @property
    def losses(self) -> dict[str, float]:
        """Each loss's mean over the points."""
        margins = (2 * self.y - 1) * self.scores(self.x)
        return {name: float(loss(margins).mean()) for name, loss in LOSSES.items()}

    @property
    def sentence(self) -> str:
        """The line in words and numbers."""
        wrong = round(self.losses["zero-one"] * len(self.x))
        (w1, w2), b = self.weights
        formula = f"score = {w1:.2f} · x1 {w2:+.2f} · x2 {b:+.2f}".replace("-", "−")
        best = ", ".join(f"{name} {value:.3f}" for name, value in self.best.items())
        return f"{formula}: {wrong} of {len(self.x)} wrong. Lowest so far: {best}."

    def draw(self, figure: Figure) -> None:
        """The points with the line, and a bar for each loss."""
        left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
        plot_decision_boundary(self.scores, self.x, self.y, ax=left, resolution=120, class_names=self.class_names)
        left.set(xlabel=self.axis_names[0], ylabel=self.axis_names[1])
        losses = self.losses
        plot_bars(list(losses), [round(v, 3) for v in losses.values()], ylabel="mean loss", xlabel="loss", ax=right)
        right.set_ylim(0, max(2.2, 1.15 * max(losses.values())))
