"""Smaller methods of tensors: short answers, changes of type, and changes in place.

As in PyTorch, a leaf that requires grad may be changed under ``no_grad()`` only.
"""

from collections.abc import Callable
from functools import partialmethod
from operator import index
from typing import Any

import numpy as np

from dlcourse.autograd.creation import bool_, device, float32, float64, int32, int64
from dlcourse.autograd.functions import add, div, mul, sub
from dlcourse.autograd.grad_mode import mode
from dlcourse.autograd.tensor import Tensor, method, methods, raw, require


def equal(a: Tensor, b: Tensor) -> bool:
    """True if shapes and all numbers are the same."""
    return np.array_equal(a.data, b.data)


def allclose(a: Tensor, b: Any, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """True if all numbers differ by at most atol + rtol·|b|."""
    return np.allclose(a.data, raw(b), rtol, atol)


for _name, _answer, _doc in (
    ("detach", lambda x: Tensor(x.data), "The same numbers (shared memory), outside the graph."),
    ("tolist", lambda x: x.data.tolist(), "The numbers in nested lists."),
    ("size", lambda x, dim=None: x.shape if dim is None else x.shape[dim], "The shape, or one dimension's length."),
    ("numel", lambda x: x.data.size, "How many numbers there are."),
    ("dim", lambda x: x.data.ndim, "The number of dimensions."),
    ("cpu", lambda x: x, "The tensor itself: it is on the CPU."),
    ("contiguous", lambda x: x, "The tensor itself: view() copies where it must."),
    ("__len__", lambda x: len(x.data), "The length of the first dimension."),
    ("__iter__", lambda x: (x[i] for i in range(len(x))), "The parts along the first dimension."),
    ("__bool__", lambda x: bool(x.item()), "The single number as a bool."),
    ("__int__", lambda x: int(x.item()), "The single number as an int."),
    ("__float__", lambda x: float(x.item()), "The single number as a float."),
    ("__index__", lambda x: index(x.item()), "The single number as an index of a list."),
):
    method(_answer, _name, _doc)


def to(x: Tensor, *targets: Any, **named: Any) -> Tensor:
    """The tensor with numbers of another type, ``x.to(float64)``; ``x.to("cpu")`` is the tensor itself."""
    for target in (*targets, *named.values()):
        if isinstance(target, str):
            device(target)
        elif x.dtype != target:
            x = _cast(x, target)
    return x


def _cast(x: Tensor, dtype: np.dtype) -> Tensor:
    y = x.data.astype(dtype)
    parents = (x,) if y.dtype.kind == "f" else ()  # whole numbers have no derivative
    return Tensor.from_op(y, parents, lambda g: (g.astype(x.dtype),), "to")


for _name, _type in {"float": float32, "double": float64, "long": int64, "int": int32, "bool": bool_}.items():
    methods(**{_name: partialmethod(to, _type)})


def _writable(x: Tensor, value: Any = None) -> np.ndarray:
    """The array of ``x``, if ``value`` may be written into it now."""
    if mode.enabled:
        lost = getattr(value, "requires_grad", False)
        require(not lost, "the gradient of what is written would be lost: use .detach(), stack(), cat() or where().")
        require(not x.requires_grad, "backward() may need the old numbers: use no_grad(), or make a new tensor.")
    return x.data


def _in_place(name: str, ufunc: np.ufunc, operation: Callable, symbol: str) -> None:
    """The method ``name_`` and its operator, such as ``add_`` and ``+=``."""

    def change(x: Tensor, other: Any, alpha: float = 1) -> Tensor:
        array = _writable(x, other)
        ufunc(array, raw(other) if alpha == 1 else alpha * raw(other), out=array)
        return x

    def operator(x: Tensor, other: Any) -> Tensor:
        recorded = mode.enabled and (x.requires_grad or getattr(other, "requires_grad", False))
        if recorded and not (x.is_leaf and x.requires_grad):
            return operation(x, other)  # the name on the left now stands for a new result
        return change(x, other)

    methods(**{f"__i{symbol}__": operator})
    method(change, f"{name}_", f"{name} in place: changes the tensor and returns it.")


_in_place("add", np.add, add, "add")
_in_place("sub", np.subtract, sub, "sub")
_in_place("mul", np.multiply, mul, "mul")
_in_place("div", np.true_divide, div, "truediv")


def assign(x: Tensor, place: Any, value: Any) -> None:
    """``x[place] = value``."""
    _writable(x, value)[raw(place)] = raw(value)


def fill_(x: Tensor, value: Any) -> Tensor:
    """Set every number to ``value``, or to those of a tensor, broadcast to this shape."""
    x[...] = value
    return x


def zero_(x: Tensor) -> Tensor:
    """Set every number to 0."""
    return fill_(x, 0)


methods(equal, allclose, to, fill_, zero_, copy_=fill_, __setitem__=assign)
