"""Tensors from numbers, arrays and chance, by PyTorch's names; floats are float32 unless said otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.autograd.random import generator
from dlcourse.autograd.tensor import Tensor

bool_, int64, float32, float64 = map(np.dtype, ("bool", "int64", "float32", "float64"))


def _make(array: Any, dtype: Any, requires_grad: bool) -> Tensor:
    return Tensor(np.asarray(array, dtype), requires_grad)


def _shape(size: tuple) -> tuple[int, ...]:
    """Sizes come as ``zeros(2, 3)`` or as ``zeros((2, 3))``."""
    return tuple(size[0]) if len(size) == 1 and not isinstance(size[0], (int, np.integer)) else size


def tensor(data: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A new tensor with a copy of ``data`` (numbers in lists, an array, a tensor)."""
    array = Tensor(data).data
    return Tensor(np.array(array, dtype or array.dtype), requires_grad)


def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """A tensor of ``data``, copied only where that cannot be avoided; a tensor comes back as it is."""
    x = data if isinstance(data, Tensor) else Tensor(data)
    return x if dtype in (None, x.dtype) else x.to(dtype)


def from_numpy(array: np.ndarray) -> Tensor:
    """A tensor that shares the array's memory: a change of one is seen in the other."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"from_numpy() needs a NumPy array, not {type(array).__name__}: use tensor().")
    return Tensor(array)


def zeros(*size: Any, dtype: Any = float32, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros: ``zeros(2, 3)``."""
    return _make(np.zeros(_shape(size)), dtype, requires_grad)


def ones(*size: Any, dtype: Any = float32, requires_grad: bool = False) -> Tensor:
    """A tensor of ones: ``ones(2, 3)``."""
    return _make(np.ones(_shape(size)), dtype, requires_grad)


def randn(*size: Any, dtype: Any = float32, requires_grad: bool = False) -> Tensor:
    """Draws from the normal distribution with mean 0 and variance 1: ``randn(2, 3)``."""
    return _make(generator().standard_normal(_shape(size)), dtype, requires_grad)


def rand(*size: Any, dtype: Any = float32, requires_grad: bool = False) -> Tensor:
    """Draws from the uniform distribution on [0, 1): ``rand(2, 3)``."""
    return _make(generator().random(_shape(size), dtype), dtype, requires_grad)
