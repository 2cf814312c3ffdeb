"""Many parameters in one array: an optimiser then updates all of them with a handful of calls."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import groupby, pairwise
from typing import Literal

import numpy as np

from dlcourse.autograd.tensor import Tensor
from dlcourse.nn.machine import add_scaled

Order = Literal["C", "F"]  # of numbers in memory: row by row, or column by column

# What is remembered of a weight that gets no gradient any more fades, by a share a step, to numbers below 1e-38. For
# these, processors need up to a hundred times as long: a step took 1.4 times its time after an epoch of MNIST, in which
# many pixels are nearly always black. Adding and subtracting this number rounds what is below 6e-35 to 0.
FADED = 1e-27


class Scaled:
    """An array times a number: ``scale`` · ``numbers``.

    What an optimiser remembers shrinks at each step. Multiplying ``scale`` does that without a pass over the array.
    """

    def __init__(self, numbers: np.ndarray, scale: float = 1.0) -> None:
        self.numbers, self.scale = numbers, scale

    def update(self, keep: float, values: np.ndarray, share: float = 1.0) -> Scaled:
        """self ← keep · self + share · values; returns itself."""
        self.scale *= keep
        if self.scale < 0.03:
            self.settle()
        add_scaled(self.numbers, share / self.scale, values)
        return self

    def settle(self) -> None:
        """Multiply the array by the scale, which is then 1; what has faded becomes 0."""
        self.numbers *= self.scale
        self.numbers += FADED
        self.numbers -= FADED
        self.scale = 1.0

    def over_root(self, squares: Scaled, eps: float) -> Scaled:
        """self / (√squares + eps)."""
        size = math.sqrt(squares.scale)
        root = np.sqrt(squares.numbers)
        root += eps / size
        return Scaled(np.divide(self.numbers, root, out=root), self.scale / size)


class Piece:
    """Neighbouring parameters that are updated together.

    Attributes:
        p: their numbers, a view.
        g: their gradients, a view.
        step: the number of this step, from 1.
        members: which of the block's tensors they are.
        memory: what the optimiser remembers of them, by name.
    """

    def __init__(self, block: FlatParameters, members: list[int]) -> None:
        self._where = slice(block.ends[members[0]], block.ends[members[-1] + 1])
        self.p, self.g, self.step = block.numbers[self._where], block.grads[self._where], block.steps[members[0]]
        self.members, self._arrays = members, block.memory
        self.memory: dict[str, Scaled] = {}

    def state(self, name: str) -> Scaled:
        """What the optimiser remembers under a name: one number for each of ``p``, 0 at first."""
        if name not in self.memory:
            self.memory[name] = Scaled(self._arrays[name][self._where])
        return self.memory[name]

    def gradient(self, weight_decay: float) -> np.ndarray:
        """The gradient of the loss with the L2 term: g + weight_decay · p."""
        return self.g + weight_decay * self.p if weight_decay else self.g

    def descend(self, rate: float, direction: Scaled | np.ndarray) -> None:
        """p ← p − rate · direction."""
        if isinstance(direction, Scaled):
            rate, direction = rate * direction.scale, direction.numbers
        add_scaled(self.p, -rate, direction)


class FlatParameters:
    """Tensors of one type whose numbers, and gradients, lie one after another in an array each.

    ``tensor.data`` becomes a view into ``numbers``: changes through one are seen through the other.

    Attributes:
        ends: where each tensor begins, and the last one ends.
        steps: how many each tensor had taken when the pieces were made.
        memory: what the optimiser remembers by name, in arrays like ``numbers``; pieces hold views of them.
    """

    def __init__(self, tensors: list[Tensor]) -> None:
        self.tensors, self.ends = tensors, np.cumsum([0, *(t.data.size for t in tensors)]).tolist()
        self.steps = [0] * len(tensors)
        self.memory: dict[str, np.ndarray] = defaultdict(lambda: np.zeros_like(self.numbers))
        self._pieces: list[Piece] = []
        self._adopt()

    def _adopt(self) -> None:
        """Lay the numbers side by side (a single tensor stays where it is), and say where gradients go."""
        orders: list[Order] = [_order(t) for t in self.tensors] if len(self.tensors) > 1 else ["C"]
        one, *more = [t.data.reshape(-1, order=order) for t, order in zip(self.tensors, orders, strict=True)]
        self.numbers = np.concatenate([one, *more]) if more else one
        self.grads = np.empty_like(self.numbers)
        self._own = []
        for t, order, (i, j) in zip(self.tensors, orders, pairwise(self.ends), strict=True):
            data, buffer = (flat[i:j].reshape(t.shape, order=order) for flat in (self.numbers, self.grads))
            t.data, t._grad_buffer = data, Tensor(buffer)
            self._own.append((t, data, t._grad_buffer, buffer))
        self._learning: list[bool] = []  # the pieces are of other arrays now

    def pieces(self) -> list[Piece]:
        """Begin a step: all parameters that have a gradient, neighbours with as many steps together."""
        if any(t._data is not data for t, data, _, _ in self._own):
            self._adopt()  # somebody has given a parameter a new array
        for t, _, grad, buffer in self._own:
            if t.grad is not None and (t.grad is not grad or grad._data is not buffer):
                buffer[...] = t.grad.data  # somebody has given it a gradient of his own
        learning = [t.grad is not None for t in self.tensors]
        if learning != self._learning:
            self._divide(learning)
        for piece in self._pieces:
            piece.step += 1
        return self._pieces

    def _divide(self, learning: list[bool]) -> None:
        """Make the pieces anew, since other tensors than at the last step have a gradient."""
        for piece in self._pieces:
            for i in piece.members:
                self.steps[i] = piece.step
            for remembered in piece.memory.values():
                remembered.settle()
        runs = groupby(range(len(learning)), lambda i: (learning[i], self.steps[i]))
        self._pieces = [Piece(self, list(run)) for (learns, _), run in runs if learns]
        self._learning = learning


def _order(t: Tensor) -> Order:
    """How a tensor's numbers lie in memory: those of a matrix with its longer side first.

    So do the gradients then, which are matrix products, see ``product``. A perceptron's step took 0.9 of its time with
    32 samples, 0.97 with 512, and as much as before in between.
    """
    return "F" if t.ndim == 2 and t.shape[0] < t.shape[1] else "C"
