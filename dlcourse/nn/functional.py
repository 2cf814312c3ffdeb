"""Layers and activations as functions: each computes its result, and says how its gradient goes back.

The forward line and the derivative stand together. ``g`` is the gradient of the loss with respect to
the result. Convolution and pooling are in ``convolution.py``, losses in ``losses.py``; all of them are
found here too, as in ``torch.nn.functional``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.autograd.functions import atan as arctan
from dlcourse.autograd.functions import erf, relu, sigmoid, tanh
from dlcourse.autograd.random import generator
from dlcourse.autograd.shapes import flatten, pad
from dlcourse.autograd.tensor import Tensor
from dlcourse.nn.convolution import avg_pool2d, conv2d, max_pool2d
from dlcourse.nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge_embedding_loss,
    hinge_loss,
    huber_loss,
    kl_div,
    l1_loss,
    log_softmax,
    mse_loss,
    multi_margin_loss,
    nll_loss,
    smooth_l1_loss,
    soft_margin_loss,
    zero_one_loss,
)

# ---------------------------------------------------------------------------------------- linear


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None, relu: bool = False) -> Tensor:
    """x Wᵀ + b, and max(·, 0) of it in the same operation if ``relu`` is true.

    Args:
        x: shape (..., inputs).
        weight: shape (outputs, inputs).
        bias: shape (outputs,), or None.
        relu: apply max(·, 0) to the result.

    Returns:
        A tensor of shape (..., outputs).
    """
    if x.ndim == 0 or x.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"a linear layer with weight {weight.shape} takes inputs of shape (..., {weight.shape[1]}), "
            f"but got {x.shape}."
        )
    rows = x.data.reshape(-1, x.shape[-1])
    y = rows @ weight.data.T
    if bias is not None:
        y += bias.data
    if relu:
        np.maximum(y, 0, out=y)

    def backward(g: np.ndarray) -> tuple[np.ndarray | None, ...]:
        g = g.reshape(y.shape)
        if relu:
            g = g * (y > 0)
        # The products are written straight to where the optimiser wants them: no copy of a gradient.
        gw = np.matmul(g.T, rows, out=weight.grad_buffer()) if weight.requires_grad else None
        gx = _times(g, weight.data, rows).reshape(x.shape) if x.requires_grad else None
        if bias is None:
            return gx, gw
        return gx, gw, np.add.reduce(g, axis=0, out=bias.grad_buffer()) if bias.requires_grad else None

    parents = (x, weight) if bias is None else (x, weight, bias)
    return Tensor.from_op(y.reshape(*x.shape[:-1], -1), parents, backward, "linear_relu" if relu else "linear")


def _times(g: np.ndarray, weight: np.ndarray, like: np.ndarray) -> np.ndarray:
    """The product, laid out in memory like the input: after a convolution that is column by column."""
    return g @ weight if like.flags.c_contiguous else (weight.T @ g.T).T


def embedding(indices: Tensor | np.ndarray, weight: Tensor) -> Tensor:
    """Row ``weight[i]`` for each index.

    Args:
        indices: whole numbers of any shape S, from 0 to rows − 1.
        weight: shape (rows, features).

    Returns:
        A tensor of shape (*S, features).
    """
    i = np.asarray(indices.data if isinstance(indices, Tensor) else indices)
    if i.dtype.kind not in "iu":
        raise TypeError(f"an embedding takes whole numbers, not {i.dtype}: use x.astype(int).")
    if i.size and not 0 <= i.min() <= i.max() < len(weight):
        raise IndexError(f"an embedding of {len(weight)} rows has no row {i.min() if i.min() < 0 else i.max()}.")

    def backward(g: np.ndarray) -> tuple[np.ndarray]:
        # Rows that were looked up several times add up: sorted, they stand together (np.add.at is slower).
        grad = np.zeros_like(weight.data)
        order = np.argsort(i, axis=None, kind="stable")
        rows, starts = np.unique(i.ravel()[order], return_index=True)
        if i.size:
            grad[rows] = np.add.reduceat(g.reshape(i.size, -1)[order], starts, axis=0)
        return (grad,)

    return Tensor.from_op(weight.data[i], (weight,), backward, "embedding")


def dropout(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """Set a share ``p`` of the numbers to 0, and scale the rest by 1 / (1 − p), while training."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout's p is a probability between 0 and 1, not {p}.")
    if not training or p == 0:
        return x
    keep = (generator().random(x.shape, dtype=np.float32) >= p).astype(x.dtype)
    keep *= 0.0 if p == 1 else 1 / (1 - p)
    return Tensor.from_op(x.data * keep, (x,), lambda g: (g * keep,), "dropout")


