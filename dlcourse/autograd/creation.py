"""Tensors from numbers, arrays and chance, by PyTorch's names.

The options of each: ``dtype`` (float32 by default, int64 for integers), ``requires_grad``, ``device``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.autograd.dtypes import device as known_device
from dlcourse.autograd.dtypes import float32
from dlcourse.autograd.operands import raw
from dlcourse.autograd.random import generator
from dlcourse.autograd.shapes import sizes
from dlcourse.autograd.tensor import Tensor


def _make(array: Any, dtype: Any = None, requires_grad: bool = False, device: str = "cpu") -> Tensor:
    known_device(device)
    array = np.asarray(array)
    if dtype is None and array.dtype == np.float64:
        dtype = float32
    return Tensor(np.asarray(array, dtype), requires_grad)


def tensor(data: Any, dtype: Any = None, **options: Any) -> Tensor:
    """A new leaf with a copy of ``data``: numbers in lists (floats become float32), an array, a tensor."""
    array = Tensor(data).data if dtype is None else np.asarray(raw(data), dtype)
    return _make(array.copy(), array.dtype, **options)


def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """A tensor of ``data``, copied only where that can't be avoided; a tensor comes back as it is."""
    if dtype is not None:
        return data.to(dtype) if isinstance(data, Tensor) else Tensor(np.asarray(data, dtype))
    return data if isinstance(data, Tensor) else Tensor(data)


def from_numpy(array: np.ndarray) -> Tensor:
    """A tensor that shares the array's memory: a change of one is seen in the other."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"from_numpy() needs a NumPy array, not {type(array).__name__}: use tensor().")
    return Tensor(array)


def zeros(*size: Any, **options: Any) -> Tensor:
    """Zeros: ``zeros(2, 3)``."""
    return full(sizes(size), 0.0, **options)


def ones(*size: Any, **options: Any) -> Tensor:
    """Ones: ``ones(2, 3)``."""
    return full(sizes(size), 1.0, **options)


def full(size: Any, value: float, **options: Any) -> Tensor:
    """The same number everywhere: ``full((2, 3), 0.5)``."""
    return _make(np.full(size, value), **options)


def arange(*bounds: float, **options: Any) -> Tensor:
    """``arange(end)``, ``arange(start, end)`` or ``arange(start, end, step)``, without the end."""
    return _make(np.arange(*bounds), **options)


def linspace(start: float, end: float, steps: int, **options: Any) -> Tensor:
    """``steps`` numbers at equal distances, with both ends."""
    return _make(np.linspace(start, end, steps), **options)


def eye(n: int, m: int | None = None, **options: Any) -> Tensor:
    """Ones on the diagonal, zeros elsewhere: n × m, or n × n."""
    return _make(np.eye(n, m), **options)


def randn(*size: Any, **options: Any) -> Tensor:
    """Draws from the normal distribution with mean 0 and variance 1: ``randn(2, 3)``."""
    return _make(generator().standard_normal(sizes(size)), **options)


def rand(*size: Any, **options: Any) -> Tensor:
    """Draws from the uniform distribution on [0, 1): ``rand(2, 3)``."""
    return _make(generator().random(sizes(size)), **options)


def randint(low: int, high: Any, size: Any = None, **options: Any) -> Tensor:
    """Whole numbers from low to high − 1: ``randint(low, high, size)``, or ``randint(high, size)``."""
    low, high, size = (0, low, high) if size is None else (low, high, size)
    return _make(generator().integers(low, high, size), **options)


def randperm(n: int, **options: Any) -> Tensor:
    """The numbers 0 to n − 1 in random order."""
    return _make(generator().permutation(n), **options)


def zeros_like(x: Tensor, **options: Any) -> Tensor:
    """Zeros in the shape and type of x."""
    return full_like(x, 0, **options)


def ones_like(x: Tensor, **options: Any) -> Tensor:
    """Ones in the shape and type of x."""
    return full_like(x, 1, **options)


def full_like(x: Tensor, value: float, **options: Any) -> Tensor:
    """The same number everywhere, in the shape and type of x."""
    return full(x.shape, value, **{"dtype": x.dtype, **options})


def randn_like(x: Tensor, **options: Any) -> Tensor:
    """Normal draws in the shape and type of x."""
    return randn(*x.shape, **{"dtype": x.dtype, **options})


def rand_like(x: Tensor, **options: Any) -> Tensor:
    """Uniform draws in the shape and type of x."""
    return rand(*x.shape, **{"dtype": x.dtype, **options})
