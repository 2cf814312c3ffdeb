"""Hopfield's memory: letters are stored, one is damaged, and the network finds its way back, flip by flip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from dlcourse.data.letters import SIDE, load_letters
from dlcourse.plots.curves import plot_curves


@dataclass(frozen=True)
class Moment:
    """One moment of a recall: the state, shape (100,) of -1 and +1, and its energy."""

    state: np.ndarray
    energy: float


class LetterMemory:
    """A Hopfield network that has stored letters.

    Args:
        letters: the letters to store, by Hebb's rule.

    Attributes:
        letters: the stored letters.
        patterns: their pictures, shape (letters, 100).
        weights: shape (100, 100), symmetric, with 0 on the diagonal.
        moments: the states of the last recall, from the damaged letter to the end, one per flip.

    Raises:
        ValueError: there is no letter, or one that has not been drawn.
    """

    def __init__(self, letters: str = "JTXLF") -> None:
        if not letters:
            raise ValueError("Give at least one letter to store.")
        self.letters = letters
        self.patterns = load_letters(letters)
        units = self.patterns.shape[1]
        self.weights = self.patterns.T @ self.patterns / units
        np.fill_diagonal(self.weights, 0)
        self.moments: list[Moment] = []
        self.start(letters[0], damage=0)

    def start(self, letter: str, damage: int, seed: int = 0) -> None:
        """Damage a stored letter by turning over ``damage`` pixels, and recall from there.

        Raises:
            ValueError: the letter is not stored, or damage is not a number from 0 to 100.
        """
        if letter not in self.letters:
            raise ValueError(f"{letter!r} is not among the stored letters {', '.join(self.letters)}.")
        units = self.patterns.shape[1]
        if not 0 <= damage <= units:
            raise ValueError(f"damage is a number of pixels from 0 to {units}, not {damage}.")
        state = self.patterns[self.letters.index(letter)].copy()
        state[np.random.default_rng(seed).choice(units, damage, replace=False)] *= -1
        self.moments = self._recall(state)

    def ending(self) -> str:
        """In words: where the recall has ended."""
        state = self.moments[-1].state
        for letter, pattern in zip(self.letters, self.patterns, strict=True):
            if np.array_equal(state, pattern):
                return f"the letter {letter}"
            if np.array_equal(state, -pattern):
                return f"the negative of {letter}"
        return "a state that was never stored"

    def draw(self, position: int, axes: tuple[Axes, Axes]) -> None:
        """Draw the state at a moment of the recall on the left, and the energy up to the end on the right."""
        picture, curve = axes
        picture.imshow(self.moments[position].state.reshape(SIDE, SIDE), cmap="gray_r", vmin=-1, vmax=1)
        picture.set(xticks=[], yticks=[], title=f"after {position} flips")
        energies = [moment.energy for moment in self.moments]
        plot_curves(np.arange(len(energies)), {"energy": energies}, "flips", "energy", ax=curve)
        curve.plot(position, energies[position], "o", color="black", markersize=10)

    def _recall(self, state: np.ndarray) -> list[Moment]:
        """Every state on the way down, units taken in order until none wants to flip."""
        moments = [self._moment(state)]
        flipped = True
        while flipped:
            flipped = False
            for k in range(len(state)):
                if state[k] * (self.weights[k] @ state) < 0:
                    state[k] = -state[k]
                    flipped = True
                    moments.append(self._moment(state))
        return moments

    def _moment(self, state: np.ndarray) -> Moment:
        return Moment(state.copy(), float(-0.5 * state @ self.weights @ state))
