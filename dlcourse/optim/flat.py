"""Many parameters in one array: an optimiser then updates all of them with a handful of NumPy calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from dlcourse.autograd.tensor import Tensor


class Run(NamedTuple):
    """Neighbouring parameters that are updated together."""

    block: FlatParameters
    where: slice
    step: int  # the number of this step, from 1

    @property
    def p(self) -> np.ndarray:
        """The parameters' numbers."""
        return self.block.flat[self.where]

    @property
    def g(self) -> np.ndarray:
        """Their gradients."""
        return self.block.grads[self.where]

    def scratch(self, number: int = 0) -> np.ndarray:
        """An array of this size to compute in; what it holds lasts until the next update."""
        return self.block.scratch[number][self.where]

    def state(self, name: str, start: float = 0.0) -> np.ndarray:
        """What the optimiser remembers under this name, one number for each parameter."""
        states = self.block.states
        if name not in states:
            states[name] = np.full_like(self.block.flat, start)
        return states[name][self.where]


class FlatParameters:
    """Tensors of one type whose numbers, and gradients, lie one after another in an array each.

    ``tensor.data`` becomes a view into ``flat``: changes through one are seen through the other.
    """

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self.tensors = list(tensors)
        ends = np.cumsum([t.data.size for t in tensors]).tolist()
        self.slices = [slice(end - t.data.size, end) for t, end in zip(tensors, ends, strict=True)]
        self.steps = [0] * len(tensors)
        self.states: dict[str, np.ndarray] = {}
        self._adopt()
        self.scratch = [np.empty_like(self.flat), np.empty_like(self.flat)]

    def _adopt(self) -> None:
        """Lay numbers and gradients side by side, or share the arrays of an optimiser that did so."""
        flat = _neighbours([t.data for t in self.tensors])
        if flat is None:
            flat = np.concatenate([t.data.ravel() for t in self.tensors])
            for t, where in zip(self.tensors, self.slices, strict=True):
                t.data = flat[where].reshape(t.shape)
        buffers = [t._grad_buffer for t in self.tensors if t._grad_buffer is not None]
        grads = _neighbours(buffers) if len(buffers) == len(self.tensors) else None
        if grads is None or grads.size != flat.size or grads.dtype != flat.dtype:
            grads = np.zeros_like(flat)
            for t, where in zip(self.tensors, self.slices, strict=True):
                t._grad_buffer = grads[where].reshape(t.shape)
        self.flat, self.grads = flat, grads
        self._views = [t.data for t in self.tensors]

    def runs(self) -> Iterator[Run]:
        """Begin a step: parameters that have a gradient, in runs of neighbours with as many steps."""
        if any(t.data is not view for t, view in zip(self.tensors, self._views, strict=True)):
            self._adopt()  # somebody has given a parameter a new array
        start = end = step = 0
        for i, (t, where) in enumerate(zip(self.tensors, self.slices, strict=True)):
            if t.grad is None:
                continue
            if t.grad.data is not t._grad_buffer:  # somebody has given it a gradient of his own
                self.grads[where] = t.grad.data.ravel()
            self.steps[i] += 1
            if where.start != end or self.steps[i] != step:
                if end > start:
                    yield Run(self, slice(start, end), step)
                start, step = where.start, self.steps[i]
            end = where.stop
        if end > start:
            yield Run(self, slice(start, end), step)


def _neighbours(arrays: Sequence[np.ndarray]) -> np.ndarray | None:
    """One flat view of arrays that already lie one after another in memory; None if they do not."""
    if not all(a.flags.c_contiguous for a in arrays):
        return None
    if len(arrays) == 1:
        return arrays[0].reshape(-1)
    base = arrays[0].base
    if base is None or base.ndim != 1 or not base.flags.c_contiguous or base.dtype != arrays[0].dtype:
        return None
    first = place = _address(arrays[0])
    for a in arrays:
        if a.base is not base or _address(a) != place:
            return None
        place += a.nbytes
    start = (first - _address(base)) // base.itemsize
    return base[start : start + sum(a.size for a in arrays)]


def _address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]
