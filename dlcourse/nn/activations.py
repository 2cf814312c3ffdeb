"""The activations of ``functional.py`` as modules."""
# ruff: noqa: D102 - what forward does is said by the class

from __future__ import annotations

from dlcourse.autograd.tensor import Tensor
from dlcourse.nn import functional as F
from dlcourse.nn import init
from dlcourse.nn.module import FunctionModule, Module, Parameter


class Identity(FunctionModule):
    """x. Arguments are taken and ignored, so that it can stand for any layer."""

    function = staticmethod(F.identity)

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__()


class BinaryStep(FunctionModule):
    """1 where x ≥ 0, else 0."""

    function = staticmethod(F.binary_step)


class Sigmoid(FunctionModule):
    """1 / (1 + e⁻ˣ)."""

    function = staticmethod(F.sigmoid)


class Tanh(FunctionModule):
    """The hyperbolic tangent."""

    function = staticmethod(F.tanh)


class Arctan(FunctionModule):
    """The inverse of the tangent."""

    function = staticmethod(F.arctan)


class Softsign(FunctionModule):
    """x / (1 + |x|)."""

    function = staticmethod(F.softsign)


class ReLU(FunctionModule):
    """max(x, 0)."""

    function = staticmethod(F.relu)


class LeakyReLU(FunctionModule):
    """x where x > 0, else ``negative_slope`` · x."""

    function = staticmethod(F.leaky_relu)


class ELU(FunctionModule):
    """x where x > 0, else ``alpha`` · (eˣ − 1)."""

    function = staticmethod(F.elu)


class SiLU(FunctionModule):
    """x · sigmoid(x)."""

    function = staticmethod(F.silu)


class GELU(FunctionModule):
    """x · Φ(x), or nearly so with ``approximate="tanh"``."""

    function = staticmethod(F.gelu)


class Softplus(FunctionModule):
    """ln(1 + e^(βx)) / β, and x itself where βx passes ``threshold``."""

    function = staticmethod(F.softplus)


class CenteredSoftplus(FunctionModule):
    """ln(1 + eˣ) − ln 2."""

    function = staticmethod(F.centered_softplus)


class Softmax(FunctionModule):
    """eˣ divided by its sum along ``dim``."""

    function = staticmethod(F.softmax)


class LogSoftmax(FunctionModule):
    """The logarithm of softmax."""

    function = staticmethod(F.log_softmax)


class VLReLU(LeakyReLU):
    """The very leaky ReLU (2014): a leaky ReLU with a slope of 0.1 to 0.5, here 1/3."""

    def __init__(self, negative_slope: float = 1 / 3) -> None:
        super().__init__(negative_slope)


class RReLU(Module):
    """A leaky ReLU with a slope drawn at random while training, and the middle one in use."""

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        self.lower, self.upper = lower, upper

    def forward(self, x: Tensor) -> Tensor:
        return F.rrelu(x, self.lower, self.upper, self.training)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}"


class PReLU(Module):
    """A leaky ReLU with a learnt slope: one for all, or one for each of ``num_parameters`` channels."""

    def __init__(self, num_parameters: int = 1, init: float = 0.25) -> None:
        self.num_parameters = num_parameters
        self.weight = Parameter([float(init)] * num_parameters)

    def forward(self, x: Tensor) -> Tensor:
        return F.prelu(x, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class Maxout(Module):
    """The largest of ``pieces`` linear functions: max(W₁x + b₁, W₂x + b₂, ...)."""

    def __init__(self, in_features: int, out_features: int, pieces: int = 2) -> None:
        self.in_features, self.out_features, self.pieces = in_features, out_features, pieces
        self.weight = Parameter(init.empty(out_features * pieces, in_features))
        self.bias = Parameter(init.empty(out_features * pieces))
        init.like_a_torch_layer(self.weight, self.bias)

    def forward(self, x: Tensor) -> Tensor:
        return F.maxout(F.linear(x, self.weight, self.bias), self.pieces)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, pieces={self.pieces}"


class APL(Module):
    """max(0, x) + Σₛ aˢ max(0, −x + bˢ) with learnt a and b for each feature; it starts near ReLU."""

    def __init__(self, num_features: int, pieces: int = 2) -> None:
        self.num_features, self.pieces = num_features, pieces
        self.slopes = Parameter(init.empty(pieces, num_features))
        self.knots = Parameter(init.empty(pieces, num_features))
        init.normal_(self.slopes, std=0.1)
        init.normal_(self.knots)

    def forward(self, x: Tensor) -> Tensor:
        return F.apl(x, self.slopes, self.knots)

    def extra_repr(self) -> str:
        return f"num_features={self.num_features}, pieces={self.pieces}"


Logistic = Sigmoid
