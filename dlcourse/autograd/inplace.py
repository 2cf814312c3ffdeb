"""Changes in place. As in PyTorch, a leaf that requires grad may be changed under ``no_grad()`` only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.autograd import functions
from dlcourse.autograd.grad_mode import mode
from dlcourse.autograd.operands import method, raw
from dlcourse.autograd.tensor import Tensor


def _writable(x: Tensor, value: Any = None) -> np.ndarray:
    """The array of ``x``, if ``value`` may be written into it now."""
    if mode.enabled and isinstance(value, Tensor) and value.requires_grad:
        raise RuntimeError(
            "a tensor that requires grad can't be written into another one, its gradient would be lost: "
            "use .detach(), or build the result with stack(), cat() or where()."
        )
    if x.requires_grad and mode.enabled:
        what = "a leaf that requires grad" if x.is_leaf else "a result that backward() may need"
        raise RuntimeError(f"{what} can't be changed in place: use `with no_grad():`, or make a new tensor.")
    return x.data


def _arithmetic(name: str, ufunc: np.ufunc, operation: Callable, operator_name: str = "") -> None:
    """The method ``name_`` and the operator, such as ``add_`` and ``+=``."""

    def change(x: Tensor, other: Any, alpha: float = 1) -> Tensor:
        array = _writable(x, other)
        other = raw(other) if alpha == 1 else alpha * raw(other)
        ufunc(array, other, out=array)
        return x

    def operator(x: Tensor, other: Any) -> Tensor:
        protected = x.is_leaf and x.requires_grad
        recorded = x.requires_grad or getattr(other, "requires_grad", False)
        if mode.enabled and recorded and not protected:
            return operation(x, other)  # the name on the left now stands for a new result
        return change(x, other)

    change.__doc__ = f"{name} in place: changes the tensor and returns it."
    setattr(Tensor, f"{name}_", change)
    setattr(Tensor, f"__i{operator_name or name}__", operator)


_arithmetic("add", np.add, functions.add)
_arithmetic("sub", np.subtract, functions.sub)
_arithmetic("mul", np.multiply, functions.mul)
_arithmetic("div", np.true_divide, functions.div, "truediv")


@method()
def fill_(x: Tensor, value: Any) -> Tensor:
    """Set every number to ``value``."""
    _writable(x, value)[...] = raw(value)
    return x


@method()
def zero_(x: Tensor) -> Tensor:
    """Set every number to 0."""
    return fill_(x, 0)


@method()
def copy_(x: Tensor, source: Any) -> Tensor:
    """Take over the numbers of ``source``, broadcast to this shape."""
    return fill_(x, source)


@method("__setitem__")
def assign(x: Tensor, index: Any, value: Any) -> None:
    """``x[index] = value``."""
    _writable(x, value)[raw(index)] = raw(value)
