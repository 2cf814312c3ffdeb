"""Many numbers to one: sums, means, extremes. ``dim`` may also be written ``axis``, as in NumPy.

Left out, ``dim`` means all dimensions; ``keepdim`` keeps the reduced ones with length 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from dlcourse.autograd.functions import maximum, minimum
from dlcourse.autograd.operands import as_float, method
from dlcourse.autograd.tensor import Tensor


class Extremes(NamedTuple):
    """What ``max(dim)`` and ``min(dim)`` return: the numbers, and their places along the dimension."""

    values: Tensor
    indices: Tensor


def _axes(dim: Any, axis: Any) -> Any:
    dim = axis if dim is None else dim
    return tuple(dim) if isinstance(dim, list) else dim


def _spread(a: np.ndarray, shape: tuple[int, ...], axes: Any, keepdim: bool) -> np.ndarray:
    """The reduced array, stretched back over the numbers that it came from."""
    if axes is not None and not keepdim:
        a = np.expand_dims(a, axes)
    return np.broadcast_to(a, shape)


@method()
def sum(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Tensor:
    """The sum; every number gets the gradient of the sum that it went into."""
    axes = _axes(dim, axis)
    y = x.data.sum(axis=axes, keepdims=keepdim)
    return Tensor.from_op(y, (x,), lambda g: (_spread(g, x.shape, axes, keepdim),), "sum")


@method()
def mean(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Tensor:
    """The mean of n numbers; each gets 1/n of its gradient.

    Raises:
        RuntimeError: the numbers are integers.
    """
    if x.dtype.kind != "f":
        raise RuntimeError(f"mean() needs floats, this tensor is {x.dtype}: call .float() first.")
    axes = _axes(dim, axis)
    y = np.asarray(x.data.mean(axis=axes, keepdims=keepdim))
    n = x.data.size // y.size if y.size else 1
    return Tensor.from_op(y, (x,), lambda g: (_spread(g / n, x.shape, axes, keepdim),), "mean")


@method()
def var(
    x: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *,
    correction: int | None = None, axis: Any = None,
) -> Tensor:  # fmt: skip
    """The variance, Σ(x − m)² / (n − correction); its derivative is 2(x − m) / (n − correction).

    ``correction`` is 1, as in PyTorch, and 0 with ``unbiased=False``.
    """
    axes = _axes(dim, axis)
    correction = int(unbiased) if correction is None else correction
    centred = x.data - x.data.mean(axis=axes, keepdims=True)
    y = np.square(centred).sum(axis=axes, keepdims=keepdim)
    n = x.data.size // y.size - correction

    def backward(g: np.ndarray) -> tuple:
        return (_spread(g * (2 / n), x.shape, axes, keepdim) * centred,)

    return Tensor.from_op(y / n, (x,), backward, "var")


@method()
def std(x: Tensor, *args: Any, **options: Any) -> Tensor:
    """The standard deviation, √var, with var's arguments; where it is 0, so is the gradient."""
    v = var(x, *args, **options)
    y = np.sqrt(v.data)
    return Tensor.from_op(y, (v,), lambda g: (0.5 * g / np.where(y > 0, y, np.inf),), "sqrt")


@method()
def norm(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Tensor:
    """The length √Σx²; its derivative is x divided by it (0 where the length is 0)."""
    axes = _axes(dim, axis)
    y = np.sqrt(np.square(x.data).sum(axis=axes, keepdims=keepdim))

    def backward(g: np.ndarray) -> tuple:
        return (_spread(g / np.where(y > 0, y, np.inf), x.shape, axes, keepdim) * x.data,)

    return Tensor.from_op(y, (x,), backward, "norm")


@method()
def logsumexp(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Tensor:
    """ln Σ exp(x); its derivative is softmax(x). The largest x is taken out, so nothing overflows."""
    x = as_float(x)
    axes = _axes(dim, axis)
    top = x.data.max(axis=axes, keepdims=True)
    e = np.exp(x.data - np.where(np.isfinite(top), top, 0))
    total = e.sum(axis=axes, keepdims=True)
    y = np.log(total) + np.where(np.isfinite(top), top, 0)
    y = y if keepdim else y.squeeze(axis=axes)
    return Tensor.from_op(y, (x,), lambda g: (_spread(g, x.shape, axes, keepdim) * (e / total),), "logsumexp")


def _amplitude(x: Tensor, pick: Callable, dim: Any, keepdim: bool, op: str) -> Tensor:
    """The extreme; the numbers that reach it share its gradient evenly."""
    y = np.asarray(pick(x.data, axis=dim, keepdims=keepdim))

    def backward(g: np.ndarray) -> tuple:
        reached = x.data == _spread(y, x.shape, dim, keepdim)
        return (
            reached * _spread(g, x.shape, dim, keepdim) / reached.sum(axis=dim, dtype=g.dtype, keepdims=True),
        )

    return Tensor.from_op(y, (x,), backward, op)


@method()
def amax(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Tensor:
    """The largest numbers; those that tie share the gradient evenly."""
    return _amplitude(x, np.max, _axes(dim, axis), keepdim, "amax")


@method()
def amin(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Tensor:
    """The smallest numbers; those that tie share the gradient evenly."""
    return _amplitude(x, np.min, _axes(dim, axis), keepdim, "amin")


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
