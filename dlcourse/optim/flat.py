"""Many parameters in one array: an optimiser then updates all of them with a handful of NumPy calls."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np

from dlcourse.autograd.tensor import Tensor

# A step goes over memory once for each of its NumPy calls. In pieces of 256 KB (in float32), what one
# call wrote is still in the processor's cache when the next one reads it; smaller pieces cost more calls.
PIECE = 1 << 16

# What is remembered of a weight that gets no gradient any more fades, by a share a step, to numbers below 1e-38. For
# these, processors need up to a hundred times as long: a step took 1.4 times its time after an epoch of MNIST, in which
# many pixels are nearly always black. Adding and subtracting this number first rounds what is below 6e-35 to 0.
FADED, OFTEN = 1e-27, 32


class Piece(NamedTuple):
    """Neighbouring parameters that are updated together.

    Attributes:
        p: their numbers, a view.
        g: their gradients, a view.
        step: the number of this step, from 1.
    """

    p: np.ndarray
    g: np.ndarray
    step: int
    where: slice
    memory: dict[str, np.ndarray]

    def state(self, name: str) -> np.ndarray:
        """What the optimiser remembers under a name: an array like ``p`` to be changed in place, 0 at first."""
        return self.memory[name][self.where]

    def gradient(self, weight_decay: float) -> np.ndarray:
        """The gradient of the loss with the L2 term: g + weight_decay · p."""
        return self.g + weight_decay * self.p if weight_decay else self.g


class FlatParameters:
    """Tensors of one type whose numbers, and gradients, lie one after another in an array each.

    ``tensor.data`` becomes a view into ``numbers``: changes through one are seen through the other.

    Attributes:
        steps: how many each tensor has taken.
        memory: what the optimiser remembers by name, in arrays like ``numbers``.
    """

    def __init__(self, tensors: list[Tensor]) -> None:
        self.tensors, self.ends = tensors, np.cumsum([0, *(t.data.size for t in tensors)]).tolist()
        self.steps = [0] * len(tensors)
        self.memory: dict[str, np.ndarray] = defaultdict(lambda: np.zeros_like(self.numbers))
        self._adopt()

    def _adopt(self) -> None:
        """Lay the numbers side by side (a single tensor stays where it is), and say where gradients go."""
        one, *more = [t.data.reshape(-1) for t in self.tensors]
        self.numbers = np.concatenate([one, *more]) if more else one
        self.grads = np.empty_like(self.numbers)
        self._views = [
            (self.numbers[i:j].reshape(t.shape), self.grads[i:j].reshape(t.shape))
            for t, (i, j) in zip(self.tensors, pairwise(self.ends), strict=True)
        ]
        for t, (data, buffer) in zip(self.tensors, self._views, strict=True):
            t.data, t._grad_buffer = data, buffer

    def pieces(self) -> Iterator[Piece]:
        """Begin a step: all parameters that have a gradient, neighbours with as many steps together."""
        if any(t.data is not data for t, (data, _) in zip(self.tensors, self._views, strict=True)):
            self._adopt()  # somebody has given a parameter a new array
        for t, (_, buffer) in zip(self.tensors, self._views, strict=True):
            if t.grad is not None and t.grad.data is not buffer:  # somebody has given it a gradient of his own
                buffer[...] = t.grad.data
        steps = [0 if t.grad is None else n + 1 for t, n in zip(self.tensors, self.steps, strict=True)]
        self.steps = [step or n for step, n in zip(steps, self.steps, strict=True)]
        if max(steps) % OFTEN == 0:
            for remembered in self.memory.values():
                remembered += FADED
                remembered -= FADED
        for step, run in groupby(range(len(steps)), steps.__getitem__):
            indices = list(run)
            end = self.ends[indices[-1] + 1] if step else 0
            for start in range(self.ends[indices[0]], end, PIECE):
                where = slice(start, min(start + PIECE, end))
                yield Piece(self.numbers[where], self.grads[where], step, where, self.memory)
