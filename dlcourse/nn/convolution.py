"""Convolution and pooling over images.

Images have the shape (N, C, H, W), but the results lie in memory with the batch last. Then one pixel's numbers for
the whole batch are neighbours, and every step below moves or adds long rows instead of single numbers. In what order
channels and rows of an image lie before that doesn't matter: each function makes the order that suits it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np

from dlcourse.autograd.tensor import Tensor, require
from dlcourse.nn.machine import in_shares

Pair = int | tuple[int, int]


def pair(value: Pair) -> tuple[int, int]:
    """The same number for height and width, or the two that were given."""
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def output_size(size: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> int:
    """Places of a window along one side: ⌊(size + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def rows_first(x: np.ndarray) -> np.ndarray:
    """(N, C, H, W) seen as (H, C, W, N), with the batch last in memory: copied only where it isn't yet."""
    rows = x.transpose(2, 1, 3, 0)
    return rows if len(x) == 1 or x.strides[0] == x.itemsize else np.ascontiguousarray(rows)


def batch_first(rows: np.ndarray) -> np.ndarray:
    """(H, C, W, N) seen as (N, C, H, W); nothing is moved."""
    return rows.transpose(3, 1, 0, 2)


class Windows(NamedTuple):
    """Where a sliding window stands along one side of an image."""

    size: int  # of the image
    kernel: int
    stride: int
    padding: int
    dilation: int
    places: int

    @staticmethod
    def over(x: Tensor, what: str, *settings: Pair) -> tuple[Windows, Windows]:
        """The windows down and across, for a kernel, stride, padding and dilation."""
        require(x.ndim == 4, f"{what} takes images of shape (N, C, H, W), but got {x.shape}.", ValueError)
        sides = zip(x.shape[2:], *map(pair, settings), strict=True)
        down, across = (Windows._make((*side, output_size(*side))) for side in sides)
        fits, window = min(down.places, across.places) > 0, f"a window of {pair(settings[0])}"
        require(fits, f"{what}: {window} does not fit into padded images of shape {x.shape[2:]}.", ValueError)
        return down, across

    def under(self, i: int) -> tuple[slice, slice]:
        """The pixels that lie under number i of the window, and the places where they do (not on the border)."""
        offset = i * self.dilation - self.padding
        first = max(0, -(offset // self.stride))
        last = min(self.places, (self.size - 1 - offset) // self.stride + 1)
        start = first * self.stride + offset
        return slice(start, start + max(0, last - first) * self.stride, self.stride), slice(first, max(first, last))


# ------------------------------------------------------------------------------------ convolution

BAND = 1 << 20  # numbers, 4 MB of float32: what is computed at a time, to stay in the cache; less costs more calls


def conv2d(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Pair = 1, padding: Pair = 0,
    dilation: Pair = 1, relu: bool = False,
) -> Tensor:  # fmt: skip
    """Slide a window over images: each output is the weighted sum of the numbers under the window.

    All patches under the window, written out, would need kernel height × width times the image's memory. Here the
    image is repeated for the window's columns only. With rows outermost, what lies under the window at one row of
    places is then a matrix that is there already, and its product with the filters is one row of the result.

    Args:
        x: shape (N, C, H, W).
        weight: shape (F, C, kernel height, kernel width).
        bias: shape (F,), or None.
        stride, padding, dilation: a number, or one for height and one for width.
        relu: apply max(·, 0) to the result.

    Returns:
        A tensor of shape (N, F, height, width) with the sides that ``output_size`` gives.
    """
    down, across = Windows.over(x, "conv2d", weight.shape[2:], stride, padding, dilation)
    fits = f"conv2d with weight {weight.shape} takes images of {weight.shape[1]} channels, but got {x.shape}."
    require(x.shape[1] == weight.shape[1], fits, ValueError)
    n, outputs, filters = len(x), len(weight), _spread(weight.data, down.dilation)
    columns, patches = _columns(x, filters, down, across)
    flat, image = np.ascontiguousarray(filters.transpose(0, 2, 1, 3)).reshape(outputs, -1), rows_first(x.data)
    y = np.empty((down.places, outputs, across.places * n), np.result_type(x.data, weight.data))
    size = 1 + BAND // (columns[0].size + y[0].size)

    def forward(rows: range) -> None:
        for band in _bands(rows, size):
            _fill(columns, image, band, down, across)
            result = np.matmul(flat, patches[band], out=y[band])
            if bias is not None:
                result += bias.data[:, None]
            if relu:
                np.clip(result, 0, np.inf, out=result)  # np.maximum with a number takes three times as long

    numbers = max(x.data.size, y.size)
    in_shares(forward, down.places, numbers)

    def backward(g: np.ndarray) -> tuple[np.ndarray | None, ...]:
        g = np.ascontiguousarray(rows_first(g)).reshape(y.shape)
        if relu:
            g = g * (y > 0)

        def filter_gradients(rows: range) -> list[tuple[np.ndarray, np.ndarray]]:
            return [_filter_gradients(patches, g, band) for band in _bands(rows, size)]

        shares = in_shares(filter_gradients, len(g), numbers)
        gw, gb = (np.sum(parts, axis=0) for parts in zip(*chain(*shares), strict=True))
        gw = gw.T.reshape(outputs, filters.shape[2], -1, filters.shape[3]).transpose(0, 2, 1, 3)[:, :, :: down.dilation]
        gx = _image_gradient(g, filters, x, down, across, size) if x.requires_grad else None
        return (gx, gw) if bias is None else (gx, gw, gb)

    parents = (x, weight) if bias is None else (x, weight, bias)
    result = batch_first(y.reshape(*y.shape[:2], across.places, n))
    return Tensor.from_op(result, parents, backward, "conv2d_relu" if relu else "conv2d")


def _bands(rows: range, size: int) -> Iterator[slice]:
    """The rows, some at a time, so that what one NumPy call writes is still in the cache when the next one reads it."""
    return (slice(start, min(start + size, rows.stop)) for start in range(rows.start, rows.stop, size))


def _filter_gradients(patches: np.ndarray, g: np.ndarray, band: slice) -> tuple[np.ndarray, np.ndarray]:
    """What some rows of the result say about filters and bias."""
    return np.matmul(patches[band], g[band].mT).sum(0), g[band].sum((0, 2))


def _spread(filters: np.ndarray, dilation: int) -> np.ndarray:
    """Dilated filters, down: with rows of zeros in between."""
    if dilation == 1:
        return filters
    f, c, height, width = filters.shape
    spread = np.zeros((f, c, (height - 1) * dilation + 1, width), filters.dtype)
    spread[:, :, ::dilation] = filters
    return spread


def _columns(x: Tensor, filters: np.ndarray, down: Windows, across: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Room for the repeated image, (padded H, C, kernel width, places · N), and the same seen as patches.

    The patches under a row of places, (kernel height · C · kernel width, places · N), begin at one row of the image.
    Those of neighbouring rows share memory.
    """
    _, channels, height, width = filters.shape
    columns = np.empty((down.size + 2 * down.padding, channels, width, across.places * len(x)), x.dtype)
    shape = down.places, height * channels * width, columns.shape[3]
    strides = columns.strides[0] * down.stride, columns.strides[2], columns.itemsize
    return columns, np.lib.stride_tricks.as_strided(columns, shape, strides)


def _fill(columns: np.ndarray, image: np.ndarray, band: slice, down: Windows, across: Windows) -> None:
    """Copy the rows of the image that a band of the result needs, once for each column of the window."""
    kernel = down.dilation * (down.kernel - 1) + 1
    top, bottom = band.start * down.stride, (band.stop - 1) * down.stride + kernel
    first, last = (min(max(row, down.padding), down.padding + down.size) for row in (top, bottom))
    columns[top:first] = columns[last:bottom] = 0
    here = columns[first:last].reshape(last - first, *columns.shape[1:3], across.places, -1)
    for j in range(across.kernel):
        pixels, places = across.under(j)
        here[:, :, j, : places.start] = here[:, :, j, places.stop :] = 0
        here[:, :, j, places] = image[first - down.padding : last - down.padding, :, pixels]


def _image_gradient(
    g: np.ndarray, filters: np.ndarray, x: Tensor, down: Windows, across: Windows, size: int
) -> np.ndarray:
    """The way back to the image: row by row, the product of the filters, turned over, with all rows of g that used it.

    Image row r went into row (r − i) / stride of the result by way of filter row i: every stride-th filter row, from
    the bottom up, meets neighbouring rows of g.
    """
    n, channels, height, width = x.shape
    outputs, wide = g.shape[1:]
    turned = [filters[:, :, q :: down.stride][:, :, ::-1].transpose(1, 3, 2, 0) for q in range(down.stride)]
    taps = [np.ascontiguousarray(part).reshape(channels * across.kernel, -1) for part in turned]  # columns: rows · F
    gx = np.zeros((height, channels, width, n), g.dtype)

    def row_gradient(row: int, out: np.ndarray) -> None:
        last, q = divmod(row + down.padding, down.stride)
        start = last + 1 - taps[q].shape[1] // outputs  # the first row of g, if it had rows beyond its ends
        first, end = min(max(0, start), len(g)), max(0, min(last + 1, len(g)))
        used = taps[q][:, (first - start) * outputs : (end - start) * outputs]
        np.matmul(used, g[first:end].reshape(-1, wide), out=out)

    def of_rows(rows: range) -> None:
        for band in _bands(rows, size):
            parts = np.empty((band.stop - band.start, channels * across.kernel, wide), g.dtype)
            for row, part in enumerate(parts, band.start):
                row_gradient(row, part)
            parts = parts.reshape(len(parts), channels, across.kernel, across.places, n)
            for j in range(across.kernel):
                pixels, places = across.under(j)
                gx[band, :, pixels] += parts[:, :, j, places]

    in_shares(of_rows, height, max(x.data.size, g.size))
    return batch_first(gx)


# ---------------------------------------------------------------------------------------- pooling


def max_pool2d(
    x: Tensor, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, relu: bool = False
) -> Tensor:
    """The largest number under the window at each place: of each row under it first, then of these.

    Args:
        x: shape (N, C, H, W).
        kernel_size: the window's side, or height and width.
        stride: how far the window moves; its own size if left out.
        padding: a border of −∞.
        relu: apply max(·, 0) to the result, which is the same as to ``x``, but to fewer numbers.
    """
    down, across = Windows.over(x, "max_pool2d", kernel_size, kernel_size if stride is None else stride, padding, 1)
    image = rows_first(x.data)
    if down.padding or across.padding:
        border = [(side, side) for side in (down.padding, 0, across.padding, 0)]
        image = np.pad(image, border, constant_values=-np.inf)
    n, channels = x.shape[:2]
    of_rows = np.empty((len(image), channels, across.places, n), x.dtype)
    # in memory with channels before rows, as a linear layer wants it
    y = np.empty((channels, down.places, across.places, n), x.dtype).transpose(1, 0, 2, 3)

    def forward(share: range) -> None:
        part = slice(share.start, share.stop)
        _largest(image[:, part], across, 2, of_rows[:, part])
        _largest(of_rows[:, part], down, 0, y[:, part])
        if relu:
            y[:, part].clip(0, np.inf, out=y[:, part])

    in_shares(forward, channels, x.data.size)

    def backward(g: np.ndarray) -> tuple[np.ndarray]:
        g, gx = rows_first(g), np.empty(image.shape, g.dtype)

        def to_the_largest(share: range) -> None:
            part = slice(share.start, share.stop)
            slopes, through_rows = g[:, part], np.empty(of_rows[:, part].shape, g.dtype)
            slopes = slopes * (y[:, part] > 0) if relu else slopes
            _back_to_largest(slopes, of_rows[:, part], y[:, part], down, 0, through_rows)
            _back_to_largest(through_rows, image[:, part], of_rows[:, part], across, 2, gx[:, part])

        in_shares(to_the_largest, channels, x.data.size)
        rows, columns = (slice(side.padding, side.padding + side.size) for side in (down, across))
        return (batch_first(gx[rows, :, columns]),)

    return Tensor.from_op(batch_first(y), (x,), backward, "max_pool2d")


def _under_window(x: np.ndarray, window: Windows, axis: int) -> list[np.ndarray]:
    """For each number of the window along an axis: the pixels that lie under it at all places, a view."""
    before, reach = (slice(None),) * axis, (window.places - 1) * window.stride + 1
    return [x[*before, slice(i, i + reach, window.stride)] for i in range(window.kernel)]


def _largest(x: np.ndarray, window: Windows, axis: int, out: np.ndarray) -> None:
    """The largest number under a window along one axis."""
    first, *others = _under_window(x, window, axis)
    np.maximum(first, others[0] if others else first, out=out)
    for other in others[1:]:
        np.maximum(out, other, out=out)


def _back_to_largest(g: np.ndarray, x: np.ndarray, y: np.ndarray, window: Windows, axis: int, out: np.ndarray) -> None:
    """Hand each gradient on to the first pixel under its window that is the largest.

    No list of where that was is needed: it is where ``x`` and ``y`` are equal. What the others under a window did not
    take is for the last one.
    """
    apart = window.stride >= window.kernel > 1  # no pixel lies under two windows
    if not (apart and window.places * window.kernel == x.shape[axis]):
        out[...] = 0  # also where no window comes
    *others, (_, last) = zip(_under_window(x, window, axis), _under_window(out, window, axis), strict=True)
    rest = g
    for pixels, slopes in others:
        taken = np.multiply(rest, pixels == y, out=slopes if apart else None)
        rest = np.subtract(rest, taken, out=last if apart else None)
        if not apart:
            slopes += taken
    if not apart:
        last += rest


def avg_pool2d(x: Tensor, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0) -> Tensor:
    """The mean of the numbers under the window at each place; a border of zeros counts, as in PyTorch."""
    kernel, stride = pair(kernel_size), kernel_size if stride is None else stride
    mean = Tensor(np.full((1, 1, *kernel), 1 / math.prod(kernel), x.dtype))
    y = conv2d(x.reshape(-1, 1, *x.shape[2:]), mean, None, stride, padding)  # each channel by itself
    return y.reshape(*x.shape[:2], *y.shape[2:])
