"""Arithmetic and functions of single numbers: each one's forward line, and its derivative beside it.

``g`` is the gradient of the loss with respect to the result; what the lambdas return is, by the chain rule,
the gradient with respect to an operand, before broadcasting is undone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.autograd.operands import as_float, elementwise, method, pair, raw, same_type, unary, unbroadcast
from dlcourse.autograd.tensor import Tensor


@method("__add__", "__radd__")
def add(a: Any, b: Any) -> Tensor:
    """a + b."""
    a, b = pair(a, b)
    return elementwise(a.data + b.data, "+", (a, lambda g: g), (b, lambda g: g))


@method("__sub__", "__rsub__")
def sub(a: Any, b: Any) -> Tensor:
    """a − b."""
    a, b = pair(a, b)
    return elementwise(a.data - b.data, "-", (a, lambda g: g), (b, lambda g: -g))


@method("__mul__", "__rmul__")
def mul(a: Any, b: Any) -> Tensor:
    """a · b, number by number."""
    a, b = pair(a, b)
    return elementwise(a.data * b.data, "*", (a, lambda g: g * b.data), (b, lambda g: g * a.data))


@method("__truediv__", "__rtruediv__")
def div(a: Any, b: Any) -> Tensor:
    """a / b; the derivatives are 1/b and −a/b²."""
    a, b = map(as_float, pair(a, b))
    y = a.data / b.data
    return elementwise(y, "/", (a, lambda g: g / b.data), (b, lambda g: -g * y / b.data))


@method("__pow__", "__rpow__")
def pow(a: Any, b: Any) -> Tensor:
    """a to the power b; the derivatives are b·aᵇ⁻¹ and aᵇ·ln a (0 where a is 0)."""
    if isinstance(b, (int, float)) and isinstance(a, Tensor):  # NumPy is faster at a² than at a**array(2)
        x = as_float(a) if isinstance(b, float) else a
        return elementwise(x.data**b, f"**{b}", (x, lambda g: g * (b * x.data ** (b - 1) if b else 0)))
    a, b = pair(a, b)
    y = a.data**b.data
    return elementwise(
        y, "**",
        (a, lambda g: g * np.where(b.data == 0, 0, b.data * a.data ** (b.data - (b.data != 0)))),
        (b, lambda g: g * y * np.log(np.where(a.data == 0, 1, a.data))),
    )  # fmt: skip


@method("__neg__")
def neg(x: Tensor) -> Tensor:
    """−x."""
    return elementwise(-x.data, "neg", (x, lambda g: -g))


@method("__abs__")
def abs(x: Tensor) -> Tensor:
    """The absolute value; its derivative is the sign."""
    return elementwise(np.abs(x.data), "abs", (x, lambda g: g * np.sign(x.data)))


def _sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e⁻ˣ), with exponents that are never positive and so can't overflow."""
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


