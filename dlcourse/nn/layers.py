"""Layers, activations and losses as modules: parameters, where they start, and the function that uses them."""
# ruff: noqa: D102 - what forward does is said by the class

import math
from collections.abc import Iterable, Mapping
from typing import Any, Self

from dlcourse.autograd import Tensor, full, ones, zeros
from dlcourse.autograd.tensor import require
from dlcourse.nn import functional as F
from dlcourse.nn import init
from dlcourse.nn.convolution import Pair, pair
from dlcourse.nn.module import FunctionModule, Module, Parameter

# ---------------------------------------------------------------------------------------- layers


class Flatten(FunctionModule, function=F.flatten, start_dim=1):
    """(N, A, B, ...) as (N, A · B · ...)."""


class MaxPool2d(FunctionModule, function=F.max_pool2d):
    """The largest number under a window that slides over (N, C, H, W)."""


class AvgPool2d(FunctionModule, function=F.avg_pool2d):
    """The mean under a window that slides over (N, C, H, W)."""


class Dropout(FunctionModule, function=F.dropout):
    """While training, each number is 0 with probability p, and the others grow by 1 / (1 − p)."""


class _Weighted(Module):
    """A layer with a weight and perhaps a bias, which start as PyTorch's."""

    def _add_weight(self, *shape: int, bias: bool) -> None:
        self.weight = Parameter(zeros(shape))
        self.bias = Parameter(zeros(shape[0])) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start from new random weights: uniform within ±1/√fan_in, as PyTorch's."""
        bound = 1 / math.sqrt(max(init.fan_in_and_fan_out(self.weight)[0], 1))
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)


class Linear(_Weighted):
    """x Wᵀ + b, from (..., in_features) to (..., out_features)."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        self.in_features, self.out_features = in_features, out_features
        self._add_weight(out_features, in_features, bias=bias)

    def forward(self, x: Tensor, relu: bool = False) -> Tensor:
        return F.linear(x, self.weight, self.bias, relu)


class Conv2d(_Weighted):
    """A convolution, from (N, in_channels, H, W) to (N, out_channels, height, width)."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Pair, stride: Pair = 1, padding: Pair = 0,
        dilation: Pair = 1, bias: bool = True,
    ) -> None:  # fmt: skip
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = pair(kernel_size), pair(stride), pair(padding)
        self.dilation = pair(dilation)
        self._add_weight(out_channels, in_channels, *self.kernel_size, bias=bias)

    def forward(self, x: Tensor, relu: bool = False) -> Tensor:
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding, self.dilation, relu)


class BatchNorm1d(Module):
    """Batch norm of features: (N, C) or (N, C, L)."""

    _buffer_names = ("running_mean", "running_var", "num_batches_tracked")
    _ranks: tuple[int, ...] = (2, 3)

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = Parameter(ones(num_features)), Parameter(zeros(num_features))
        self.running_mean, self.running_var = zeros(num_features), ones(num_features)
        self.num_batches_tracked = Tensor(0)

    def forward(self, x: Tensor) -> Tensor:
        fits = x.ndim in self._ranks and x.shape[1] == self.num_features
        shape = "(N, C, H, W)" if 4 in self._ranks else "(N, C) or (N, C, L)"
        require(fits, f"{self} takes shape {shape} with C = num_features, but got {x.shape}.", ValueError)
        self.num_batches_tracked.data += self.training
        running = self.running_mean, self.running_var
        return F.batch_norm(x, *running, self.weight, self.bias, self.training, self.momentum, self.eps)


class BatchNorm2d(BatchNorm1d):
    """Batch norm of an image's channels: (N, C, H, W)."""

    _ranks = (4,)


class LayerNorm(Module):
    """Each sample with mean 0 and variance 1 over its last dimensions, then scaled and shifted."""

    def __init__(self, normalized_shape: Any, eps: float = 1e-5) -> None:
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.normalized_shape, self.eps = shape, eps
        self.weight, self.bias = Parameter(ones(shape)), Parameter(zeros(shape))

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)


class Embedding(Module):
    """A learnt row of numbers for each index: (...) whole numbers become (..., embedding_dim)."""

    def __init__(self, num_embeddings: int, embedding_dim: int) -> None:
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.weight = init.normal_(Parameter(zeros(num_embeddings, embedding_dim)))

    def forward(self, indices: Tensor) -> Tensor:
        return F.embedding(indices, self.weight)


# --------------------------------------------------------------------------------- activations


