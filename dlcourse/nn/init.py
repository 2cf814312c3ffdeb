"""Where weights start: the names, formulas and defaults of ``torch.nn.init``.

Every function fills a tensor in place, outside the graph, and returns it.
"""

from __future__ import annotations

import math

import numpy as np

from dlcourse.autograd.random import generator
from dlcourse.autograd.tensor import Tensor

_GAINS = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
_NO_GAIN = ("linear", "identity", "sigmoid", "conv1d", "conv2d", "conv3d")


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0) -> Tensor:
    """Numbers spread evenly over [a, b)."""
    tensor.data[...] = generator().uniform(a, b, tensor.shape)
    return tensor


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0) -> Tensor:
    """Numbers from a normal distribution."""
    tensor.data[...] = generator().normal(mean, std, tensor.shape)
    return tensor


def constant_(tensor: Tensor, val: float) -> Tensor:
    """The same number everywhere."""
    tensor.data[...] = val
    return tensor


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros."""
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """Ones."""
    return constant_(tensor, 1.0)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor that makes up for what an activation takes from the spread of its input.

    Args:
        nonlinearity: ``linear``, ``sigmoid``, ``tanh``, ``relu``, ``leaky_relu``, ``selu``, ...
        param: the slope of ``leaky_relu`` on the left side, 0.01 if left out.
    """
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity in _NO_GAIN:
        return 1.0
    if nonlinearity not in _GAINS:
        known = ", ".join((*_NO_GAIN, *_GAINS, "leaky_relu"))
        raise ValueError(f"no gain is known for {nonlinearity!r}; there is one for {known}.")
    return _GAINS[nonlinearity]


def fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """How many inputs a unit of this weight has, and how many units an input reaches.

    A weight has shape (outputs, inputs) or, of a convolution, (outputs, inputs, height, width).
    """
    if tensor.ndim < 2:
        raise ValueError(f"Xavier and He initialisation need a weight of 2 or more dimensions, not {tensor.shape}.")
    window = math.prod(tensor.shape[2:])
    return tensor.shape[1] * window, tensor.shape[0] * window


def xavier_uniform_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """Uniform with variance gain² · 2 / (fan_in + fan_out) (Glorot & Bengio 2010)."""
    bound = gain * math.sqrt(6 / sum(fan_in_and_fan_out(tensor)))
    return uniform_(tensor, -bound, bound)


def xavier_normal_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """Normal with variance gain² · 2 / (fan_in + fan_out) (Glorot & Bengio 2010)."""
    return normal_(tensor, 0.0, gain * math.sqrt(2 / sum(fan_in_and_fan_out(tensor))))


def kaiming_uniform_(tensor: Tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> Tensor:
    """Uniform with variance gain² / fan (He et al. 2015); ``a`` is the leaky ReLU's left slope."""
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound)


def kaiming_normal_(tensor: Tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> Tensor:
    """Normal with variance gain² / fan (He et al. 2015); ``a`` is the leaky ReLU's left slope."""
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity))


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', not {mode!r}.")
    fan = fan_in_and_fan_out(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def like_a_torch_layer(weight: Tensor, bias: Tensor | None) -> None:
    """What ``Linear`` and ``Conv2d`` start from, as PyTorch's do: uniform within ±1/√fan_in."""
    bound = 1 / math.sqrt(max(fan_in_and_fan_out(weight)[0], 1))
    uniform_(weight, -bound, bound)
    if bias is not None:
        uniform_(bias, -bound, bound)


def empty(*shape: int) -> np.ndarray:
    """An array to be filled by one of the functions above; float32, as all parameters."""
    return np.empty(shape, dtype=np.float32)
