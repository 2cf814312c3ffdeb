"""Softmax with a temperature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from dlcourse.plots.bars import plot_bars
from dlcourse.plots.style import as_array, number
from dlcourse.widgets.knobs import Knobs


class Temperature(Knobs):
    """Scores, divided by a temperature before the softmax.

    Args:
        scores: shape (K,).
        names: a name for each score; 0 to K − 1 where None.
        highlight: the place of the right one, which stands out.

    Attributes:
        exponent: the temperature is 10 to this power.

    Raises:
        ValueError: the scores have another shape.
    """

    size = (7.2, 3.6)

    def __init__(self, scores: Any, names: Sequence[Any] | None = None, highlight: int | None = None) -> None:
        self.scores = as_array(scores).astype(float)
        if self.scores.ndim != 1 or not self.scores.size:
            raise ValueError(f"Scores have shape (K,), but these have {self.scores.shape}.")
        self.names = list(range(len(self.scores))) if names is None else list(names)
        self.highlight, self.exponent = highlight, 0.0

    @property
    def temperature(self) -> float:
        """What the scores are divided by."""
        return 10.0**self.exponent

    @property
    def probabilities(self) -> np.ndarray:
        """The softmax of the divided scores, shape (K,)."""
        e = np.exp((self.scores - self.scores.max()) / self.temperature)
        return e / e.sum()

    @property
    def entropy(self) -> float:
        """The entropy of the probabilities in bits."""
        p = self.probabilities[self.probabilities > 0]
        return float(np.sum(p * np.log2(1 / p)))

    @property
    def sentence(self) -> str:
        """The distribution in numbers."""
        p = self.probabilities
        return (
            f"T = {number(self.temperature)}: the highest probability is {p.max():.1%}, of {self.names[p.argmax()]}; "
            f"entropy {self.entropy:.2f} bits of at most {np.log2(len(p)):.2f}."
        )

    def draw(self, figure: Figure) -> None:
        """A bar for each probability."""
        per_cent = (100 * self.probabilities).round(1)
        ax = figure.subplots()
        plot_bars(self.names, per_cent, self.highlight, xlabel="class", ylabel="probability, %", ax=ax)
        ax.set_ylim(0, 112)
