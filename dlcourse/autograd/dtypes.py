"""The types of numbers by PyTorch's names, changes between them, and the one device there is."""

from __future__ import annotations

from functools import partialmethod
from types import SimpleNamespace
from typing import Any

import numpy as np

from dlcourse.autograd.operands import method
from dlcourse.autograd.tensor import Tensor

float32, float64, int32, int64, uint8, bool_ = map(np.dtype, ("float32", "float64", "int32", "int64", "uint8", "bool"))


class device(str):
    """Where tensors live: ``device("cpu")``; it lets scripts written for PyTorch say so.

    Raises:
        RuntimeError: any other device.
    """

    type = "cpu"

    def __new__(cls, name: str = "cpu") -> device:  # noqa: D102 (the class says it)
        if str(name).split(":")[0] != "cpu":
            raise RuntimeError(f"there is no device {str(name)!r}: NumPy computes on the CPU.")
        return super().__new__(cls, "cpu")


cuda = SimpleNamespace(is_available=lambda: False)


@method()
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
    if y.dtype.kind != "f":  # whole numbers have no derivative
        return Tensor(y)
    return Tensor.from_op(y, (x,), lambda g: (g.astype(x.dtype),), "to")


_METHODS = {"float": float32, "double": float64, "long": int64, "int": int32, "bool": bool_}
for _name, _dtype in _METHODS.items():
    setattr(Tensor, _name, partialmethod(to, _dtype))