def _softplus(x: np.ndarray) -> np.ndarray:
    """ln(1 + eˣ) = max(x, 0) + ln(1 + e⁻ˡˣˡ), which does not overflow."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


_STEP = 1 / 512
_ERF = np.array([math.erf(i * _STEP) for i in range(-6 * 512, 6 * 512 + 1)])  # beyond ±6 it is ±1


def _erf(x: np.ndarray) -> np.ndarray:
    """erf by three terms of Taylor's series about the nearest point c of a table: the error is below 1e-12.

    erf′(c) = 2/√π·exp(−c²),  erf″ = −2c·erf′,  erf‴ = (4c² − 2)·erf′.
    """
    x = np.clip(x, -6, 6)
    with np.errstate(invalid="ignore"):  # NaN has no place in the table; it comes back through d
        place = np.rint(x / _STEP).astype(np.intp)
    c = (place * _STEP).astype(x.dtype)
    d = x - c
    slope = 2 / math.sqrt(math.pi) * np.exp(-c * c)
    table = _ERF.take(place + len(_ERF) // 2, mode="clip").astype(x.dtype)
    return table + slope * d * (1 - c * d + (2 * c * c - 1) / 3 * d * d)


exp = unary("exp", np.exp, lambda x, y: y)
log = unary("log", np.log, lambda x, y: 1 / x)
log1p = unary("log1p", np.log1p, lambda x, y: 1 / (1 + x))  # log(1 + x), exact for small x
expm1 = unary("expm1", np.expm1, lambda x, y: y + 1)  # exp(x) − 1, exact for small x
sqrt = unary("sqrt", np.sqrt, lambda x, y: 0.5 / y)
sin = unary("sin", np.sin, lambda x, y: np.cos(x))
cos = unary("cos", np.cos, lambda x, y: -np.sin(x))
atan = unary("atan", np.arctan, lambda x, y: 1 / (1 + x * x))
tanh = unary("tanh", np.tanh, lambda x, y: 1 - y * y)
sigmoid = unary("sigmoid", _sigmoid, lambda x, y: y * (1 - y))
relu = unary("relu", lambda x: np.maximum(x, 0), lambda x, y: x > 0)
softplus = unary("softplus", _softplus, lambda x, y: _sigmoid(x))
erf = unary("erf", _erf, lambda x, y: 2 / math.sqrt(math.pi) * np.exp(-x * x))
sign = unary("sign", np.sign, lambda x, y: 0)
floor = unary("floor", np.floor, lambda x, y: 0)
round = unary("round", np.round, lambda x, y: 0)


@method()
def clamp(x: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """x held between ``min`` and ``max``; the gradient passes where x lies inside."""
    low, high = -np.inf if min is None else min, np.inf if max is None else max
    y = np.clip(x.data, min, max)
    return elementwise(y, "clamp", (x, lambda g: g * ((x.data > low) & (x.data < high))))


def _chosen(name: str, choose: Callable) -> Callable[[Any, Any], Tensor]:
    """The larger or the smaller one: the gradient goes to it, half to each in a tie."""

    def function(a: Any, b: Any) -> Tensor:
        a, b = pair(a, b)
        y, tie = choose(a.data, b.data), a.data == b.data
        to_a, to_b = (lambda g, x=x: g * (x.data == y) - g * tie * 0.5 for x in (a, b))
        return elementwise(y, name, (a, to_a), (b, to_b))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{name}(a, b) of each pair; the gradient goes to that one, half to each in a tie."
    return method()(function)


maximum = _chosen("maximum", np.maximum)
minimum = _chosen("minimum", np.minimum)


def where(condition: Any, a: Any, b: Any) -> Tensor:
    """a where the condition holds, b elsewhere; the gradient goes to the one that was taken."""
    chosen = raw(condition)
    a, b = pair(a, b)
    to_a, to_b = lambda g: np.where(chosen, g, 0), lambda g: np.where(chosen, 0, g)
    return elementwise(np.where(chosen, a.data, b.data), "where", (a, to_a), (b, to_b))


@method("__matmul__", "__rmatmul__", "mm")
def matmul(a: Any, b: Any) -> Tensor:
    """The matrix product: for Y = A B, the gradients are G Bᵀ and Aᵀ G.

    A vector counts as a row on the left and as a column on the right; leading dimensions are batches.

    Raises:
        RuntimeError: the shapes don't fit.
    """
    a, b = same_type(a, b)
    try:
        y = a.data @ b.data
    except ValueError:
        raise RuntimeError(
            f"shapes {a.shape} and {b.shape} can't be multiplied: the last length of the first must be equal "
            "to the last but one of the second (to its only one, if that is a vector)."
        ) from None

    def backward(g: np.ndarray) -> tuple:
        left = a.data[None, :] if a.ndim == 1 else a.data
        right = b.data[:, None] if b.ndim == 1 else b.data
        if a.ndim == 1:
            g = np.expand_dims(g, -1 if b.ndim == 1 else -2)
        if b.ndim == 1:
            g = np.expand_dims(g, -1)
        return (
            unbroadcast(g @ right.mT, left.shape).reshape(a.shape) if a.requires_grad else None,
            unbroadcast(left.mT @ g, right.shape).reshape(b.shape) if b.requires_grad else None,
        )

    return Tensor.from_op(y, (a, b), backward, "@")


mm = matmul
