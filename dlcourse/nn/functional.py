"""Layers, activations and losses as functions, by the names of ``torch.nn.functional``.

Most are compositions: they use the operations of ``dlcourse.autograd``, which know their derivatives. A few are
written with a backward function of their own, for speed or to avoid overflow: there, ``g`` is the gradient of the
loss with respect to the result. Convolution and pooling are in ``convolution.py``, and found here too.
"""
# ruff: noqa: F401, I001 - what is imported and not used here is part of torch.nn.functional

import math
from functools import lru_cache
from typing import Any

import numpy as np

from dlcourse.autograd import Tensor, as_tensor, erf, expm1, flatten, floor, generator, where
from dlcourse.autograd import atan as arctan, relu, sigmoid, softplus as _softplus, tanh
from dlcourse.autograd.functions import unbroadcast
from dlcourse.autograd.tensor import raw, require
from dlcourse.nn.convolution import avg_pool2d, conv2d, max_pool2d
from dlcourse.nn.machine import product

# ---------------------------------------------------------------------------------------- layers


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
    rows, w = x.data, weight.data
    if not rows.ndim or rows.shape[-1] != w.shape[1]:
        raise ValueError(f"a weight {w.shape} takes inputs of shape (..., {w.shape[1]}), but got {x.shape}.")
    if rows.ndim != 2:
        return linear(x.reshape(-1, w.shape[1]), weight, bias, relu).reshape(*x.shape[:-1], len(w))
    y = product(rows, w.T)
    if bias is not None:
        y += bias.data
    if relu:
        y.clip(0, np.inf, out=y)  # np.maximum with a number takes three times as long
    parents = (x, weight) if bias is None else (x, weight, bias)

    def backward(g: np.ndarray) -> tuple[np.ndarray | None, ...]:
        if relu:
            g = g * (y > 0).astype(y.dtype)  # float by bool takes longer than both of these
        # Gradients are written straight to where the optimiser wants them: no copy. That of x comes last, so that it is
        # still in the cache when the layer below goes on with it.
        gb = _sum_of_rows(g, bias.grad_buffer()) if bias is not None and bias.requires_grad else None
        gw = product(g.T, rows, weight.grad_buffer()) if weight.requires_grad else None
        gx = product(g, w) if x.requires_grad else None
        return (gx, gw) if bias is None else (gx, gw, gb)

    return Tensor.from_op(y, parents, backward, "linear_relu" if relu else "linear")


def _sum_of_rows(g: np.ndarray, out: np.ndarray | None) -> np.ndarray:
    """The product of a row of ones and g: the sum, in a third of the time."""
    return np.matmul(_ones(len(g), g.dtype), g, out=out)


@lru_cache
def _ones(n: int, dtype: np.dtype) -> np.ndarray:
    return np.ones(n, dtype)


def embedding(indices: Tensor | np.ndarray, weight: Tensor) -> Tensor:
    """Row ``weight[i]`` for each index.

    Args:
        indices: whole numbers of any shape S, from 0 to rows − 1.
        weight: shape (rows, features).

    Returns:
        A tensor of shape (*S, features).
    """
    i = whole_numbers(indices, len(weight), "the indices of an embedding")

    def backward(g: np.ndarray) -> tuple[np.ndarray]:
        buffer = weight.grad_buffer()
        grad = np.empty(weight.shape, g.dtype) if buffer is None else buffer
        grad[...] = 0
        add_rows(grad, i.reshape(-1), g.reshape(-1, weight.shape[1]))
        return (grad,)

    return Tensor.from_op(weight.data.take(i, axis=0), (weight,), backward, "embedding")


