"""Convolution and pooling over images.

Images have the shape (N, C, H, W), but the results lie in memory as (C, H, W, N). Then one pixel's
numbers for the whole batch are neighbours: every step below moves or adds long rows instead of
single numbers, and a matrix product of weights and patches gives the next image as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dlcourse.autograd.tensor import Tensor

Pair = int | tuple[int, int]


def pair(value: Pair) -> tuple[int, int]:
    """The same number for height and width, or the two that were given."""
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def output_size(size: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> int:
    """Places of a window along one side: ⌊(size + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def batch_last(x: np.ndarray) -> np.ndarray:
    """(N, C, H, W) as an array that lies in memory as (C, H, W, N): copied only where it doesn't yet."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def batch_first(x: np.ndarray) -> np.ndarray:
    """(C, H, W, N) seen as (N, C, H, W); nothing is moved."""
    return x.transpose(3, 0, 1, 2)


class Windows:
    """Where a sliding window stands: shapes, and the slices of the image under each place of the window."""

    def __init__(self, x: Tensor, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair, what: str) -> None:
        if x.ndim != 4:
            raise ValueError(f"{what} takes images of shape (N, C, H, W), but got {x.shape}.")
        self.kernel, self.stride, self.padding, self.dilation = (pair(v) for v in (kernel, stride, padding, dilation))
        settings = zip(x.shape[2:], self.kernel, self.stride, self.padding, self.dilation, strict=True)
        self.size = tuple(output_size(*s) for s in settings)
        if min(self.size) < 1:
            raise ValueError(
                f"{what}: a window of {self.kernel} with padding {self.padding} does not fit into images of "
                f"shape {x.shape[2:]}."
            )

    def padded(self, x: np.ndarray, fill: float = 0) -> np.ndarray:
        """(C, H, W, N) with a border."""
        (top, left), (c, h, w, n) = self.padding, x.shape
        if not top and not left:
            return x
        out = np.full((c, h + 2 * top, w + 2 * left, n), fill, x.dtype)
        out[:, top : top + h, left : left + w] = x
        return out

    def unpadded(self, x: np.ndarray) -> np.ndarray:
        """(C, H, W, N) without the border."""
        top, left = self.padding
        return x[:, top : x.shape[1] - top, left : x.shape[2] - left]

    def under(self, first: int, last: int) -> Iterator[tuple[slice, slice, slice]]:
        """The pixels that lie under each place in the window, row by row, for output rows first to last."""
        (sy, sx), (dy, dx), columns = self.stride, self.dilation, self.size[1]
        for i in range(self.kernel[0]):
            for j in range(self.kernel[1]):
                top, left = i * dy + first * sy, j * dx
                rows = slice(top, top + (last - first - 1) * sy + 1, sy)
                yield slice(None), rows, slice(left, left + (columns - 1) * sx + 1, sx)


# ------------------------------------------------------------------------------------ convolution


def conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
    relu: bool = False,
) -> Tensor:
    """Slide a window over images: each output is the weighted sum of the numbers under the window.

    Args:
        x: shape (N, C, H, W).
        weight: shape (F, C / groups, kernel height, kernel width).
        bias: shape (F,), or None.
        stride, padding, dilation: a number, or one for height and one for width.
        groups: channels and filters are split into so many groups, each by itself.
        relu: apply max(·, 0) to the result.

    Returns:
        A tensor of shape (N, F, height, width) with the sides that ``output_size`` gives.
    """
    windows = Windows(x, (weight.shape[2], weight.shape[3]), stride, padding, dilation, "conv2d")
    if x.shape[1] != weight.shape[1] * groups or weight.shape[0] % groups:
        raise ValueError(
            f"conv2d with weight {weight.shape} and groups={groups} takes images of "
            f"{weight.shape[1] * groups} channels, but got {x.shape}."
        )
    image = windows.padded(batch_last(x.data))
    y = np.empty((len(weight), *windows.size, len(x)), np.result_type(x.data, weight.data))
    for piece in _pieces(windows, image, weight.data, groups):
        result = piece.of(y)
        np.matmul(piece.filters, piece.patches(), out=result)
        if bias is not None:
            result += bias.data[piece.outputs, None]
        if relu:
            np.maximum(result, 0, out=result)

    def backward(g: np.ndarray) -> tuple[np.ndarray | None, ...]:
        g = batch_last(g)
        gw, gb = np.zeros_like(weight.data), np.zeros(len(weight), g.dtype)
        gx = np.zeros_like(image) if x.requires_grad else None
        for piece in _pieces(windows, image, weight.data, groups):
            part = piece.of(g)
            if relu:
                part = part * (piece.of(y) > 0)
            patches = piece.patches()
            if weight.requires_grad:
                gw[piece.outputs] += (part @ patches.T).reshape(-1, *weight.shape[1:])
            gb[piece.outputs] += part.sum(1)
            if gx is not None:  # the patches' gradient takes their own place, which is in the cache
                piece.add_patches(np.matmul(piece.filters.T, part, out=patches), gx)
        gx = None if gx is None else batch_first(windows.unpadded(gx))
        return (gx, gw) if bias is None else (gx, gw, gb)

    parents = (x, weight) if bias is None else (x, weight, bias)
    return Tensor.from_op(batch_first(y), parents, backward, "conv2d_relu" if relu else "conv2d")


class _Piece(NamedTuple):
    """Some rows of the output, for one group of channels."""

    windows: Windows
    rows: tuple[int, int]  # of the output: the first, and the one after the last
    inputs: slice  # channels of the image
    outputs: slice  # channels of the output
    image: np.ndarray  # (channels, H, W, N), padded
    filters: np.ndarray  # (outputs, channels · window)

    def of(self, output: np.ndarray) -> np.ndarray:
        """This piece of the output or of its gradient: a view of shape (outputs, rows · columns · N)."""
        row = output.shape[2] * output.shape[3]
        return output.reshape(len(output), -1)[self.outputs, self.rows[0] * row : self.rows[1] * row]

    def patches(self) -> np.ndarray:
        """What lies under the window at each place ("im2col"): (channels · window, rows · columns · N)."""
        first, last = self.rows
        window = self.windows.kernel[0] * self.windows.kernel[1]
        shape = len(self.image), window, last - first, self.windows.size[1], self.image.shape[3]
        patches = np.empty(shape, self.image.dtype)
        for k, where in enumerate(self.windows.under(first, last)):
            patches[:, k] = self.image[where]
        return patches.reshape(shape[0] * window, -1)

    def add_patches(self, patches: np.ndarray, gx: np.ndarray) -> None:
        """The way back: each number is added to the pixel that it was copied from."""
        first, last = self.rows
        gx = gx[self.inputs]
        patches = patches.reshape(len(gx), -1, last - first, self.windows.size[1], gx.shape[3])
        for k, where in enumerate(self.windows.under(first, last)):
            gx[where] += patches[:, k]


# The patches of a piece, in numbers: 4 MB of float32, which stay in the third-level cache from copying to
# product. A quarter of it made LeNet's convolutions 15 % slower, by more calls; more only costs memory.
_PIECE = 1 << 20


def _pieces(windows: Windows, image: np.ndarray, weight: np.ndarray, groups: int) -> Iterator[_Piece]:
    """The work of a convolution in pieces: group by group, some rows of the output at a time."""
    filters = weight.reshape(len(weight), -1)
    height, width = windows.size
    channels, outputs = len(image) // groups, len(weight) // groups
    step = max(1, _PIECE // (filters.shape[1] * width * max(1, image.shape[3])))
    for group in range(groups):
        ins = slice(group * channels, (group + 1) * channels)
        outs = slice(group * outputs, (group + 1) * outputs)
        for first in range(0, height, step):
            rows = first, min(first + step, height)
            yield _Piece(windows, rows, ins, outs, image[ins], filters[outs])


# ---------------------------------------------------------------------------------------- pooling


def max_pool2d(x: Tensor, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0) -> Tensor:
    """The largest number under the window at each place.

    Args:
        x: shape (N, C, H, W).
        kernel_size: the window's side, or height and width.
        stride: how far the window moves; its own size if left out.
        padding: a border of −∞.
    """
    windows = Windows(x, kernel_size, kernel_size if stride is None else stride, padding, 1, "max_pool2d")
    image = windows.padded(batch_last(x.data), -np.inf)
    places = list(windows.under(0, windows.size[0]))
    overlap = windows.stride[0] < windows.kernel[0] or windows.stride[1] < windows.kernel[1]
    put = _add if overlap else np.copyto  # a copy is one pass less
    y = image[places[0]].copy()
    for where in places[1:]:
        np.maximum(y, image[where], out=y)

    def backward(g: np.ndarray) -> tuple[np.ndarray]:
        # No list of where the largest was: it is where input and output are equal, at the first such place.
        left = batch_last(g).copy()  # the gradient that has not found its place yet
        gx = np.zeros_like(image)
        for where in places[:-1]:
            part = left * (image[where] == y)
            put(gx[where], part)
            left -= part
        put(gx[places[-1]], left)
        return (batch_first(windows.unpadded(gx)),)

    return Tensor.from_op(batch_first(y), (x,), backward, "max_pool2d")


def _add(to: np.ndarray, part: np.ndarray) -> None:
    to += part


def avg_pool2d(x: Tensor, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0) -> Tensor:
    """The mean of the numbers under the window at each place; a border of zeros counts, as in PyTorch."""
    windows = Windows(x, kernel_size, kernel_size if stride is None else stride, padding, 1, "avg_pool2d")
    image = windows.padded(batch_last(x.data))
    places = list(windows.under(0, windows.size[0]))
    share = 1 / len(places)
    y = image[places[0]] * share
    for where in places[1:]:
        y += image[where] * share

    def backward(g: np.ndarray) -> tuple[np.ndarray]:
        g = batch_last(g) * share
        gx = np.zeros_like(image)
        for where in places:
            gx[where] += g
        return (batch_first(windows.unpadded(gx)),)

    return Tensor.from_op(batch_first(y), (x,), backward, "avg_pool2d")
