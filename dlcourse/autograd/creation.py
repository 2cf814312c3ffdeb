"""The types of numbers, and tensors from numbers, arrays and chance, by PyTorch's names.

The options of each: ``dtype`` (float32 by default, int64 for integers), ``requires_grad``, ``device``.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from dlcourse.autograd.random import generator
from dlcourse.autograd.shapes import sizes
from dlcourse.autograd.tensor import Tensor, raw, require

float32, float64, int32, int64, uint8, bool_ = map(np.dtype, ("float32", "float64", "int32", "int64", "uint8", "bool"))


def device(name: str = "cpu") -> str:
    """Where tensors live, ``device("cpu")``: scripts written for PyTorch say so.

    Raises:
        RuntimeError: any other device.
    """
    require(name.split(":")[0] == "cpu", f"there is no device {name!r}: NumPy computes on the CPU.")
    return "cpu"


cuda = SimpleNamespace(is_available=lambda: False)


def tensor(data: Any, dtype: Any = None, requires_grad: bool = False, device: str = "cpu") -> Tensor:
    """A new leaf with a copy of ``data``: numbers in lists (floats become float32), an array, a tensor."""
    array = Tensor(data).data if dtype is None else np.asarray(raw(data), dtype)
    return Tensor(array.copy(), requires_grad).to(device)


def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """A tensor of ``data``, copied only where that can't be avoided; a tensor comes back as it is."""
    x = data if isinstance(data, Tensor) else Tensor(data if dtype is None else np.asarray(data, dtype))
    return x.to(x.dtype if dtype is None else dtype)


def from_numpy(array: np.ndarray) -> Tensor:
    """A tensor that shares the array's memory: a change of one is seen in the other."""
    is_array = isinstance(array, np.ndarray)
    require(is_array, f"from_numpy() needs a NumPy array, not {type(array).__name__}: use tensor().", TypeError)
    return Tensor(array)


def _creator(name: str, make: Callable, doc: str) -> Callable[..., Tensor]:
    """A function that gives the numbers of ``make``, called with the same arguments, as a tensor with the options."""

    def create(*args: Any, dtype: Any = None, requires_grad: bool = False, device: str = "cpu", **named: Any) -> Tensor:
        array = np.asarray(make(*args, **named))
        usual = np.float32 if array.dtype == np.float64 else array.dtype
        return Tensor(array.astype(usual if dtype is None else dtype, copy=False), requires_grad).to(device)

    create.__name__, create.__doc__ = name, doc
    return create


def _like(create: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def like(x: Tensor, *args: Any, **options: Any) -> Tensor:
        return create(x.shape, *args, **{"dtype": x.dtype, **options})

    name = create.__name__
    like.__name__, like.__doc__ = f"{name}_like", f"As ``{name}``, in the shape and type of x."
    return like


def _whole(low: int, high: Any, size: Any = None) -> np.ndarray:
    return generator().integers(low, high, size) if size is not None else generator().integers(low, size=high)


zeros = _creator("zeros", lambda *size: np.zeros(sizes(size)), "Zeros: ``zeros(2, 3)``.")
ones = _creator("ones", lambda *size: np.ones(sizes(size)), "Ones: ``ones(2, 3)``.")
full = _creator("full", np.full, "The same number everywhere: ``full((2, 3), 0.5)``.")
rand = _creator("rand", lambda *size: generator().random(sizes(size)), "Uniform draws from [0, 1): ``rand(2, 3)``.")
randn = _creator("randn", lambda *size: generator().standard_normal(sizes(size)), "Normal draws: ``randn(2, 3)``.")
randint = _creator("randint", _whole, "Whole numbers from low to high − 1: ``randint(low, high, size)``, low may miss.")
randperm = _creator("randperm", lambda n: generator().permutation(n), "The numbers 0 to n − 1 in random order.")
arange = _creator("arange", np.arange, "``arange(end)`` or ``arange(start, end, step)``, without the end.")
linspace = _creator(
    "linspace", lambda start, end, steps: np.linspace(start, end, steps), "``steps`` numbers from start to end."
)
eye = _creator("eye", np.eye, "Ones on the diagonal, zeros elsewhere: n × m, or n × n.")
zeros_like, ones_like, full_like, rand_like, randn_like = map(_like, (zeros, ones, full, rand, randn))