def add_rows(out: np.ndarray, places: np.ndarray, rows: np.ndarray) -> None:
    """out[places[i]] += rows[i] for each i, where places may repeat: ``np.add.at`` in 0.6 of its time.

    Each round adds one row at each place; there are as many rounds as the place that is named most often has names.
    """
    todo, winner = np.arange(len(places)), np.empty(len(out), np.intp)
    while len(todo):
        winner[places[todo]] = todo  # of several that write to a place, one stays
        wins = winner[places[todo]] == todo
        now, todo = todo[wins], todo[~wins]
        out[places[now]] += rows[now]


def dropout(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """Set a share ``p`` of the numbers to 0, and scale the rest by 1 / (1 − p), while training."""
    require(0 <= p <= 1, f"dropout's p is a probability between 0 and 1, not {p}.", ValueError)
    if not training or p == 0:
        return x
    keep = (generator().random(x.shape, dtype=np.float32) >= p).astype(x.dtype)
    keep *= 0.0 if p == 1 else 1 / (1 - p)
    return Tensor.from_op(x.data * keep, (x,), lambda g: (g * keep,), "dropout")


# ------------------------------------------------------------------------------- normalisation


def batch_norm(
    x: Tensor, running_mean: Tensor, running_var: Tensor, weight: Tensor, bias: Tensor, training: bool = False,
    momentum: float = 0.1, eps: float = 1e-5,
) -> Tensor:  # fmt: skip
    """Each channel with mean 0 and variance 1, then times ``weight`` plus ``bias`` (Ioffe & Szegedy 2015).

    Args:
        x: shape (N, C) or (N, C, ...).
        running_mean, running_var: shape (C,); updated while training, used otherwise.
        weight, bias: shape (C,).
        training: use the statistics of this batch.
        momentum: how far the running statistics move towards those of the batch.
        eps: is added to the variance.
    """
    n, axes, shape = x.data.size // x.shape[1], (0, *range(2, x.ndim)), (1, x.shape[1], *(1,) * (x.ndim - 2))
    if not training:
        scale = weight / (running_var + eps) ** 0.5
        return x * scale.reshape(shape) + (bias - running_mean * scale).reshape(shape)
    require(n > 1, f"batch norm needs more than one number per channel to train, but got {x.shape}.", ValueError)
    y, mean, var = _normalised(x, axes, shape, weight, bias, eps)
    running_mean.data += momentum * (mean.ravel() - running_mean.data)
    running_var.data += momentum * (var.ravel() * (n / (n - 1)) - running_var.data)
    return y


def layer_norm(x: Tensor, normalized_shape: tuple[int, ...], weight: Tensor, bias: Tensor, eps: float = 1e-5) -> Tensor:
    """Each sample with mean 0 and variance 1 over its last dimensions (Ba, Kiros & Hinton 2016)."""
    shape, axes = tuple(normalized_shape), tuple(range(-len(normalized_shape), 0))
    fits = x.shape[axes[0] :] == shape
    require(fits, f"layer norm over {shape} got an input of shape {x.shape}, which does not end so.", ValueError)
    return _normalised(x, axes, shape, weight, bias, eps)[0]


def _normalised(x: Tensor, axes: tuple, shape: tuple, weight: Tensor, bias: Tensor, eps: float) -> tuple:
    """(x − mean) / √(var + eps) · weight + bias, with weight and bias in ``shape``; and mean and var over ``axes``."""
    mean = x.data.mean(axes, keepdims=True)
    normal = x.data - mean
    var = np.square(normal).mean(axes, keepdims=True)
    scale = 1 / np.sqrt(var + eps)
    normal *= scale
    y = normal * weight.data.reshape(shape)
    y += bias.data.reshape(shape)

    def backward(g: np.ndarray) -> tuple[np.ndarray, ...]:
        gw, gb = (unbroadcast(part, shape).reshape(p.shape) for part, p in ((g * normal, weight), (g, bias)))
        gx = g * weight.data.reshape(shape)
        # Mean and variance change with x as well: take out what they carry away.
        along_normal = (gx * normal).mean(axes, keepdims=True)
        gx -= gx.mean(axes, keepdims=True)
        gx -= normal * along_normal
        gx *= scale
        return gx, gw, gb

    return Tensor.from_op(y, (x, weight, bias), backward, "normalise"), mean, var


# --------------------------------------------------------------------------------- activations

logistic = sigmoid  # its other name


def binary_step(x: Tensor) -> Tensor:
    """1 where x ≥ 0, else 0; its derivative is 0 (McCulloch & Pitts 1943)."""
    return floor(x).clamp(-1, 0) + 1


def softsign(x: Tensor) -> Tensor:
    """x / (1 + |x|)."""
    return x / (1 + abs(x))


def leaky_relu(x: Tensor, negative_slope: float | Tensor | np.ndarray = 0.01) -> Tensor:
    """x where x > 0, else ``negative_slope`` · x (Maas et al. 2013)."""
    return where(x > 0, x, negative_slope * x)


def rrelu(x: Tensor, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False) -> Tensor:
    """A leaky ReLU with a slope drawn for each number from [lower, upper] while training (Xu et al. 2015)."""
    slope = generator().uniform(lower, upper, x.shape).astype(x.dtype) if training else (lower + upper) / 2
    return leaky_relu(x, slope)


def prelu(x: Tensor, weight: Tensor) -> Tensor:
    """A leaky ReLU with a learnt slope, one for all channels or one for each (He et al. 2015).

    Args:
        x: shape (N, C, ...), or any shape for a single slope.
        weight: shape (1,) or (C,).
    """
    fits = len(weight) == 1 or x.shape[1:2] == weight.shape
    require(fits, f"prelu with {len(weight)} slopes got an input of shape {x.shape}.", ValueError)
    return leaky_relu(x, weight.reshape(-1, *(1,) * (x.ndim - 2)))


def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """x where x > 0, else α (eˣ − 1) (Clevert et al. 2015)."""
    negative = x - relu(x)  # min(x, 0), so that the exponential can't overflow
    return relu(x) + alpha * expm1(negative)


def softplus(x: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """ln(1 + e^(βx)) / β, and x itself where βx passes the threshold."""
    return where(beta * x > threshold, x, _softplus(beta * x) / beta)


def centered_softplus(x: Tensor) -> Tensor:
    """ln(1 + eˣ) − ln 2: a softplus that goes through the origin (2011)."""
    return _softplus(x) - math.log(2)


def silu(x: Tensor) -> Tensor:
    """x · sigmoid(x), also called swish (2017)."""
    return x * sigmoid(x)


def gelu(x: Tensor, approximate: str = "none") -> Tensor:
    """x · Φ(x), with Φ the normal distribution function (Hendrycks & Gimpel 2016).

    Args:
        x: any shape.
        approximate: ``"tanh"`` for the paper's approximation, ``"none"`` for the exact function.
    """
    require(approximate in ("none", "tanh"), f"approximate is 'none' or 'tanh', not {approximate!r}.", ValueError)
    if approximate == "tanh":
        return x * (1 + tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2
    return x * (1 + erf(x / math.sqrt(2))) / 2


def maxout(x: Tensor, pieces: int = 2) -> Tensor:
    """The largest of each ``pieces`` neighbouring features (Goodfellow et al. 2013).

    Args:
        x: shape (N, features · pieces, ...), such as the result of one wide linear layer.
        pieces: how many linear functions each unit chooses from.

    Returns:
        A tensor of shape (N, features, ...).
    """
    fits = x.ndim > 1 and x.shape[1] % pieces == 0
    require(fits, f"maxout over {pieces} pieces can't divide the second dimension of shape {x.shape}.", ValueError)
    return x.reshape(len(x), -1, pieces, *x.shape[2:]).max(2).values


def apl(x: Tensor, slopes: Tensor, knots: Tensor) -> Tensor:
    """max(0, x) + Σₛ aˢ max(0, −x + bˢ): adaptive piecewise linear (Agostinelli et al. 2014).

    Args:
        x: shape (..., features).
        slopes: the a, shape (S, features).
        knots: the b, shape (S, features).
    """
    return relu(x) + (slopes * relu(knots - x.unsqueeze(-2))).sum(-2)


def softmax(x: Tensor, dim: int = -1) -> Tensor:
    """eˣ divided by its sum along ``dim``, computed without overflow."""
    e = np.exp(x.data - x.data.max(dim, keepdims=True))
    y = e / e.sum(dim, keepdims=True)
    return Tensor.from_op(y, (x,), lambda g: (y * (g - (g * y).sum(dim, keepdims=True)),), "softmax")


def log_softmax(x: Tensor, dim: int = -1) -> Tensor:
    """The logarithm of softmax, computed without overflow."""
    z = x.data - x.data.max(dim, keepdims=True)
    y = z - np.log(np.exp(z).sum(dim, keepdims=True))
    return Tensor.from_op(y, (x,), lambda g: (g - np.exp(y) * g.sum(dim, keepdims=True),), "log_softmax")


# ------------------------------------------------------------------------------------------ losses
#
# ``reduction`` is "mean", "sum" or "none" (one loss per number, or per sample).


def _reduced(losses: Tensor, reduction: str, count: float | None = None) -> Tensor:
    """The mean, the sum or all of the losses; ``count`` is what the mean divides by, if not their number."""
    if reduction == "mean":
        return losses.mean() if count is None else losses.sum() / count
    require(reduction in ("sum", "none"), f"reduction is 'mean', 'sum' or 'none', not {reduction!r}.", ValueError)
    return losses.sum() if reduction == "sum" else losses


# ---------------------------------------------------------------- numbers against numbers of the same shape


def _matching(target: Any, x: Tensor) -> Tensor:
    """The target as a tensor of x's type, which must have its shape."""
    target = as_tensor(target)
    fits = x.shape == target.shape
    require(fits, f"the input has shape {x.shape} and the target {target.shape}: reshape one of them.", ValueError)
    return target.to(x.dtype)


def mse_loss(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """(x − target)²."""
    return _reduced((x - _matching(target, x)) ** 2, reduction)


def l1_loss(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """|x − target|."""
    return _reduced(abs(x - _matching(target, x)), reduction)


def huber_loss(x: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """Half the square where |x − target| < δ, and δ (|x − target| − δ/2) beyond (Huber 1964)."""
    d = abs(x - _matching(target, x))
    near = d.clamp(max=delta)
    return _reduced(near * (d - near / 2), reduction)


def binary_cross_entropy(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """−t ln x − (1 − t) ln(1 − x) for probabilities x; logarithms stop at −100, as PyTorch's."""
    p, t = x.data, _matching(target, x).data
    fits = ((p >= 0) & (p <= 1)).all()
    require(fits, "these are no probabilities; for scores use binary_cross_entropy_with_logits.", ValueError)
    with np.errstate(divide="ignore"):
        losses = -(t * np.maximum(np.log(p), -100) + (1 - t) * np.maximum(np.log1p(-p), -100))
    # By hand, since 1/p and 1/(1 − p) are infinite where a sigmoid was rounded to 0 or 1.
    slope = (p - t) / np.maximum(p * (1 - p), 1e-12)
    return _reduced(Tensor.from_op(losses, (x,), lambda g: (g * slope,), "binary_cross_entropy"), reduction)


def binary_cross_entropy_with_logits(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The logistic loss: binary cross-entropy of sigmoid(x), for scores x and targets from 0 to 1."""
    return _reduced(_softplus(x) - _matching(target, x) * x, reduction)


def soft_margin_loss(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """ln(1 + e^(−tx)): the logistic loss of a score x, for labels t of −1 and 1."""
    return _reduced(_softplus(-_matching(target, x) * x), reduction)


def hinge_loss(x: Tensor, target: Tensor, reduction: str = "mean", margin: float = 1.0) -> Tensor:
    """max(0, 1 − tx): the hinge loss of a score x, for labels t of −1 and 1 (PyTorch has none)."""
    return _reduced(relu(margin - _matching(target, x) * x), reduction)


# ----------------------------------------------------------------------------- scores against class labels
#
# The scores x have shape (N, C), (N, C, ...) or (C,), and the labels shape (N,), (N, ...) or (): there is one
# label for each sample, and C classes.


def whole_numbers(values: Any, end: int, what: str) -> np.ndarray:
    """The values as an array of whole numbers, which must be from 0 to ``end`` − 1; errors call them ``what``."""
    numbers = np.asarray(raw(values))
    if numbers.dtype.kind not in "iu":
        raise TypeError(f"{what} are whole numbers, but these are {numbers.dtype}: use .long().")
    unsigned = numbers.view(numbers.dtype.char.upper())  # those below 0, read without a sign, are huge
    if np.maximum.reduce(unsigned, axis=None, initial=0) >= end:
        raise IndexError(f"{what} go from 0 to {end - 1}, but found {numbers.min()} to {numbers.max()}.")
    return numbers


def _class_dim(x: Tensor) -> int:
    return min(x.ndim - 1, 1)


def _at_labels(x: Tensor, target: Any) -> tuple[np.ndarray, ...]:
    """Where each sample's score at its label lies, once the classes are the first dimension; the labels are checked."""
    dim, shape = _class_dim(x), x.shape
    labels, samples = whole_numbers(target, shape[dim], "class labels"), shape[:dim] + shape[dim + 1 :]
    if labels.shape != samples:
        raise ValueError(f"scores of shape {shape} need labels of shape {samples}, but got {labels.shape}.")
    return labels, *_places(samples)


@lru_cache
def _places(shape: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """The numbers of all places along each dimension; the same shapes come again and again."""
    return np.indices(shape, sparse=True)


def cross_entropy(x: Tensor, target: Tensor, weight: Tensor | None = None, reduction: str = "mean") -> Tensor:
    """−ln softmax(x) at the label: softmax, logarithm and loss in one operation that can't overflow.

    Args:
        x: scores, see above.
        target: class labels.
        weight: one factor for each class, shape (C,); the mean is then the weighted one.
        reduction: see above.
    """
    if reduction != "mean" or weight is not None:
        return nll_loss(log_softmax(x, _class_dim(x)), target, weight, reduction)
    return _mean_cross_entropy(x, _at_labels(x, target), _class_dim(x))


def _mean_cross_entropy(x: Tensor, at_labels: tuple, dim: int) -> Tensor:
    """The common case in few passes: the exponentials of the loss become the gradient (p − t) / n."""
    p = x.data.swapaxes(0, dim).copy()  # ten long rows are added ten times as fast as many short ones
    p -= np.maximum.reduce(p)
    scores = p[at_labels]
    np.exp(p, out=p)
    total = np.add.reduce(p)
    share = 1 / max(scores.size, 1)

    def backward(g: np.ndarray) -> tuple[np.ndarray]:
        grad = p / total
        grad[at_labels] -= 1
        grad *= g * share
        return (grad.swapaxes(0, dim),)

    return Tensor.from_op(np.add.reduce(np.log(total) - scores, None) * share, (x,), backward, "cross_entropy")


def nll_loss(x: Tensor, target: Tensor, weight: Tensor | None = None, reduction: str = "mean") -> Tensor:
    """Minus the log-probability ``x`` of the right class; ``weight`` as in ``cross_entropy``."""
    labels, *places = _at_labels(x, target)
    factors = np.ones(labels.shape, x.dtype) if weight is None else weight.data[labels].astype(x.dtype)
    return _reduced(-x.swapaxes(0, _class_dim(x))[labels, *places] * factors, reduction, factors.sum())
