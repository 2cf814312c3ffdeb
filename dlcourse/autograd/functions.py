"""Arithmetic and functions of single numbers: each one's forward line, and its derivative beside it.

The first half is what operations share: how operands meet, and how gradients find back to an operand's shape.
``g`` is always the gradient of the loss with respect to the result.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.autograd.tensor import Tensor, method, methods, raw


def unary(op: str, forward: Callable, slope: Any = None) -> Callable[[Tensor], Tensor]:
    """A function of one number, applied to each, and a method; its ``slope(x, y)`` may use the result y."""

    def function(x: Tensor) -> Tensor:
        if not isinstance(x, Tensor):
            raise TypeError(f"expected a Tensor, got {type(x).__name__}: wrap it with dlcourse.tensor(...).")
        y = _usual_float(forward(x.data), x.data)
        return Tensor.from_op(y, (x,) if slope else (), lambda g: (g * slope(x.data, y),), op)

    return method(function, op, f"{op}(x) of each number, in the shape of x.")


def binary(name: str, op: str, forward: Callable, *slopes: Any) -> Callable[[Any, Any], Tensor]:
    """A function of two numbers that broadcasts, and a method.

    Its two slopes are functions ``slope(a, b, y)`` of the operands and the result; or 1, where g goes on as it is.
    """

    def function(a: Any, b: Any) -> Tensor:
        if b is None and not slopes:
            return NotImplemented  # Python then says that a tensor is not equal to None
        a, b = pair(a, b)
        y = forward(a.data, b.data)

        def backward(g: np.ndarray) -> tuple:
            return tuple(
                unbroadcast(g if slope == 1 else g * slope(a.data, b.data, y), x.shape) if x.requires_grad else None
                for x, slope in zip((a, b), slopes, strict=True)
            )

        return Tensor.from_op(y, (a, b) if slopes else (), backward, op)

    return method(function, name, f"{name}(a, b) of each pair of numbers; their shapes broadcast.")


def unbroadcast(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Sum ``g`` back to ``shape``: a number that broadcasting used n times gets n gradients, which add up."""
    if g.shape == shape:
        return g
    added = g.ndim - len(shape)
    stretched = [i for i, n in enumerate(shape, added) if n == 1 and g.shape[i] != 1]
    return g.sum(axis=(*range(added), *stretched), keepdims=True).reshape(shape)


