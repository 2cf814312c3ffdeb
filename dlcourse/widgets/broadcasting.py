"""Two shapes, and what NumPy makes of them: lined up, stretched, or refused."""

from __future__ import annotations

import math
import re

import numpy as np

from dlcourse.plots.broadcasting import aligned

Shape = tuple[int, ...]

MOST_AXES, LARGEST = 4, 100_000
DRAWN_AXES, DRAWN_SIZE = 3, 6  # larger results are lined up, but not drawn cell by cell

# what to try first: name -> the two shapes
EXAMPLES: dict[str, tuple[Shape, Shape]] = {
    "a table and a row": ((3, 4), (4,)),
    "a table and a column": ((3, 4), (3, 1)),
    "a table and three numbers": ((3, 4), (3,)),
    "a column and a row": ((3, 1), (4,)),
    "two sheets and a table": ((2, 3, 4), (3, 4)),
    "digits minus their mean": ((1347, 64), (64,)),
    "all pairs of digits": ((450, 1, 64), (1347, 64)),
}


class BroadcastExplorer:
    """Two shapes and the rule that decides about them.

    Args:
        a: the first shape, such as (3, 4).
        b: the second shape.

    Attributes:
        columns: for each axis, from left to right, its size in a, in b and in the result; None where the
            axis is missing, or where the two sizes do not fit.
    """

    def __init__(self, a: Shape = (3, 4), b: Shape = (4,)) -> None:
        self.a, self.b = tuple(a), tuple(b)
        self.columns = aligned(self.a, self.b)

    @property
    def result(self) -> Shape | None:
        """The shape of a + b; None where the two do not fit."""
        sizes = [size for _, _, size in self.columns]
        return None if None in sizes else tuple(size for size in sizes if size is not None)

    @property
    def words(self) -> str:
        """The rule, told for these two shapes, axis by axis from the right."""
        if not self.columns:
            return "Two single numbers: there is nothing to line up, and a + b is a single number."
        told = "; ".join(self._axis(*column) for column in reversed(self.columns))
        return f"From the right: {told}. {self._verdict()}"

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Two arrays of these shapes to draw: a counts in ones, b in tens, up to 9; None where they are too large."""
        shape = self.result
        if shape is None or len(shape) > DRAWN_AXES or max(shape, default=1) > DRAWN_SIZE:
            return None
        a, b = (np.arange(math.prod(s)).reshape(s) % 10 for s in (self.a, self.b))
        return a, 10 * b

    @staticmethod
    def _axis(i: int | None, j: int | None, result: int | None) -> str:
        """What happens on one axis."""
        if i is None or j is None:
            name, size = ("a", j) if i is None else ("b", i)
            return f"{name} has no axis to meet {_number(size)}" + (", and is repeated" if size != 1 else "")
        if i == j:
            return f"{_number(i)} meets {_number(j)}, equal"
        if result is None:
            return f"{_number(i)} meets {_number(j)}, and neither is 1"
        return f"{_number(i)} meets {_number(j)}, and {'a' if i == 1 else 'b'} is repeated"

    def _verdict(self) -> str:
        shape = self.result
        if shape is not None:
            return f"a + b has the shape {shape}: {_number(math.prod(shape))} numbers."
        return f"They do not fit: NumPy stops with a ValueError.{self._advice()}"

    def _advice(self) -> str:
        """A new axis at the end of the shorter shape, where that would help; of b, where both are of one length."""
        axes = max(len(self.a), len(self.b), 2)
        name = "a" if len(self.a) < len(self.b) else "b"
        longer = (*(self.a if name == "a" else self.b), 1)
        other = BroadcastExplorer(longer, self.b) if name == "a" else BroadcastExplorer(self.a, longer)
        if other.result is None or len(longer) > axes:
            return ""
        return f" With {name}[..., None], of shape {longer}, the result would be {other.result}."


def parse_shape(text: str) -> Shape:
    """The shape in a text such as ``3, 4`` or ``(3, 4)``; an empty one is the shape of a single number.

    Raises:
        ValueError: it is something else, or more than one can play with.
    """
    inside = text.strip().removeprefix("(").removesuffix(")")
    parts = [part for part in re.split(r"[,\s]+", inside) if part]
    sizes = [int(part) for part in parts if part.isdecimal()]
    if len(sizes) < len(parts) or len(sizes) > MOST_AXES or not all(1 <= size <= LARGEST for size in sizes):
        raise ValueError(
            f"A shape is up to {MOST_AXES} whole numbers from 1 to {_number(LARGEST)} with commas between them, "
            f"such as 3, 4. There stands {text!r}."
        )
    return tuple(sizes)


def _number(size: int | None) -> str:
    return f"{size:,}"
