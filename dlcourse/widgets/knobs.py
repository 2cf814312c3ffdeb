"""What demos that consist of sliders and a picture have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod

from matplotlib.figure import Figure


class Knobs(ABC):
    """A model with a few attributes to turn, its knobs, that can tell and draw its state.

    Attributes:
        size: width and height of the picture, in inches.
    """

    size: tuple[float, float]

    def turn(self, **knobs: float) -> None:
        """Set knobs, by name.

        Raises:
            AttributeError: there is no knob of that name.
        """
        for name, value in knobs.items():
            getattr(self, name)
            setattr(self, name, value)

    @property
    @abstractmethod
    def sentence(self) -> str:
        """The state in words and numbers."""

    @abstractmethod
    def draw(self, figure: Figure) -> None:
        """Draw the state into an empty figure."""
