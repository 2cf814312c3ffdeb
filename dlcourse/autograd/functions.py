"""The operations: each one's forward line, and its derivative beside it.

``g`` is the gradient of the loss with respect to the operation's result; each function returns, by the chain
rule, the gradient with respect to its inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from dlcourse.autograd.tensor import Tensor

F = TypeVar("F", bound=Callable)


def method(*operators: str) -> Callable[[F], F]:
    """Hang the function into Tensor as a method of its name, and as the operators given."""

    def attach(function: F) -> F:
        for name in (function.__name__, *operators):
            setattr(Tensor, name, function)
        return function

    return attach


def unbroadcast(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Sum ``g`` back to ``shape``: a number that broadcasting used n times gets n gradients, which add up."""
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    stretched = tuple(i + extra for i, n in enumerate(shape) if n == 1 and g.shape[i + extra] != 1)
    return g.sum(axis=(*range(extra), *stretched), keepdims=True).reshape(shape)


def _pair(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Both operands as tensors; a plain number takes the other's type."""
    if not isinstance(a, Tensor):
        a = Tensor(np.asarray(a, b.dtype if isinstance(a, (int, float)) else None))
    if not isinstance(b, Tensor):
        b = Tensor(np.asarray(b, a.dtype if isinstance(b, (int, float)) else None))
    return a, b


def _elementwise(y: np.ndarray, op: str, *terms: tuple[Tensor, Callable]) -> Tensor:
    """A broadcasting result, given each operand with its derivative; only those asked for are computed."""

    def backward(g: np.ndarray) -> tuple:
        return tuple(unbroadcast(d(g), x.shape) if x.requires_grad else None for x, d in terms)

    return Tensor.from_op(y, tuple(x for x, _ in terms), backward, op)


@method("__add__", "__radd__")
def add(a: Any, b: Any) -> Tensor:
    """a + b: the gradient goes to both."""
    a, b = _pair(a, b)
    return _elementwise(a.data + b.data, "+", (a, lambda g: g), (b, lambda g: g))


@method("__mul__", "__rmul__")
def mul(a: Any, b: Any) -> Tensor:
    """a · b: the gradient with respect to one is the other."""
    a, b = _pair(a, b)
    return _elementwise(a.data * b.data, "*", (a, lambda g: g * b.data), (b, lambda g: g * a.data))


@method()
def sum(x: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The sum: each number gets the gradient of the sum it went into."""
    y = x.data.sum(axis=dim, keepdims=keepdim)

    def backward(g: np.ndarray) -> tuple:
        if dim is not None and not keepdim:
            g = np.expand_dims(g, dim)
        return (np.broadcast_to(g, x.shape),)

    return Tensor.from_op(y, (x,), backward, "sum")
