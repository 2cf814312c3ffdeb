"""What all operations share: how operands meet, and how gradients find back to an operand's shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from dlcourse.autograd.tensor import Tensor

F = TypeVar("F", bound=Callable)


def method(*operators: str) -> Callable[[F], F]:
    """Hang the function below into Tensor: as a method of the same name, and as the operators given."""

    def attach(function: F) -> F:
        setattr(Tensor, function.__name__, function)
        for name in operators:  # Python calls x.__rsub__(a) for a - x
            setattr(Tensor, name, (lambda x, a: function(a, x)) if name.startswith("__r") else function)
        return function

    return attach


def unbroadcast(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Sum ``g`` back to ``shape``: a number that broadcasting used n times gets n gradients, which add up."""
    if g.shape == shape:
        return g
    added = g.ndim - len(shape)
    stretched = [i for i, n in enumerate(shape, added) if n == 1 and g.shape[i] != 1]
    return g.sum(axis=(*range(added), *stretched), keepdims=True).reshape(shape)


def elementwise(y: np.ndarray, op: str, *terms: tuple[Tensor, Callable]) -> Tensor:
    """The result ``y`` of a broadcasting operation; ``terms`` are its operands, each with its chain rule."""

    def backward(g: np.ndarray) -> tuple:
        return tuple(unbroadcast(rule(g), x.shape) if x.requires_grad else None for x, rule in terms)

    return Tensor.from_op(y, tuple(x for x, _ in terms), backward, op)


def unary(op: str, forward: Callable, derivative: Callable) -> Callable[[Tensor], Tensor]:
    """A function of one number, applied to each, and a method; ``derivative(x, y)`` may use the result y."""

    def function(x: Tensor) -> Tensor:
        x = as_float(x)
        y = forward(x.data)
        return Tensor.from_op(y, (x,), lambda g: (g * derivative(x.data, y),), op)

    function.__name__ = function.__qualname__ = op
    function.__doc__ = f"{op}(x) of each number, in the shape of x."
    return method()(function)


def raw(value: Any) -> Any:
    """The array inside a tensor (or inside each of a tuple of indices); anything else as it is."""
    if isinstance(value, tuple):
        return tuple(raw(part) for part in value)
    return value.data if isinstance(value, Tensor) else value


def as_float(x: Any) -> Tensor:
    """A tensor of floats; integers become float32, as in PyTorch."""
    if not isinstance(x, Tensor):
        raise TypeError(f"expected a Tensor, got {type(x).__name__}: wrap it with dlcourse.tensor(...).")
    return x if x.data.dtype.kind == "f" else Tensor(x.data.astype(np.float32))


def pair(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Both operands as tensors of one type, in shapes that broadcast; one may be a number or an array.

    Raises:
        RuntimeError: the shapes don't broadcast.
    """
    a, b = same_type(a, b)
    if a.data.shape != b.data.shape:
        try:
            np.broadcast(a.data, b.data)
        except ValueError:
            raise RuntimeError(
                f"shapes {a.shape} and {b.shape} do not fit: compared from the right, two lengths must "
                "be equal, or one of them 1. To insert a dimension of length 1, use .unsqueeze(dim)."
            ) from None
    return a, b


def same_type(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Both operands as tensors of one type; one may be a number or an array."""
    if not isinstance(a, Tensor):
        a = _constant(a, b.dtype) if isinstance(b, Tensor) else Tensor(a)
    if not isinstance(b, Tensor):
        b = _constant(b, a.dtype)
    if a.data.dtype != b.data.dtype:
        dtype = max((a, b), key=_type_rank).dtype
        a, b = a.to(dtype), b.to(dtype)
    return a, b


def _constant(value: Any, dtype: np.dtype) -> Tensor:
    """A number takes the other operand's type, so float32 stays; a float beside integers is float32."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (bool, int, float)):
        common = np.result_type(value, dtype)
        return Tensor(np.asarray(value, np.float32 if common == np.float64 != dtype else common))
    return Tensor(value)


def _type_rank(x: Tensor) -> tuple:
    """PyTorch's rule: floats win over integers over bools, then arrays over numbers, then the longer type."""
    return "buif".index(x.dtype.kind), x.ndim > 0, x.dtype.itemsize
