"""The same numbers in other places: their gradients travel back the same way."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlcourse.autograd.functions import fitting, unbroadcast
from dlcourse.autograd.tensor import Tensor, methods, raw, require

LARGER_THAN_CACHES = 1 << 26  # bytes


def sizes(args: tuple) -> tuple[int, ...]:
    """``f(2, 3)`` and ``f((2, 3))`` mean the same."""
    return tuple(args[0]) if len(args) == 1 and isinstance(args[0], Sequence) else args


def reshape(x: Tensor, *shape: Any) -> Tensor:
    """The same numbers in the same order in another shape; one length may be −1, to be worked out.

    Raises:
        RuntimeError: the shape does not hold as many numbers.
    """
    y = fitting(lambda: x.data.reshape(sizes(shape)), [x], f"hold as many numbers as {sizes(shape)}")
    return Tensor.from_op(y, (x,), lambda g: (g.reshape(x.shape),), "reshape")


def flatten(x: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Dimensions ``start_dim`` to ``end_dim`` become one."""
    end = end_dim % x.ndim + 1 if x.ndim else 0
    return reshape(x, *x.shape[:start_dim], -1, *x.shape[end:])


def unsqueeze(x: Tensor, dim: int) -> Tensor:
    """A new dimension of length 1 at place ``dim``."""
    return reshape(x, np.expand_dims(x.data, dim).shape)


def squeeze(x: Tensor, dim: int | None = None) -> Tensor:
    """Without the dimensions of length 1, or without ``dim`` if its length is 1."""
    gone = range(x.ndim) if dim is None else [dim % x.ndim]
    return reshape(x, tuple(n for i, n in enumerate(x.shape) if n != 1 or i not in gone))


def permute(x: Tensor, *dims: Any) -> Tensor:
    """The dimensions in the order ``dims``."""
    back = np.argsort([dim % x.ndim for dim in sizes(dims)])
    return Tensor.from_op(x.data.transpose(sizes(dims)), (x,), lambda g: (g.transpose(back),), "permute")


def transpose(x: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions change places."""
    return Tensor.from_op(x.data.swapaxes(dim0, dim1), (x,), lambda g: (g.swapaxes(dim0, dim1),), "transpose")


def t(x: Tensor) -> Tensor:
    """Rows and columns change places."""
    require(x.ndim <= 2, f"t() needs at most 2 dimensions, but got shape {x.shape}: use .transpose(dim0, dim1).")
    return x.T


def clone(x: Tensor) -> Tensor:
    """A copy, joined to the graph: gradients pass through it."""
    return Tensor.from_op(x.data.copy(), (x,), lambda g: (g,), "clone")


def broadcast_to(x: Tensor, shape: Sequence[int]) -> Tensor:
    """The tensor stretched to ``shape`` without copying."""
    return Tensor.from_op(np.broadcast_to(x.data, shape), (x,), lambda g: (unbroadcast(g, x.shape),), "broadcast_to")


def select(x: Tensor, index: Any) -> Tensor:
    """``x[index]``: integers, slices, arrays; where a number is taken twice, its gradients add up."""
    index = raw(index)

    def backward(g: np.ndarray) -> tuple:
        out = np.zeros(x.shape, g.dtype)
        parts = index if isinstance(index, tuple) else (index,)
        if any(isinstance(part, (list, np.ndarray)) and np.asarray(part).dtype.kind != "b" for part in parts):
            places = np.arange(x.data.size).reshape(x.shape)[index]  # np.add.at is faster at numbers than at rows
            np.add.at(out.reshape(-1), places.ravel(), g.ravel())
        else:
            out[index] = g
        return (out,)

    rows = isinstance(index, np.ndarray) and index.dtype.kind in "iu"
    return Tensor.from_op(_rows(x.data, index) if rows else x.data[index], (x,), backward, "[]")


def _rows(x: np.ndarray, index: np.ndarray) -> np.ndarray:
    """x[index] for an array of whole numbers, in less time.

    Copying would wait for one row after another to come from memory. Asked for the first number of each, the processor
    looks for all of them at once: a perceptron's step on MNIST took 0.98 of its time.
    """
    if x.nbytes > LARGER_THAN_CACHES and x.flags.c_contiguous:
        x.reshape(-1).take(np.multiply(index, x.size // len(x), dtype=np.intp), mode="clip")
    return x.take(index, 0)


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """The tensors one after another along ``dim``; the gradient is cut in the same places.

    Raises:
        RuntimeError: the shapes differ in another dimension.
    """
    y = fitting(lambda: np.concatenate([x.data for x in tensors], dim), tensors, f"join along dimension {dim}")
    cuts = np.cumsum([x.shape[dim] for x in tensors])[:-1]
    return Tensor.from_op(y, tuple(tensors), lambda g: tuple(np.split(g, cuts, dim)), "cat")


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """The tensors side by side along a new dimension ``dim``.

    Raises:
        RuntimeError: the shapes differ.
    """
    y = fitting(lambda: np.stack([x.data for x in tensors], dim), tensors, f"stack along dimension {dim}")
    return Tensor.from_op(y, tuple(tensors), lambda g: tuple(np.moveaxis(g, dim, 0)), "stack")


concat = concatenate = cat
methods(reshape, flatten, unsqueeze, squeeze, permute, transpose, t, clone, broadcast_to)
methods(view=reshape, swapaxes=transpose, __getitem__=select)
methods(T=property(lambda x: permute(x, *reversed(range(x.ndim))), doc="The dimensions in reverse order."))
