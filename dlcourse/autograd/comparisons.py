"""Questions about tensors. Their answers (bools, places) have no derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.autograd.operands import method, pair, raw
from dlcourse.autograd.tensor import Tensor


def _operator(symbol: str, ufunc: np.ufunc) -> None:
    def function(x: Tensor, other: Any) -> Tensor:
        if other is None:
            return NotImplemented
        a, b = pair(x, other)
        return Tensor(ufunc(a.data, b.data))

    setattr(Tensor, f"__{symbol}__", function)


for _symbol, _ufunc in {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater,
    "ge": np.greater_equal, "and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor,
    "mod": np.mod, "floordiv": np.floor_divide,
}.items():  # fmt: skip
    _operator(_symbol, _ufunc)


def _reduction(name: str, compute: Callable) -> Callable[..., Tensor]:
    def function(x: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Tensor:
        return Tensor(compute(x.data, axis=axis if dim is None else dim, keepdims=keepdim))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{name}(x), over all numbers or along ``dim`` (or ``axis``)."
    return method()(function)


argmax = _reduction("argmax", np.argmax)
argmin = _reduction("argmin", np.argmin)
all = _reduction("all", np.all)
any = _reduction("any", np.any)


@method("__invert__")
def logical_not(x: Tensor) -> Tensor:
    """True where x is False or 0."""
    return Tensor(np.logical_not(x.data))


@method()
def isnan(x: Tensor) -> Tensor:
    """True where x is not a number."""
    return Tensor(np.isnan(x.data))


@method()
def isfinite(x: Tensor) -> Tensor:
    """True where x is neither infinite nor NaN."""
    return Tensor(np.isfinite(x.data))


@method()
def equal(a: Tensor, b: Tensor) -> bool:
    """True if shapes and all numbers are the same."""
    return np.array_equal(a.data, b.data)


@method()
def allclose(a: Tensor, b: Any, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """True if all numbers differ by at most atol + rtol·|b|."""
    return np.allclose(a.data, raw(b), rtol, atol)
