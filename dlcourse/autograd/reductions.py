"""Many numbers to one: sums, means, extremes. ``dim`` may also be written ``axis``, as in NumPy.

Left out, ``dim`` means all dimensions; ``keepdim`` keeps the reduced ones with length 1.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

from dlcourse.autograd.functions import maximum, minimum
from dlcourse.autograd.operands import method
from dlcourse.autograd.tensor import Tensor


class Extremes(NamedTuple):
    """What ``max(dim)`` and ``min(dim)`` return: the numbers, and their places along the dimension."""

    values: Tensor
    indices: Tensor


Gradient = Callable[[np.ndarray], np.ndarray]


def reduction(rule: Callable[..., tuple[np.ndarray, Gradient]]) -> Callable[..., Tensor]:
    """Make a function and method of ``rule``, which works on arrays and keeps the reduced dimensions.

    ``rule(x, axes)`` returns the result, and the function that spreads a gradient over x again.
    """
    name = rule.__name__

    def function(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None, **options: Any) -> Tensor:
        if x.dtype.kind != "f" and name not in ("sum", "amax", "amin"):
            raise RuntimeError(f"{name}() needs floats, this tensor is {x.dtype}: call .float() first.")
        axes = _axes(dim, axis)
        y, spread = rule(x.data, axes, **options)
        result = y if keepdim else y.squeeze(axis=axes)
        return Tensor.from_op(result, (x,), lambda g: (spread(g.reshape(y.shape)),), name)

    signature = inspect.signature(function)
    function = wraps(rule)(function)  # its name, its docstring and, for show_source, its source
    vars(function)["__signature__"] = signature
    return method()(function)


def _axes(dim: Any, axis: Any) -> Any:
    dim = axis if dim is None else dim
    return tuple(dim) if isinstance(dim, list) else dim


@reduction
def sum(x: np.ndarray, axes: Any) -> tuple[np.ndarray, Gradient]:
    """The sum; every number gets the gradient of the sum that it went into."""
    return x.sum(axis=axes, keepdims=True), lambda g: np.broadcast_to(g, x.shape)


@reduction
def mean(x: np.ndarray, axes: Any) -> tuple[np.ndarray, Gradient]:
    """The mean of n numbers; each gets 1/n of its gradient."""
    y = x.mean(axis=axes, keepdims=True)
    return y, lambda g: np.broadcast_to(g * (y.size / (x.size or 1)), x.shape)


@reduction
def var(x: np.ndarray, axes: Any, correction: int = 1, unbiased: bool = True) -> tuple[np.ndarray, Gradient]:
    """The variance, Σ(x − m)² / (n − correction); its derivative is 2(x − m) / (n − correction)."""
    centred = x - x.mean(axis=axes, keepdims=True)
    y = np.square(centred).sum(axis=axes, keepdims=True)
    n = x.size // y.size - (correction if unbiased else 0)
    return y / n, lambda g: g * 2 / n * centred


@reduction
def std(x: np.ndarray, axes: Any, **options: Any) -> tuple[np.ndarray, Gradient]:
    """The standard deviation, √var, with the same options; where it is 0, so is its gradient."""
    v, spread = inspect.unwrap(var)(x, axes, **options)
    y = np.sqrt(v)
    return y, lambda g: spread(g * 0.5 / np.where(y > 0, y, np.inf))


@reduction
def norm(x: np.ndarray, axes: Any) -> tuple[np.ndarray, Gradient]:
    """The length √Σx²; its derivative is x divided by it, and 0 where it is 0."""
    y = np.sqrt(np.square(x).sum(axis=axes, keepdims=True))
    return y, lambda g: g / np.where(y > 0, y, np.inf) * x


@reduction
def logsumexp(x: np.ndarray, axes: Any) -> tuple[np.ndarray, Gradient]:
    """ln Σ exp(x); its derivative is softmax(x). The largest x is taken out, so nothing overflows."""
    top = x.max(axis=axes, keepdims=True)
    top[~np.isfinite(top)] = 0
    e = np.exp(x - top)
    total = e.sum(axis=axes, keepdims=True)
    return np.log(total) + top, lambda g: g * (e / total)


@reduction
def amax(x: np.ndarray, axes: Any) -> tuple[np.ndarray, Gradient]:
    """The largest numbers; those that tie share the gradient evenly."""
    y = x.max(axis=axes, keepdims=True)
    return y, lambda g: _shared(g, x == y, axes)


@reduction
def amin(x: np.ndarray, axes: Any) -> tuple[np.ndarray, Gradient]:
    """The smallest numbers; those that tie share the gradient evenly."""
    y = x.min(axis=axes, keepdims=True)
    return y, lambda g: _shared(g, x == y, axes)


def _shared(g: np.ndarray, winners: np.ndarray, axes: Any) -> np.ndarray:
    return g / winners.sum(axis=axes, dtype=g.dtype, keepdims=True) * winners


def _along(x: Tensor, find: Callable, dim: int, keepdim: bool, op: str) -> Extremes:
    """The extremes along one dimension; only the numbers at the places returned get a gradient."""
    place = find(x.data, axis=dim, keepdims=True)
    y = np.take_along_axis(x.data, place, dim)

    def backward(g: np.ndarray) -> tuple:
        out = np.zeros_like(x.data)
        np.put_along_axis(out, place, g.reshape(place.shape), dim)
        return (out,)

    y, indices = (y, place) if keepdim else (y.squeeze(dim), place.squeeze(dim))
    return Extremes(Tensor.from_op(y, (x,), backward, op), Tensor(indices))


@method()
def max(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Any:
    """The largest number; with ``dim``, a pair (values, indices); with a second tensor, ``maximum``."""
    axes = _axes(dim, axis)
    if isinstance(axes, Tensor):
        return maximum(x, axes)
    return amax(x) if axes is None else _along(x, np.argmax, axes, keepdim, "max")


@method()
def min(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Any:
    """The smallest number; with ``dim``, a pair (values, indices); with a second tensor, ``minimum``."""
    axes = _axes(dim, axis)
    if isinstance(axes, Tensor):
        return minimum(x, axes)
    return amin(x) if axes is None else _along(x, np.argmin, axes, keepdim, "min")