class Identity(Module):
    """x. Arguments are taken and ignored, so that it can stand for any layer."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def forward(self, x: Tensor) -> Tensor:
        return x


class BinaryStep(FunctionModule, function=F.binary_step):
    """1 where x ≥ 0, else 0."""


class Sigmoid(FunctionModule, function=F.sigmoid):
    """1 / (1 + e⁻ˣ)."""


class Tanh(FunctionModule, function=F.tanh):
    """The hyperbolic tangent."""


class Arctan(FunctionModule, function=F.arctan):
    """The inverse of the tangent."""


class Softsign(FunctionModule, function=F.softsign):
    """x / (1 + |x|)."""


class ReLU(FunctionModule, function=F.relu):
    """max(x, 0)."""


class LeakyReLU(FunctionModule, function=F.leaky_relu):
    """x where x > 0, else ``negative_slope`` · x."""


class VLReLU(FunctionModule, function=F.leaky_relu, negative_slope=1 / 3):
    """The very leaky ReLU (2014): a leaky ReLU with a slope of 0.1 to 0.5, here 1/3."""


class RReLU(FunctionModule, function=F.rrelu):
    """A leaky ReLU with a slope drawn at random while training, and the middle one in use."""


class ELU(FunctionModule, function=F.elu):
    """x where x > 0, else ``alpha`` · (eˣ − 1)."""


class SiLU(FunctionModule, function=F.silu):
    """x · sigmoid(x)."""


class GELU(FunctionModule, function=F.gelu):
    """x · Φ(x), or nearly so with ``approximate="tanh"``."""


class Softplus(FunctionModule, function=F.softplus):
    """ln(1 + e^(βx)) / β, and x itself where βx passes ``threshold``."""


class CenteredSoftplus(FunctionModule, function=F.centered_softplus):
    """ln(1 + eˣ) − ln 2."""


class Softmax(FunctionModule, function=F.softmax):
    """eˣ divided by its sum along ``dim``."""


class LogSoftmax(FunctionModule, function=F.log_softmax):
    """The logarithm of softmax."""


class PReLU(Module):
    """A leaky ReLU with a learnt slope: one for all, or one for each of ``num_parameters`` channels."""

    def __init__(self, num_parameters: int = 1, init: float = 0.25) -> None:
        self.num_parameters = num_parameters
        self.weight = Parameter(full((num_parameters,), init))

    def forward(self, x: Tensor) -> Tensor:
        return F.prelu(x, self.weight)


class APL(Module):
    """max(0, x) + Σₛ aˢ max(0, −x + bˢ) with learnt a and b for each feature; it starts near ReLU."""

    def __init__(self, num_features: int, pieces: int = 2) -> None:
        self.num_features, self.pieces = num_features, pieces
        self.slopes = init.normal_(Parameter(zeros(pieces, num_features)), std=0.1)
        self.knots = init.normal_(Parameter(zeros(pieces, num_features)))

    def forward(self, x: Tensor) -> Tensor:
        return F.apl(x, self.slopes, self.knots)


class Maxout(_Weighted):
    """The largest of ``pieces`` linear functions: max(W₁x + b₁, W₂x + b₂, ...)."""

    def __init__(self, in_features: int, out_features: int, pieces: int = 2) -> None:
        self.in_features, self.out_features, self.pieces = in_features, out_features, pieces
        self._add_weight(out_features * pieces, in_features, bias=True)

    def forward(self, x: Tensor) -> Tensor:
        return F.maxout(F.linear(x, self.weight, self.bias), self.pieces)


Logistic = Sigmoid

# -------------------------------------------------------------------------------------- losses


class MSELoss(FunctionModule, function=F.mse_loss, inputs=2):
    """The mean of (x − target)²."""


class L1Loss(FunctionModule, function=F.l1_loss, inputs=2):
    """The mean of |x − target|."""


class HuberLoss(FunctionModule, function=F.huber_loss, inputs=2):
    """Squared near the target, absolute beyond ``delta``."""


class BCELoss(FunctionModule, function=F.binary_cross_entropy, inputs=2):
    """Binary cross-entropy of probabilities."""


class BCEWithLogitsLoss(FunctionModule, function=F.binary_cross_entropy_with_logits, inputs=2):
    """Binary cross-entropy of scores, the logistic loss; targets from 0 to 1."""


class SoftMarginLoss(FunctionModule, function=F.soft_margin_loss, inputs=2):
    """The logistic loss of scores, for labels of −1 and 1."""


class HingeLoss(FunctionModule, function=F.hinge_loss, inputs=2):
    """max(0, 1 − tx) for labels of −1 and 1 (PyTorch has none)."""


class NLLLoss(FunctionModule, function=F.nll_loss, inputs=2):
    """Minus the log-probability of the right class; ``weight`` has a factor for each class."""


class CrossEntropyLoss(FunctionModule, function=F.cross_entropy, inputs=2):
    """Softmax and cross-entropy of scores, for class labels.

    Settings: ``weight`` (a factor for each class), ``reduction``.
    """


# ------------------------------------------------------------------------- modules made of modules


class _InOrder(Module):
    """Modules in their order; one that is appended is called by its number."""

    def append(self, module: Module) -> Self:
        """Add a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add modules at the end."""
        for module in modules:
            self.append(module)
        return self

    __iter__ = Module.children

    def __len__(self) -> int:
        return sum(1 for _ in self.children())

    def __getitem__(self, index: int | slice) -> Any:
        chosen = list(self)[index]
        return type(self)().extend(chosen) if isinstance(chosen, list) else chosen


class Sequential(_InOrder):
    """Modules one after another: each one's output is the next one's input."""

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        named: Mapping = modules[0] if modules and isinstance(modules[0], Mapping) else dict(enumerate(modules))
        for name, module in named.items():
            self.add_module(str(name), module)

    def forward(self, x: Any) -> Any:
        """Pass ``x`` through all modules. Some take in the ReLU after them, to work on what is in the cache."""
        layers = list(self.children())
        kinds = [*map(type, layers), None, None]
        i = 0
        while i < len(layers):
            kind, after, then = kinds[i : i + 3]
            if kind is ReLU and after is MaxPool2d:  # the other order gives the same, with less work
                x, i = layers[i + 1].forward(x, relu=True), i + 2
            elif after is ReLU and then is not MaxPool2d and kind in (Linear, Conv2d):
                x, i = layers[i].forward(x, relu=True), i + 2
            else:
                x, i = layers[i](x), i + 1
        return x


class ModuleList(_InOrder):
    """Modules in a list, found by ``parameters()``; the network's ``forward`` says what to do with them."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.extend(modules)