def pair(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Both operands as tensors of one type, in shapes that broadcast; one may be a number or an array.

    Raises:
        RuntimeError: the shapes don't broadcast.
    """
    a, b = same_type(a, b)
    if a.data.shape != b.data.shape:
        rule = "broadcast: from the right, two lengths must be equal, or one of them 1, see .unsqueeze(dim)"
        fitting(lambda: np.broadcast(a.data, b.data), (a, b), rule)
    return a, b


def fitting(compute: Callable, tensors: Sequence[Tensor], rule: str) -> Any:
    """What ``compute()`` returns; where shapes don't fit, a RuntimeError that names them and the rule."""
    try:
        return compute()
    except ValueError:
        raise RuntimeError(f"shapes {' and '.join(str(x.shape) for x in tensors)} do not {rule}.") from None


def same_type(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Both operands as tensors of one type; one may be a number or an array."""
    if not isinstance(a, Tensor):
        a = _constant(a, b.dtype) if isinstance(b, Tensor) else Tensor(a)
    if not isinstance(b, Tensor):
        b = _constant(b, a.dtype)
    if a.data.dtype != b.data.dtype:
        # PyTorch's rule: floats win over integers over bools, then arrays over numbers, then the longer type.
        dtype = max((a, b), key=lambda x: ("buif".index(x.dtype.kind), x.ndim > 0, x.dtype.itemsize)).dtype
        a, b = a.to(dtype), b.to(dtype)
    return a, b


def _constant(value: Any, dtype: np.dtype) -> Tensor:
    """A number takes the other operand's type, so float32 stays; a float beside integers is float32."""
    value = value.item() if isinstance(value, np.generic) else value
    if not isinstance(value, (bool, int, float)):
        return Tensor(value)
    common = np.result_type(value, dtype)
    return Tensor(np.asarray(value, np.float32 if common == np.float64 != dtype else common))


def _usual_float(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Floats that were computed from integers become float32, as in PyTorch."""
    return y.astype(np.float32) if y.dtype.kind == "f" and x.dtype.kind != "f" else y


def _sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e⁻ˣ); where e⁻ˣ overflows to ∞, this is 0, as it should be."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def _softplus(x: np.ndarray) -> np.ndarray:
    """ln(1 + eˣ), without overflow, and ten times as fast as np.logaddexp."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


_ERF = np.array([math.erf(i / 512) for i in range(-6 * 512, 6 * 512 + 1)])  # beyond ±6 it is ±1


def _erf(x: np.ndarray) -> np.ndarray:
    """erf by three terms of Taylor's series about the nearest point c of a table: the error is below 1e-12.

    erf′(c) = 2/√π·exp(−c²),  erf″ = −2c·erf′,  erf‴ = (4c² − 2)·erf′.
    """
    x = np.clip(x, -6.0, 6.0)
    place = np.rint(np.nan_to_num(x) * 512).astype(np.intp)
    c = (place / 512).astype(x.dtype)
    d = x - c  # NaN has no place in the table; it comes back here
    slope = 2 / math.sqrt(math.pi) * np.exp(-c * c)
    return _ERF[place + 6 * 512].astype(x.dtype) + slope * d * (1 - c * d + (2 * c * c - 1) / 3 * d * d)


def _power_slope(a: np.ndarray, b: np.ndarray, y: np.ndarray) -> np.ndarray:
    """b·aᵇ⁻¹, and 0 where b is 0."""
    return b * a ** (b - (b != 0))


def _wins(a: np.ndarray, b: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.where(a == b, 0.5, a == y).astype(y.dtype)


add = binary("add", "+", np.add, 1, 1)
sub = binary("sub", "-", np.subtract, 1, lambda a, b, y: -1)
mul = binary("mul", "*", np.multiply, lambda a, b, y: b, lambda a, b, y: a)
div = binary("div", "/", lambda a, b: _usual_float(a / b, a), lambda a, b, y: 1 / b, lambda a, b, y: -y / b)
maximum = binary("maximum", "maximum", np.maximum, _wins, lambda a, b, y: _wins(b, a, y))
minimum = binary("minimum", "minimum", np.minimum, _wins, lambda a, b, y: _wins(b, a, y))
_power = binary("pow", "**", np.power, _power_slope, lambda a, b, y: y * np.log(np.where(a == 0, 1, a)))
neg = unary("neg", np.negative, lambda x, y: -1)
abs = unary("abs", np.abs, lambda x, y: np.sign(x))
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
isnan = unary("isnan", np.isnan)
isfinite = unary("isfinite", np.isfinite)
logical_not = unary("logical_not", np.logical_not)


def clamp(x: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """x held between ``min`` and ``max``; the gradient passes where x lies inside."""
    low, high = -np.inf if min is None else min, np.inf if max is None else max
    inside = (x.data > low) & (x.data < high)
    return Tensor.from_op(np.clip(x.data, min, max), (x,), lambda g: (g * inside,), "clamp")


def pow(a: Any, b: Any) -> Tensor:
    """a to the power b; the derivatives are b·aᵇ⁻¹ and aᵇ·ln a (0 where a is 0)."""
    if not (isinstance(a, Tensor) and isinstance(b, (int, float))):
        return _power(a, b)
    x = a.to(np.float32) if isinstance(b, float) and a.dtype.kind != "f" else a
    y = x.data**b  # NumPy is faster at x**2 than at x**array(2)
    return Tensor.from_op(y, (x,), lambda g: (g * (b * x.data ** (b - 1) if b else 0),), f"**{b}")


def where(condition: Any, a: Any, b: Any) -> Tensor:
    """a where the condition holds, b elsewhere; the gradient goes to the one that was taken."""
    a, b = pair(a, b)
    taken = raw(condition)

    def backward(g: np.ndarray) -> tuple:
        return unbroadcast(np.where(taken, g, 0), a.shape), unbroadcast(np.where(taken, 0, g), b.shape)

    return Tensor.from_op(np.where(taken, a.data, b.data), (a, b), backward, "where")


def matmul(a: Any, b: Any) -> Tensor:
    """The matrix product: for Y = A B, the gradients are G Bᵀ and Aᵀ G.

    A vector counts as a row on the left and as a column on the right; leading dimensions are batches.

    Raises:
        RuntimeError: the shapes don't fit.
    """
    a, b = same_type(a, b)
    left = a.data[None, :] if a.ndim == 1 else a.data
    right = b.data[:, None] if b.ndim == 1 else b.data
    rule = "multiply: the last length of the first must be the last but one of the second (or its only one)"
    y = fitting(lambda: left @ right, (a, b), rule)

    def backward(g: np.ndarray) -> tuple:
        g = g.reshape(y.shape)
        return (
            unbroadcast(g @ right.mT, left.shape).reshape(a.shape) if a.requires_grad else None,
            unbroadcast(left.mT @ g, right.shape).reshape(b.shape) if b.requires_grad else None,
        )

    vectors = (-2,) * (a.ndim == 1) + (-1,) * (b.ndim == 1)
    return Tensor.from_op(y.squeeze(vectors) if vectors else y, (a, b), backward, "@")


clip, mm = clamp, matmul
methods(pow, clamp, matmul, clip=clip, mm=mm, __neg__=neg, __abs__=abs, __invert__=logical_not)
for _name, _function in {"add": add, "sub": sub, "mul": mul, "truediv": div, "pow": pow, "matmul": matmul}.items():
    # Python calls x.__rsub__(a) for a - x.
    methods(**{f"__{_name}__": _function, f"__r{_name}__": lambda x, a, f=_function: f(a, x)})  # type: ignore[misc]
for _name, _ufunc in {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
    "and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor, "mod": np.mod, "floordiv": np.floor_divide,
}.items():  # fmt: skip
    binary(f"__{_name}__", _name, _ufunc)