# ------------------------------------------------------------------------------- normalisation


def batch_norm(
    x: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel with mean 0 and variance 1, then times ``weight`` plus ``bias`` (Ioffe & Szegedy 2015).

    Args:
        x: shape (N, C) or (N, C, ...).
        running_mean, running_var: shape (C,); updated while training, used otherwise.
        weight, bias: shape (C,), or None.
        training: use the statistics of this batch.
        momentum: how far the running statistics move towards those of the batch.
        eps: is added to the variance.
    """
    axes = (0, *range(2, x.ndim))
    shape = (1, -1, *(1,) * (x.ndim - 2))
    own = training or running_mean is None or running_var is None
    if own:
        n = x.data.size // x.shape[1]
        if n < 2:
            raise ValueError(f"batch norm needs more than one number per channel to train, but got {x.shape}.")
        mean, var = x.data.mean(axes), x.data.var(axes)
        if training and running_mean is not None and running_var is not None:
            running_mean.data += momentum * (mean - running_mean.data)
            running_var.data += momentum * (var * (n / (n - 1)) - running_var.data)
    else:
        mean, var = running_mean.data, running_var.data  # type: ignore[union-attr]
    return _normalise(x, mean.reshape(shape), var.reshape(shape), weight, bias, axes, shape, eps, own, "batch_norm")


def layer_norm(
    x: Tensor,
    normalized_shape: tuple[int, ...],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Each sample with mean 0 and variance 1 over its last dimensions (Ba, Kiros & Hinton 2016)."""
    shape = tuple(normalized_shape)
    if x.shape[x.ndim - len(shape) :] != shape:
        raise ValueError(f"layer norm over {shape} got an input of shape {x.shape}, which does not end so.")
    axes = tuple(range(x.ndim - len(shape), x.ndim))
    mean, var = x.data.mean(axes, keepdims=True), x.data.var(axes, keepdims=True)
    return _normalise(x, mean, var, weight, bias, axes, shape, eps, True, "layer_norm")


def _normalise(
    x: Tensor, mean: Any, var: Any, weight: Tensor | None, bias: Tensor | None,
    axes: tuple[int, ...], shape: tuple[int, ...], eps: float, own_statistics: bool, op: str,
) -> Tensor:  # fmt: skip
    """(x − mean) / √(var + eps) · weight + bias, and the gradient with respect to all three."""
    scale = 1 / np.sqrt(var + eps)
    normal = (x.data - mean) * scale
    y = normal if weight is None else normal * weight.data.reshape(shape)
    if bias is not None:
        y = y + bias.data.reshape(shape)
    # The parameters are shared along these axes: batch norm's own, or those before layer norm's.
    shared = axes if op == "batch_norm" else tuple(range(x.ndim - len(shape)))

    def backward(g: np.ndarray) -> tuple[np.ndarray | None, ...]:
        grads = [None if weight is None else (g * normal).sum(shared), None if bias is None else g.sum(shared)]
        if weight is not None:
            g = g * weight.data.reshape(shape)
        if own_statistics:  # mean and variance depend on x as well: take out what they carry away
            g = g - g.mean(axes, keepdims=True) - normal * (g * normal).mean(axes, keepdims=True)
        return g * scale, *(part for part in grads if part is not None)

    return Tensor.from_op(y, (x, *(p for p in (weight, bias) if p is not None)), backward, op)


# --------------------------------------------------------------------------------- activations


def _elementwise(x: Tensor, y: np.ndarray, slope: Callable[[], Any], op: str) -> Tensor:
    """The result of a function applied to each number; ``slope()`` is its derivative."""
    return Tensor.from_op(y, (x,), lambda g: (g * slope(),), op)


def identity(x: Tensor) -> Tensor:
    """x."""
    return _elementwise(x, x.data, lambda: 1, "identity")


def binary_step(x: Tensor) -> Tensor:
    """1 where x ≥ 0, else 0; its derivative is 0 (McCulloch & Pitts 1943)."""
    return _elementwise(x, (x.data >= 0).astype(x.dtype), lambda: 0, "binary_step")


logistic = sigmoid  # its other name


def softsign(x: Tensor) -> Tensor:
    """x / (1 + |x|)."""
    below = 1 + np.abs(x.data)
    return _elementwise(x, x.data / below, lambda: 1 / (below * below), "softsign")


def leaky_relu(x: Tensor, negative_slope: float = 0.01) -> Tensor:
    """x where x > 0, else ``negative_slope`` · x (Maas et al. 2013)."""
    slope = np.where(x.data > 0, 1, negative_slope).astype(x.dtype)
    return _elementwise(x, x.data * slope, lambda: slope, "leaky_relu")


def rrelu(x: Tensor, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False) -> Tensor:
    """A leaky ReLU with a slope drawn for each number from [lower, upper] while training (Xu et al. 2015)."""
    left = generator().uniform(lower, upper, x.shape) if training else (lower + upper) / 2
    slope = np.where(x.data > 0, 1, left).astype(x.dtype)
    return _elementwise(x, x.data * slope, lambda: slope, "rrelu")


def prelu(x: Tensor, weight: Tensor) -> Tensor:
    """A leaky ReLU with a learnt slope, one for all channels or one for each (He et al. 2015).

    Args:
        x: shape (N, C, ...), or any shape for a single slope.
        weight: shape (1,) or (C,).
    """
    by_channel = weight.data.size > 1
    if by_channel and (x.ndim < 2 or x.shape[1] != weight.data.size):
        raise ValueError(f"prelu with {weight.data.size} slopes got an input of shape {x.shape}.")
    left = weight.data.reshape(-1, *(1,) * (x.ndim - 2)) if by_channel else weight.data[0]
    positive = x.data > 0
    axes = tuple(a for a in range(x.ndim) if not (by_channel and a == 1))

    def backward(g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        gw = np.where(positive, 0, g * x.data).sum(axes).reshape(weight.shape)
        return np.where(positive, g, left * g), gw

    return Tensor.from_op(np.where(positive, x.data, left * x.data), (x, weight), backward, "prelu")


def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """x where x > 0, else α (eˣ − 1) (Clevert et al. 2015)."""
    left = alpha * np.expm1(np.minimum(x.data, 0))
    y = np.where(x.data > 0, x.data, left)
    return _elementwise(x, y, lambda: np.where(x.data > 0, 1, left + alpha).astype(x.dtype), "elu")


def softplus(x: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """ln(1 + e^(βx)) / β, and x itself where βx passes the threshold."""
    z = beta * x.data
    y = np.where(z > threshold, x.data, np.logaddexp(0, z) / beta).astype(x.dtype)
    return _elementwise(x, y, lambda: np.where(z > threshold, 1, _sigmoid(z)).astype(x.dtype), "softplus")


def centered_softplus(x: Tensor) -> Tensor:
    """ln(1 + eˣ) − ln 2: a softplus that goes through the origin (2011)."""
    y = np.logaddexp(0, x.data) - math.log(2)
    return _elementwise(x, y.astype(x.dtype), lambda: _sigmoid(x.data), "centered_softplus")


def silu(x: Tensor) -> Tensor:
    """x · sigmoid(x), also called swish (2017)."""
    s = _sigmoid(x.data)
    return _elementwise(x, x.data * s, lambda: s * (1 + x.data * (1 - s)), "silu")


def gelu(x: Tensor, approximate: str = "none") -> Tensor:
    """x · Φ(x), with Φ the normal distribution function (Hendrycks & Gimpel 2016).

    Args:
        x: any shape.
        approximate: ``"tanh"`` for the paper's approximation, ``"none"`` for the exact function.
    """
    z = x.data
    if approximate == "tanh":
        c = math.sqrt(2 / math.pi)
        t = np.tanh(c * (z + 0.044715 * z**3))
        phi = (1 + t) / 2
        density = (1 - t * t) / 2 * c * (1 + 3 * 0.044715 * z * z)
    elif approximate == "none":
        phi = (1 + erf(Tensor(z / math.sqrt(2))).data) / 2
        density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    else:
        raise ValueError(f"approximate is 'none' or 'tanh', not {approximate!r}.")
    return _elementwise(x, z * phi, lambda: phi + z * density, "gelu")


def maxout(x: Tensor, pieces: int = 2) -> Tensor:
    """The largest of each ``pieces`` neighbouring features (Goodfellow et al. 2013).

    Args:
        x: shape (N, features · pieces, ...), such as the result of one wide linear layer.
        pieces: how many linear functions each unit chooses from.

    Returns:
        A tensor of shape (N, features, ...).
    """
    if x.ndim < 2 or x.shape[1] % pieces:
        raise ValueError(f"maxout over {pieces} pieces can't divide the second dimension of shape {x.shape}.")
    groups = x.data.reshape(x.shape[0], -1, pieces, *x.shape[2:])
    winner = np.expand_dims(groups.argmax(axis=2), 2)

    def backward(g: np.ndarray) -> tuple[np.ndarray]:
        grad = np.zeros_like(groups)
        np.put_along_axis(grad, winner, np.expand_dims(g, 2), axis=2)
        return (grad.reshape(x.shape),)

    return Tensor.from_op(np.take_along_axis(groups, winner, axis=2).squeeze(2), (x,), backward, "maxout")


def apl(x: Tensor, slopes: Tensor, knots: Tensor) -> Tensor:
    """max(0, x) + Σₛ aˢ max(0, −x + bˢ): adaptive piecewise linear (Agostinelli et al. 2014).

    Args:
        x: shape (..., features).
        slopes: the a, shape (S, features).
        knots: the b, shape (S, features).
    """
    hinges = np.maximum(0, knots.data - x.data[..., None, :])  # (..., S, features)
    y = np.maximum(x.data, 0) + (slopes.data * hinges).sum(-2)

    def backward(g: np.ndarray) -> tuple[np.ndarray, ...]:
        active = slopes.data * (hinges > 0)
        outer = tuple(range(x.ndim - 1))
        g_hinges = g[..., None, :] * active
        return g * (x.data > 0) - g_hinges.sum(-2), (g[..., None, :] * hinges).sum(outer), g_hinges.sum(outer)

    return Tensor.from_op(y, (x, slopes, knots), backward, "apl")


def softmax(x: Tensor, dim: int = -1) -> Tensor:
    """eˣ divided by its sum along ``dim``, computed without overflow."""
    e = np.exp(x.data - x.data.max(dim, keepdims=True))
    y = e / e.sum(dim, keepdims=True)
    return Tensor.from_op(y, (x,), lambda g: (y * (g - (g * y).sum(dim, keepdims=True)),), "softmax")


def _sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + e⁻ᶻ) by way of tanh, which can't overflow."""
    return 0.5 * np.tanh(0.5 * z) + 0.5


__all__ = [
    "apl", "arctan", "avg_pool2d", "batch_norm", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "binary_step", "centered_softplus", "conv2d", "cross_entropy",
    "dropout", "elu", "embedding", "flatten", "gelu", "hinge_embedding_loss", "hinge_loss", "huber_loss",
    "identity", "kl_div", "l1_loss", "layer_norm", "leaky_relu", "linear", "log_softmax",
    "logistic", "max_pool2d", "maxout", "mse_loss", "multi_margin_loss", "nll_loss", "pad", "prelu",
    "relu", "rrelu", "sigmoid", "silu", "smooth_l1_loss", "soft_margin_loss", "softmax", "softplus",
    "softsign", "tanh", "zero_one_loss",
]  # fmt: skip
