"""Where weights start: the names, formulas and defaults of ``torch.nn.init``.

Every function fills a tensor in place, outside the graph, and returns it.
"""

import math

from dlcourse.autograd import Tensor, generator
from dlcourse.autograd.tensor import require

_GAINS = {"linear": 1.0, "conv2d": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}


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


def calculate_gain(nonlinearity: str, param: float = 0.01) -> float:
    """The factor that makes up for what an activation takes from the spread of its input.

    Args:
        nonlinearity: ``linear``, ``sigmoid``, ``tanh``, ``relu``, ``leaky_relu``, ``selu``, ...
        param: the slope of ``leaky_relu`` on the left side.
    """
    gains = {**_GAINS, "leaky_relu": math.sqrt(2 / (1 + param**2))}
    known = nonlinearity in gains
    require(known, f"no gain is known for {nonlinearity!r}; there is one for {', '.join(gains)}.", ValueError)
    return gains[nonlinearity]


def fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """How many inputs a unit of this weight has, and how many units an input reaches.

    A weight has shape (outputs, inputs) or, of a convolution, (outputs, inputs, height, width).
    """
    require(tensor.ndim > 1, f"a weight needs 2 or more dimensions to be initialised, not {tensor.shape}.", ValueError)
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
    require(mode in ("fan_in", "fan_out"), f"mode is 'fan_in' or 'fan_out', not {mode!r}.", ValueError)
    return calculate_gain(nonlinearity, a) / math.sqrt(fan_in_and_fan_out(tensor)[mode == "fan_out"])
