"""Losses: how wrong a prediction is, as one number to be made small.

First the functions, with their derivatives; then the same as modules, with PyTorch's names and defaults.
``reduction`` is ``"mean"``, ``"sum"`` or ``"none"`` (one loss per number, or per sample).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.autograd.tensor import Tensor
from dlcourse.nn.module import FunctionModule

# ---------------------------------------------------------------- numbers against numbers of the same shape


def _reduced(
    values: np.ndarray,
    parents: tuple[Tensor, ...],
    slopes: Callable[[], tuple[Any, ...]],
    reduction: str,
    op: str,
    count: float | None = None,
) -> Tensor:
    """The mean, the sum or all of ``values``; ``slopes()`` are their derivatives by each parent."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction is 'mean', 'sum' or 'none', not {reduction!r}.")
    scale = 1 / (count or values.size or 1) if reduction == "mean" else 1
    result = values if reduction == "none" else np.asarray(values.sum(dtype=values.dtype) * scale)

    def backward(g: np.ndarray) -> tuple[np.ndarray | None, ...]:
        g = g * values.dtype.type(scale)
        return tuple(
            g * slope if parent.requires_grad else None for parent, slope in zip(parents, slopes(), strict=True)
        )

    return Tensor.from_op(result.astype(values.dtype, copy=False), parents, backward, op)


def _pair(x: Tensor, target: Any, op: str) -> Tensor:
    target = target if isinstance(target, Tensor) else Tensor(np.asarray(target))
    if x.shape != target.shape:
        raise ValueError(
            f"{op} compares number by number, but the input has shape {x.shape} and the target "
            f"{target.shape}: reshape one of them."
        )
    return target


def _of_difference(
    x: Tensor,
    target: Any,
    value: Callable[[np.ndarray], np.ndarray],
    slope: Callable[[np.ndarray], np.ndarray],
    reduction: str,
    op: str,
) -> Tensor:
    target = _pair(x, target, op)
    d = (x.data - target.data).astype(x.dtype, copy=False)

    def slopes() -> tuple[np.ndarray, np.ndarray]:
        by_x = slope(d)
        return by_x, -by_x

    return _reduced(value(d), (x, target), slopes, reduction, op)


