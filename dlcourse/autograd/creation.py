"""The types of numbers, and tensors from numbers, arrays and chance, by PyTorch's names.

The options of each: ``dtype`` (float32 by default, int64 for integers), ``requires_grad``, ``device``.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from dlcourse.autograd.random import generator
from dlcourse.autograd.shapes import sizes
from dlcourse.autograd.tensor import Tensor, raw

float32, float64, int32, int64, uint8, bool_ = map(np.dtype, ("float32", "float64", "int32", "int64", "uint8", "bool"))


class device(str):
    """Where tensors live: ``device("cpu")``; it lets scripts written for PyTorch say so.

    Raises:
        RuntimeError: any other device.
    """

    type = "cpu"

    def __new__(cls, name: str = "cpu") -> "device":  # noqa: D102 (the class says it)
        if str(name).split(":")[0] != "cpu":
            raise RuntimeError(f"there is no device {str(name)!r}: NumPy computes on the CPU.")
        return super().__new__(cls, "cpu")


cuda = SimpleNamespace(is_available=lambda: False)


def _make(array: Any, dtype: Any = None, requires_grad: bool = False, device: str = "cpu") -> Tensor:
    array = np.asarray(array)
    usual = np.float32 if array.dtype == np.float64 else array.dtype
    return Tensor(array.astype(usual if dtype is None else dtype, copy=False), requires_grad).to(device)


def tensor(data: Any, dtype: Any = None, **options: Any) -> Tensor:
    """A new leaf with a copy of ``data``: numbers in lists (floats become float32), an array, a tensor."""
    array = Tensor(data).data if dtype is None else np.asarray(raw(data), dtype)
    return _make(array.copy(), array.dtype, **options)


def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """A tensor of ``data``, copied only where that can't be avoided; a tensor comes back as it is."""
    x = data if isinstance(data, Tensor) else Tensor(data if dtype is None else np.asarray(data, dtype))
    return x.to(x.dtype if dtype is None else dtype)


def from_numpy(array: np.ndarray) -> Tensor:
    """A tensor that shares the array's memory: a change of one is seen in the other."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"from_numpy() needs a NumPy array, not {type(array).__name__}: use tensor().")
    return Tensor(array)


def full(size: Any, fill_value: float, **options: Any) -> Tensor:
    """The same number everywhere: ``full((2, 3), 0.5)``."""
    return _make(np.full(size, fill_value), **options)


def arange(*bounds: float, **options: Any) -> Tensor:
    """``arange(end)``, ``arange(start, end)`` or ``arange(start, end, step)``, without the end."""
    return _make(np.arange(*bounds), **options)


def linspace(start: float, end: float, steps: int, **options: Any) -> Tensor:
    """``steps`` numbers at equal distances, with both ends."""
    return _make(np.linspace(start, end, steps), **options)


def eye(n: int, m: int | None = None, **options: Any) -> Tensor:
    """Ones on the diagonal, zeros elsewhere: n × m, or n × n."""
    return _make(np.eye(n, m), **options)


def randint(low: int, high: Any, size: Any = None, **options: Any) -> Tensor:
    """Whole numbers from low to high − 1: ``randint(low, high, size)``, or ``randint(high, size)``."""
    low, high, size = (0, low, high) if size is None else (low, high, size)
    return _make(generator().integers(low, high, size), **options)


def randperm(n: int, **options: Any) -> Tensor:
    """The numbers 0 to n − 1 in random order."""
    return _make(generator().permutation(n), **options)


def _filled(name: str, fill: Callable, what: str) -> tuple[Callable[..., Tensor], Callable[..., Tensor]]:
    """Two functions: ``name(2, 3)``, and ``name_like(x)`` in the shape and type of x."""

    def of_size(*size: Any, **options: Any) -> Tensor:
        return _make(fill(sizes(size)), **options)

    def like(x: Tensor, **options: Any) -> Tensor:
        return of_size(x.shape, **{"dtype": x.dtype, **options})

    of_size.__name__, of_size.__doc__ = name, f"{what}: ``{name}(2, 3)``."
    like.__name__, like.__doc__ = f"{name}_like", f"{what}, in the shape and type of x."
    return of_size, like


zeros, zeros_like = _filled("zeros", np.zeros, "Zeros")
ones, ones_like = _filled("ones", np.ones, "Ones")
rand, rand_like = _filled("rand", lambda size: generator().random(size), "Uniform draws from [0, 1)")
randn, randn_like = _filled("randn", lambda size: generator().standard_normal(size), "Normal draws of variance 1")


def full_like(x: Tensor, fill_value: float, **options: Any) -> Tensor:
    """The same number everywhere, in the shape and type of x."""
    return full(x.shape, fill_value, **{"dtype": x.dtype, **options})