def mse_loss(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """(x − target)²."""
    return _of_difference(x, target, np.square, lambda d: 2 * d, reduction, "mse_loss")


def l1_loss(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """|x − target|."""
    return _of_difference(x, target, np.abs, np.sign, reduction, "l1_loss")


def huber_loss(x: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """Half the square where |x − target| < δ, and δ (|x − target| − δ/2) beyond (Huber 1964)."""

    def value(d: np.ndarray) -> np.ndarray:
        near = np.minimum(np.abs(d), delta)
        return near * (np.abs(d) - near / 2)

    return _of_difference(x, target, value, lambda d: np.clip(d, -delta, delta), reduction, "huber_loss")


def smooth_l1_loss(x: Tensor, target: Tensor, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """The Huber loss divided by β; the absolute error for β = 0."""
    if beta == 0:
        return l1_loss(x, target, reduction)

    def value(d: np.ndarray) -> np.ndarray:
        near = np.minimum(np.abs(d), beta)
        return near * (np.abs(d) - near / 2) / beta

    return _of_difference(x, target, value, lambda d: np.clip(d, -beta, beta) / beta, reduction, "smooth_l1_loss")


def binary_cross_entropy(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """−t ln x − (1 − t) ln(1 − x) for probabilities x; logarithms stop at −100, as PyTorch's."""
    t = _pair(x, target, "binary_cross_entropy").data
    p = x.data
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        raise ValueError("binary_cross_entropy takes probabilities; for scores use binary_cross_entropy_with_logits.")
    with np.errstate(divide="ignore"):
        values = -(t * np.maximum(np.log(p), -100) + (1 - t) * np.maximum(np.log1p(-p), -100))
    slopes = lambda: ((p - t) / np.maximum(p * (1 - p), 1e-12),)  # noqa: E731
    return _reduced(values.astype(p.dtype, copy=False), (x,), slopes, reduction, "binary_cross_entropy")


def binary_cross_entropy_with_logits(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The logistic loss: binary cross-entropy of sigmoid(x), for scores x and targets from 0 to 1."""
    t = _pair(x, target, "binary_cross_entropy_with_logits").data
    z = x.data
    values = (np.logaddexp(0, z) - t * z).astype(z.dtype, copy=False)
    slopes = lambda: ((0.5 * np.tanh(0.5 * z) + 0.5 - t).astype(z.dtype, copy=False),)  # noqa: E731
    return _reduced(values, (x,), slopes, reduction, "binary_cross_entropy_with_logits")


def soft_margin_loss(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """ln(1 + e^(−tx)): the logistic loss of a score x, for labels t of −1 and 1."""
    t = _pair(x, target, "soft_margin_loss").data
    margin = (t * x.data).astype(x.dtype, copy=False)
    slopes = lambda: ((0.5 * np.tanh(0.5 * margin) - 0.5) * t.astype(x.dtype),)  # noqa: E731
    return _reduced(np.logaddexp(0, -margin), (x,), slopes, reduction, "soft_margin_loss")


def hinge_loss(x: Tensor, target: Tensor, reduction: str = "mean", margin: float = 1.0) -> Tensor:
    """max(0, 1 − tx): the hinge loss of a score x, for labels t of −1 and 1 (PyTorch has none)."""
    t = _pair(x, target, "hinge_loss").data
    values = np.maximum(margin - t * x.data, 0).astype(x.dtype, copy=False)
    return _reduced(values, (x,), lambda: ((-t * (values > 0)).astype(x.dtype),), reduction, "hinge_loss")


def hinge_embedding_loss(x: Tensor, target: Tensor, margin: float = 1.0, reduction: str = "mean") -> Tensor:
    """The distance x itself where t = 1, and max(0, margin − x) where t = −1."""
    t = _pair(x, target, "hinge_embedding_loss").data
    values = np.where(t == 1, x.data, np.maximum(margin - x.data, 0)).astype(x.dtype, copy=False)
    slopes = lambda: (np.where(t == 1, 1, -(values > 0).astype(x.dtype)).astype(x.dtype),)  # noqa: E731
    return _reduced(values, (x,), slopes, reduction, "hinge_embedding_loss")


def kl_div(x: Tensor, target: Tensor, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """t (ln t − x) for log-probabilities x; ``"batchmean"`` is the sum divided by the batch size."""
    t = _pair(x, target, "kl_div").data
    if log_target:
        t, log_t = np.exp(t), t
    else:
        log_t = np.log(np.where(t > 0, t, 1))
    mean = reduction in ("mean", "batchmean")
    count = len(x) if reduction == "batchmean" else None
    values = np.where(t > 0, t * (log_t - x.data), 0).astype(x.dtype, copy=False)
    return _reduced(values, (x,), lambda: (-t,), "mean" if mean else reduction, "kl_div", count)


# ----------------------------------------------------------------------------- scores against class labels


def class_labels(target: Any, samples: int, classes: int) -> np.ndarray:
    """The labels as an array of whole numbers from 0 to ``classes`` − 1, one per sample, checked."""
    labels = np.asarray(target.data if isinstance(target, Tensor) else target)
    if labels.dtype.kind not in "iu":
        raise TypeError(
            f"class labels are whole numbers from 0 to {classes - 1}, but these are {labels.dtype}: "
            "use y.astype(int), or give probabilities in the shape of the scores."
        )
    if labels.size != samples:
        raise ValueError(f"there are {samples} samples with scores, but the labels have shape {labels.shape}.")
    if samples and not 0 <= labels.min() <= labels.max() < classes:
        raise IndexError(
            f"there are {classes} scores per sample, so labels go from 0 to {classes - 1}; "
            f"found {labels.min()} to {labels.max()}."
        )
    return labels.ravel()


def _scores(x: Tensor) -> np.ndarray:
    """The scores with one row per sample: (N, C, ...) becomes (N · ..., C)."""
    if x.ndim < 3:
        return np.atleast_2d(x.data)
    return np.moveaxis(x.data, 1, -1).reshape(-1, x.shape[1])


def _unscored(rows: np.ndarray, x: Tensor) -> np.ndarray:
    """The way back: rows in the shape of ``x``."""
    if x.ndim < 3:
        return rows.reshape(x.shape)
    return np.moveaxis(rows.reshape(x.shape[0], *x.shape[2:], x.shape[1]), -1, 1)


def cross_entropy(
    x: Tensor, target: Tensor, weight: Tensor | None = None, reduction: str = "mean", label_smoothing: float = 0.0
) -> Tensor:
    """−Σ t ln softmax(x): softmax, logarithm and loss in one operation that can't overflow.

    Args:
        x: scores, shape (N, C), (N, C, ...) or (C,).
        target: class labels, shape (N,), (N, ...) or (); or probabilities in the shape of ``x``.
        weight: one factor for each class, shape (C,); the mean is then the weighted one.
        reduction: see the top of this file.
        label_smoothing: this share of the target is spread evenly over all classes.
    """
    rows = _scores(x)
    n, classes = rows.shape
    given = np.asarray(target.data if isinstance(target, Tensor) else target)
    of_samples = x.shape[:1] + x.shape[2:] if x.ndim > 1 else ()
    if given.dtype.kind == "f" and given.shape == x.shape:
        t, per_sample = _scores(Tensor(given)), None
    else:
        labels = class_labels(given, n, classes)
        if given.shape != of_samples:
            raise ValueError(f"scores of shape {x.shape} need labels of shape {of_samples}, got {given.shape}.")
        if weight is None and not label_smoothing:
            return _cross_entropy_of_labels(x, rows, labels, of_samples, reduction)
        t = np.zeros_like(rows)
        t[np.arange(n), labels] = 1
        per_sample = None if weight is None else weight.data[labels]
    t = t * (1 - label_smoothing) + label_smoothing / classes
    if weight is not None:
        t = t * weight.data
    t = t.astype(rows.dtype, copy=False)
    log_p = _log_softmax(rows)
    values = -(t * log_p).sum(1).reshape(of_samples)
    count = n if per_sample is None else per_sample.sum()
    gradient = lambda: np.exp(log_p) * t.sum(1, keepdims=True) - t  # noqa: E731
    return _per_sample(x, values, gradient, reduction, "cross_entropy", count)


def _cross_entropy_of_labels(
    x: Tensor, rows: np.ndarray, labels: np.ndarray, shape: tuple[int, ...], reduction: str
) -> Tensor:
    """The common case in few passes: the exponentials of the loss become the gradient p − t in place."""
    n = np.arange(len(rows))
    p = rows - rows.max(1, keepdims=True)
    at_label = p[n, labels]
    np.exp(p, out=p)
    total = p.sum(1, keepdims=True)
    values = (np.log(total[:, 0]) - at_label).reshape(shape)

    def gradient() -> np.ndarray:
        grad = p / total
        grad[n, labels] -= 1
        return grad

    return _per_sample(x, values, gradient, reduction, "cross_entropy", len(rows))


def _per_sample(
    x: Tensor, values: np.ndarray, gradient: Callable[[], np.ndarray], reduction: str, op: str, count: float
) -> Tensor:
    """The reduced loss of ``values``, one per sample; ``gradient()`` gives its slopes, (samples, C)."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction is 'mean', 'sum' or 'none', not {reduction!r}.")
    result = values if reduction == "none" else np.asarray(values.sum())
    scale = values.dtype.type(1 / (count or 1)) if reduction == "mean" else values.dtype.type(1)

    def backward(g: np.ndarray) -> tuple[np.ndarray]:
        grad = gradient()
        grad *= (g * scale).reshape(-1, 1)
        return (_unscored(grad, x),)

    return Tensor.from_op(result * scale if reduction == "mean" else result, (x,), backward, op)


def log_softmax(x: Tensor, dim: int = -1) -> Tensor:
    """The logarithm of softmax, computed without overflow."""
    y = _log_softmax(x.data, dim)
    return Tensor.from_op(y, (x,), lambda g: (g - np.exp(y) * g.sum(dim, keepdims=True),), "log_softmax")


def _log_softmax(z: np.ndarray, axis: int = -1) -> np.ndarray:
    z = z - z.max(axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis, keepdims=True))


def nll_loss(x: Tensor, target: Tensor, weight: Tensor | None = None, reduction: str = "mean") -> Tensor:
    """Minus the log-probability ``x`` of the right class; shapes as in ``cross_entropy``."""
    rows = _scores(x)
    labels = class_labels(target, *rows.shape)
    n = np.arange(len(rows))
    w = np.ones(len(rows), rows.dtype) if weight is None else weight.data[labels].astype(rows.dtype)

    def gradient() -> np.ndarray:
        grad = np.zeros_like(rows)
        grad[n, labels] = -w
        return grad

    shape = x.shape[:1] + x.shape[2:] if x.ndim > 1 else ()
    values = (-w * rows[n, labels]).reshape(shape)
    return _per_sample(x, values, gradient, reduction, "nll_loss", w.sum())


def multi_margin_loss(x: Tensor, target: Tensor, p: int = 1, margin: float = 1.0, reduction: str = "mean") -> Tensor:
    """The multi-class hinge loss: Σ over wrong classes of max(0, margin − right score + wrong score)ᵖ / C."""
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss has p = 1 or 2, not {p}.")
    rows = _scores(x)
    labels = class_labels(target, *rows.shape)
    n, classes = np.arange(len(rows)), rows.shape[1]
    excess = np.maximum(margin - rows[n, labels][:, None] + rows, 0)
    excess[n, labels] = 0

    def gradient() -> np.ndarray:
        grad = ((excess > 0).astype(rows.dtype) if p == 1 else 2 * excess) / classes
        grad[n, labels] = -grad.sum(1)
        return grad

    values = ((excess if p == 1 else excess**2).sum(1) / classes).reshape(x.shape[:-1])
    return _per_sample(x, values, gradient, reduction, "multi_margin_loss", len(rows))


def zero_one_loss(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """1 for each sample whose largest score is not at its label, else 0: a measure, without a gradient."""
    rows = _scores(x)
    wrong = (rows.argmax(1) != class_labels(target, *rows.shape)).astype(rows.dtype)
    return _reduced(wrong, (), tuple, reduction, "zero_one_loss")


# --------------------------------------------------------------------------------------------- as modules


class _Loss(FunctionModule):
    inputs = 2


class MSELoss(_Loss):
    """The mean of (x − target)²."""

    function = staticmethod(mse_loss)


class L1Loss(_Loss):
    """The mean of |x − target|."""

    function = staticmethod(l1_loss)


class HuberLoss(_Loss):
    """Squared near the target, absolute beyond ``delta``."""

    function = staticmethod(huber_loss)


class SmoothL1Loss(_Loss):
    """The Huber loss divided by ``beta``."""

    function = staticmethod(smooth_l1_loss)


class BCELoss(_Loss):
    """Binary cross-entropy of probabilities."""

    function = staticmethod(binary_cross_entropy)


class BCEWithLogitsLoss(_Loss):
    """Binary cross-entropy of scores, the logistic loss; targets from 0 to 1."""

    function = staticmethod(binary_cross_entropy_with_logits)


class SoftMarginLoss(_Loss):
    """The logistic loss of scores, for labels of −1 and 1."""

    function = staticmethod(soft_margin_loss)


class HingeLoss(_Loss):
    """max(0, 1 − tx) for labels of −1 and 1 (PyTorch has none)."""

    function = staticmethod(hinge_loss)


class HingeEmbeddingLoss(_Loss):
    """x where the label is 1, max(0, ``margin`` − x) where it is −1."""

    function = staticmethod(hinge_embedding_loss)


class MultiMarginLoss(_Loss):
    """The multi-class hinge loss of scores, for class labels."""

    function = staticmethod(multi_margin_loss)


class KLDivLoss(_Loss):
    """The Kullback-Leibler divergence of log-probabilities from a target distribution."""

    function = staticmethod(kl_div)


class NLLLoss(_Loss):
    """Minus the log-probability of the right class; ``weight`` has a factor for each class."""

    function = staticmethod(nll_loss)


class CrossEntropyLoss(_Loss):
    """Softmax and cross-entropy of scores, for class labels or probabilities.

    Settings: ``weight`` (a factor for each class), ``reduction``, ``label_smoothing``.
    """

    function = staticmethod(cross_entropy)


class ZeroOneLoss(_Loss):
    """The share of wrong answers; it can't be trained with, having no slope (PyTorch has none)."""

    function = staticmethod(zero_one_loss)
