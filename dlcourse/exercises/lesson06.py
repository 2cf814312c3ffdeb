"""The exercises of lesson 06, "Convolutional networks".

Each exercise stands once: the reference that students see as the solution, the cases it is checked on,
its hints, and the wrong answers that students really write, each with the sentence that helps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dlcourse.exercises.core import Case, exercise
from dlcourse.running.drivers import lesson06 as drivers


def _numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(size=shape).round(1)


# --- conv_output_size ----------------------------------------------------------------------------


def _size_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(5, 3)
    yield Case(28, 5, 1, 2, part="padding and stride")
    yield Case(7, 3, 2, part="padding and stride")
    yield Case(8, 3, 2, 1, part="padding and stride")  # the last step does not fit
    yield Case(12, 3, 3, part="padding and stride")
    yield Case(9, 3, 1, 0, 2, part="dilation")
    yield Case(20, 4, 3, 2, 3, part="dilation")
    for _ in range(4):
        kernel, stride, padding, dilation = (int(v) for v in rng.integers([2, 2, 1, 2], [5, 5, 4, 4]))
        yield Case(int(rng.integers(12, 40)), kernel, stride, padding, dilation, part="dilation")


@exercise(
    lesson="06",
    points=1,
    cases=_size_cases,
    hints=[
        "Begin with stride 1 and no padding: where does the window's left edge stand first, and where last?",
        "Padding makes the image longer by 2 · padding. A dilated window reaches over "
        "dilation · (kernel − 1) + 1 pixels, however many of them it reads.",
        "(longer size − reach) // stride is the number of *steps*. How many places do that many steps visit?",
    ],
)
def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    """Count the places of a window that slides along one side of an image.

    size:     pixels of that side
    kernel:   pixels that the window reads along it
    stride:   pixels from one place to the next
    padding:  pixels that are added at *each* end
    dilation: distance between two pixels that the window reads; 1 for neighbours
    Returns an int. A last step that would leave the image is not taken.

    Example: a window of 3 on 7 pixels has 5 places; with stride 2 it has 3.
    """
    reach = dilation * (kernel - 1) + 1
    return (size + 2 * padding - reach) // stride + 1


@conv_output_size.mistake(
    "One place is missing. You counted the steps; a window that takes no step at all has stood in one place already."
)
def steps_counted(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride


@conv_output_size.mistake("Padding is added at both ends of the side, so it counts twice.")
def padding_once(size, kernel, stride=1, padding=0, dilation=1):
    return (size + padding - dilation * (kernel - 1) - 1) // stride + 1


@conv_output_size.mistake(
    "The dilation is left out: a window with gaps reaches over dilation · (kernel − 1) + 1 pixels."
)
def without_dilation(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - kernel) // stride + 1


@conv_output_size.mistake(
    "You multiplied the whole window by the dilation. Between k pixels there are only k − 1 gaps to widen."
)
def dilated_too_far(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * kernel) // stride + 1


@conv_output_size.mistake(
    "A number of places is a whole number: divide with //, which drops the step that does not fit."
)
def fraction_of_a_step(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1


@conv_output_size.mistake("The stride divides too much: the + 1 for the first place comes after the division.")
def one_too_early(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel - 1)) // stride


# --- conv2d --------------------------------------------------------------------------------------


def _conv_cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(n: int, c: int, h: int, w: int, f: int, k: int, *settings: int, part: str) -> Case:
        return Case(_numbers(rng, n, c, h, w), _numbers(rng, f, c, k, k), _numbers(rng, f), *settings, part=part)

    yield case(1, 1, 3, 3, 1, 2, part="one channel")
    yield case(1, 1, 5, 4, 1, 3, part="one channel")
    yield case(2, 2, 4, 5, 3, 2, part="channels and filters")
    yield case(3, 3, 6, 5, 2, 3, part="channels and filters")
    yield case(1, 1, 5, 5, 1, 3, 2, part="stride and padding")
    yield case(2, 2, 7, 5, 3, 3, 2, 1, part="stride and padding")
    yield case(2, 3, 6, 9, 2, 2, 3, 2, part="stride and padding")


def _slide(x, weight, bias, stride, padding, patch_to_scores):
    """A window over images, with what it does at each place left open."""
    n, _, height, width = x.shape
    filters, _, k, _ = weight.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows, columns = conv_output_size(height, k, stride, padding), conv_output_size(width, k, stride, padding)
    out = np.empty((n, filters, rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            out[:, :, i, j] = patch_to_scores(patch, weight, bias)
    return out


@exercise(
    lesson="06",
    points=3,
    cases=_conv_cases,
    requires=("conv_output_size",),
    equivalent_mutants=(
        "patch.reshape(n, -1) -> patch.reshape(n, -2)  # any negative number will do",
        "weight.reshape(filters, -1) -> weight.reshape(filters, -2)  # any negative number will do",
    ),
    hints=[
        "At a single place, a convolution is a linear layer: flatten the patch, shape (N, C · k · k), flatten each "
        "filter, and multiply. So two loops are enough, over the rows and the columns of the result.",
        "Place (i, j) reads the rows from i · stride to i · stride + k, and columns likewise. Pad the images first: "
        "np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))).",
        "`patch = x[:, :, i * stride : i * stride + k, j * stride : j * stride + k]`, and then "
        "`out[:, :, i, j] = patch.reshape(n, -1) @ weight.reshape(filters, -1).T + bias`.",
    ],
)
def conv2d(x, weight, bias, stride=1, padding=0):
    """Slide filters over images; each output is the weighted sum of the numbers under the filter, plus its bias.

    x:       images, shape (N, C, H, W)
    weight:  F filters, shape (F, C, k, k); they are not turned over
    bias:    shape (F,)
    stride:  pixels from one place to the next, down and across
    padding: rows and columns of zeros that are added on each of the four sides
    Returns an array of shape (N, F, rows, columns), with the sides that `conv_output_size` gives.

    Example: the image [[1, 2], [3, 4]] and the filter [[1, 0], [0, 10]], one channel, bias 0, give [[41]].
    """
    n, _, height, width = x.shape
    filters, _, k, _ = weight.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows, columns = conv_output_size(height, k, stride, padding), conv_output_size(width, k, stride, padding)
    out = np.empty((n, filters, rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            out[:, :, i, j] = patch.reshape(n, -1) @ weight.reshape(filters, -1).T + bias
    return out


def _dense(patch: np.ndarray, weight: np.ndarray, bias: Any) -> np.ndarray:
    return patch.reshape(len(patch), -1) @ weight.reshape(len(weight), -1).T + bias


@conv2d.mistake(
    "You turned the filters over. Mathematicians do, when they say convolution; networks don't: the filter's upper "
    "left number meets the patch's upper left pixel."
)
def turned_over(x, weight, bias, stride=1, padding=0):
    return _slide(x, weight[:, :, ::-1, ::-1], bias, stride, padding, _dense)


@conv2d.mistake("The biases are missing: each filter adds its own, at every place.")
def no_bias(x, weight, bias, stride=1, padding=0):
    return _slide(x, weight, 0, stride, padding, _dense)


@conv2d.mistake(
    "Rows and columns of the filters are exchanged. (A patch and a filter have to be flattened in the same order.)"
)
def transposed_filters(x, weight, bias, stride=1, padding=0):
    return _slide(x, weight.transpose(0, 1, 3, 2), bias, stride, padding, _dense)


@conv2d.mistake("The numbers under the filter are averaged. They are to be *added up*, each times its weight.")
def averaged(x, weight, bias, stride=1, padding=0):
    return _slide(x, weight / weight[0].size, bias, stride, padding, _dense)


@conv2d.mistake(
    "With a stride, your window starts at i instead of i · stride: it makes fewer steps, but they are still one pixel "
    "long."
)
def stride_not_taken(x, weight, bias, stride=1, padding=0):
    n, f = len(x), len(weight)
    rows, columns = (conv_output_size(side, weight.shape[2], stride, padding) for side in x.shape[2:])
    return _slide(x, weight, bias, 1, padding, _dense)[:, :, :rows, :columns].reshape(n, f, rows, columns)


@conv2d.mistake("Your window takes the stride down the rows only. It moves by the stride across the columns, too.")
def stride_down_only(x, weight, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    places = conv_output_size(x.shape[3], weight.shape[2], stride)
    return _slide(x, weight, bias, 1, 0, _dense)[:, :, ::stride, :places]


@conv2d.mistake("The border is made of copies of the edge. Here, padding means zeros.")
def padded_with_the_edge(x, weight, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")
    return _slide(x, weight, bias, stride, 0, _dense)


@conv2d.mistake(
    "Each filter looked at the first channel only. A filter has k × k weights for *each* channel, and adds up over all "
    "of them."
)
def first_channel_only(x, weight, bias, stride=1, padding=0):
    return _slide(x[:, :1], weight[:, :1], bias, stride, padding, _dense)


# --- count_conv_parameters -----------------------------------------------------------------------


def _count_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(1, 1, 3)
    yield Case(1, 6, 5)
    yield Case(3, 64, 3)
    for _ in range(4):
        yield Case(*(int(v) for v in rng.integers([2, 2, 2], [20, 40, 8])))


@exercise(
    lesson="06",
    points=1,
    cases=_count_cases,
    hints=[
        "Count for a single filter first. It has k × k weights, but for how many channels?",
        "A filter has channels · k · k weights and one bias. The size of the image does not occur.",
    ],
)
def count_conv_parameters(channels, filters, k):
    """Count the weights and biases of a convolutional layer.

    channels: channels of the images that come in
    filters:  filters, so channels of what goes out
    k:        the side of the filters
    Returns an int.

    Example: one filter of 3 × 3 on grey images has 9 weights and a bias: 10.
    """
    return filters * (channels * k * k + 1)


@count_conv_parameters.mistake("These are the weights alone. Each filter has a bias, too.")
def conv_weights_alone(channels, filters, k):
    return filters * channels * k * k


@count_conv_parameters.mistake("One bias is not enough: each *filter* has its own.")
def a_single_bias(channels, filters, k):
    return filters * channels * k * k + 1


@count_conv_parameters.mistake("A filter has k × k weights for each channel that comes in. The channels are missing.")
def flat_filters(channels, filters, k):
    return filters * (k * k + 1)


@count_conv_parameters.mistake("k is the *side* of the filter: it covers k · k pixels, not k.")
def side_for_area(channels, filters, k):
    return filters * (channels * k + 1)


@count_conv_parameters.mistake(
    "There is a bias for each weight matrix here. A filter adds up over all channels, and then adds one bias."
)
def bias_for_each_channel(channels, filters, k):
    return filters * channels * (k * k + 1)


@count_conv_parameters.mistake("The weights are right. The biases go with the *filters*, not with the channels.")
def bias_for_each_input(channels, filters, k):
    return channels * (filters * k * k + 1)


# --- max_pool2d ----------------------------------------------------------------------------------


def _pool_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(_numbers(rng, 1, 1, 4, 4) - 2, 2)
    yield Case(_numbers(rng, 1, 1, 2, 6), 2)
    yield Case(_numbers(rng, 2, 3, 6, 4) - 2, 2)
    yield Case(_numbers(rng, 2, 3, 6, 9), 3)
    yield Case(_numbers(rng, 1, 2, 5, 7), 2, part="a rest")
    yield Case(_numbers(rng, 2, 1, 8, 11), 3, part="a rest")


@exercise(
    lesson="06",
    points=2,
    cases=_pool_cases,
    equivalent_mutants=("(3, 5) -> (-3, 5)  # of six axes, the fourth from either end",),
    hints=[
        "Two loops, over the rows and columns of the result, as in `conv2d`. Window (i, j) begins at row i · size.",
        "`x[:, :, i * size : (i + 1) * size, j * size : (j + 1) * size].max(axis=(2, 3))` has shape (N, C).",
        "Without loops: cut off the rest, reshape to (N, C, rows, size, columns, size), and take the largest along "
        "axes 3 and 5.",
    ],
)
def max_pool2d(x, size):
    """Divide images into squares, and keep the largest number of each.

    x:    shape (N, C, H, W)
    size: the side of the squares, which stand side by side: the stride is `size`, too
    Returns an array of shape (N, C, H // size, W // size). Rows and columns that fill no whole square are left out.

    Example: [[1, 2, 0, 1], [3, 4, 1, 5]] with size 2 becomes [[4, 5]].
    """
    n, channels, height, width = x.shape
    rows, columns = height // size, width // size
    squares = x[:, :, : rows * size, : columns * size].reshape(n, channels, rows, size, columns, size)
    return squares.max(axis=(3, 5))


def _squares(x: np.ndarray, size: int) -> np.ndarray:
    n, channels, height, width = x.shape
    rows, columns = height // size, width // size
    return x[:, :, : rows * size, : columns * size].reshape(n, channels, rows, size, columns, size)


@max_pool2d.mistake("These are the means of the squares. Max pooling keeps the largest number.")
def mean_pooling(x, size):
    return _squares(x, size).mean(axis=(3, 5))


@max_pool2d.mistake("You kept the smallest number of each square.")
def smallest_kept(x, size):
    return _squares(x, size).min(axis=(3, 5))


@max_pool2d.mistake("Your windows overlap: they move by one pixel. Here they stand side by side.")
def overlapping(x, size):
    return np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3)).max(axis=(4, 5))


@max_pool2d.mistake(
    "Your squares begin at i and j, one pixel apart, so they overlap. Square (i, j) begins at row i · size and "
    "column j · size."
)
def steps_of_one_pixel(x, size):
    rows, columns = x.shape[2] // size, x.shape[3] // size
    return overlapping(x, size)[:, :, :rows, :columns]


@max_pool2d.mistake(
    "These are every second (or third) pixel, whatever is near them. Look for the largest in the square."
)
def corners_kept(x, size):
    rows, columns = x.shape[2] // size, x.shape[3] // size
    return x[:, :, : rows * size : size, : columns * size : size].copy()


@max_pool2d.mistake(
    "The largest number is never below 0 here: something starts at zero, though all of a square may lie below."
)
def starting_at_zero(x, size):
    return np.maximum(_squares(x, size).max(axis=(3, 5)), 0)


@max_pool2d.mistake(
    "The maximum went across the channels as well. Each channel is pooled by itself, so their number stays."
)
def across_channels(x, size):
    pooled = _squares(x, size).max(axis=(3, 5))
    return np.broadcast_to(pooled.max(axis=1, keepdims=True), pooled.shape).copy() if x.shape[1] > 1 else pooled


# --- receptive_field -----------------------------------------------------------------------------


def _field_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case([(3, 1)])
    yield Case([(3, 1), (3, 1)])
    yield Case([(5, 1), (2, 2), (5, 1), (2, 2)])
    for depth in (2, 3, 4, 5):
        pairs = rng.integers([2, 2], [6, 4], size=(depth, 2)).tolist()
        yield Case([(k, s) for k, s in pairs])


@exercise(
    lesson="06",
    points=2,
    cases=_field_cases,
    hints=[
        "Walk from the image upward. How many pixels does a unit of the first layer see? How far apart, in pixels of "
        "the image, are two neighbours of the first layer?",
        "A layer with window k looks at k neighbours below. Between them are k − 1 gaps, each as wide as the "
        "neighbours are apart: that is what the field grows by.",
        "Keep two numbers, field = 1 and gap = 1. For each layer: `field += (k - 1) * gap`, then `gap *= stride`.",
    ],
)
def receptive_field(layers):
    """Say how many pixels of the image, along one side, can influence a unit of the last layer.

    layers: list of pairs (kernel, stride), convolutions and poolings alike, the one next to the image first
    Returns an int.

    Example: one layer (3, 1) sees 3 pixels, two of them see 5; (2, 2) and then (3, 1) see 6.
    """
    field, gap = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * gap
        gap *= stride
    return field


@receptive_field.mistake("The kernels were added up. Two windows of 3 in a row see 5 pixels: neighbours overlap.")
def kernels_added(layers):
    return sum(kernel for kernel, _ in layers)


@receptive_field.mistake(
    "The strides are left out. After a stride of 2, neighbours are two pixels apart, and the next window reaches twice "
    "as far."
)
def strides_ignored(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@receptive_field.mistake(
    "A layer's stride came too early: it moves *its* outputs apart, so it counts for the layers above, not for its own "
    "window."
)
def stride_too_early(layers):
    field, gap = 1, 1
    for kernel, stride in layers:
        gap *= stride
        field += (kernel - 1) * gap
    return field


@receptive_field.mistake("You added the whole kernel each time. A window of k spans k − 1 gaps.")
def whole_kernels(layers):
    field, gap = 1, 1
    for kernel, stride in layers:
        field += kernel * gap
        gap *= stride
    return field


@receptive_field.mistake(
    "Only the last stride was used. The gaps multiply: after two layers with stride 2, neighbours are four pixels "
    "apart."
)
def last_stride_only(layers):
    field, gap = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * gap
        gap = stride
    return field


@receptive_field.mistake(
    "You added the strides up. The gaps multiply: two strides of 3 make neighbours 9 pixels apart."
)
def gaps_added(layers):
    field, gap = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * gap
        gap += stride
    return field


@receptive_field.mistake(
    "You walked through the list from the wrong end for your formula. The first pair is the layer next to the image. "
    "(`n = (n - 1) * stride + kernel` begins at the *last* layer.)"
)
def wrong_end(layers):
    return receptive_field(layers[::-1])


# --- max_pool2d_backward -------------------------------------------------------------------------


def _pool_back_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n, c, h, w, size in ((1, 1, 2, 2, 2), (1, 1, 2, 4, 2), (1, 1, 4, 4, 2), (2, 3, 4, 6, 2), (2, 2, 3, 6, 3)):
        x = rng.permutation(n * c * h * w).reshape(n, c, h, w) / 10 - 1.0  # no two numbers are equal
        yield Case(_numbers(rng, n, c, h // size, w // size) + 0.05, x, size)


@exercise(
    lesson="06",
    points=2,
    cases=_pool_back_cases,
    requires=("max_pool2d",),
    hints=[
        "If a pixel that is not the largest of its square grows a little, what happens to the output? And if the "
        "largest one grows?",
        "Blow the pooled images up to their old size: `.repeat(size, axis=2).repeat(size, axis=3)`. Where x equals "
        "that, it was the largest.",
        "`(x == blown_up_maxima) * blown_up_grad`.",
    ],
)
def max_pool2d_backward(grad_output, x, size):
    """Carry slopes back through max pooling: only the largest pixel of each square has had an influence.

    grad_output: slopes of the loss with respect to what `max_pool2d(x, size)` gave, shape (N, C, H / size, W / size)
    x:           what went in, shape (N, C, H, W); H and W are multiples of `size`, and no two pixels of a square
                 are equal
    Returns the slopes with respect to x, in the shape of x.

    Example: the slope 7 of the square [[1, 2], [4, 3]] goes back as [[0, 0], [7, 0]].
    """
    largest = max_pool2d(x, size).repeat(size, axis=2).repeat(size, axis=3)
    return (x == largest) * grad_output.repeat(size, axis=2).repeat(size, axis=3)


def _blown_up(pooled: np.ndarray, size: int) -> np.ndarray:
    return pooled.repeat(size, axis=2).repeat(size, axis=3)


@max_pool2d_backward.mistake(
    "All pixels of a square got the slope. The smaller ones had no influence: a nudge of them changes nothing."
)
def slope_for_everybody(grad_output, x, size):
    return _blown_up(grad_output, size)


@max_pool2d_backward.mistake(
    "The slope was shared out among the square. That is right for a mean; a maximum has one winner."
)
def shared_out(grad_output, x, size):
    return _blown_up(grad_output, size) / size**2


@max_pool2d_backward.mistake("You marked the largest pixels with 1. They get the slope that came in.")
def winners_marked(grad_output, x, size):
    return (x == _blown_up(max_pool2d(x, size), size)) * 1.0


@max_pool2d_backward.mistake(
    "The slopes were multiplied by the pixels themselves. The output *is* the largest pixel, so its slope passes "
    "unchanged."
)
def times_the_pixel(grad_output, x, size):
    return (x == _blown_up(max_pool2d(x, size), size)) * _blown_up(grad_output, size) * x


@max_pool2d_backward.mistake("The slope went to the smallest pixel of each square.")
def to_the_smallest(grad_output, x, size):
    return (x == -_blown_up(max_pool2d(-x, size), size)) * _blown_up(grad_output, size)


# --- conv2d_backward -----------------------------------------------------------------------------


def _conv_back_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n, c, h, w, f, k, part in (
        (1, 1, 3, 3, 1, 2, "one channel"),
        (1, 1, 3, 4, 1, 3, "one channel"),
        (2, 1, 4, 4, 3, 2, "filters and channels"),
        (2, 3, 5, 4, 2, 3, "filters and channels"),
        (3, 2, 6, 5, 4, 2, "filters and channels"),
    ):
        grad = _numbers(rng, n, f, h - k + 1, w - k + 1) + 0.05
        yield Case(grad, _numbers(rng, n, c, h, w) + 0.01, _numbers(rng, f, c, k, k) + 0.01, part=part)


def _conv_back(grad_output, x, weight, mean=False, overwrite=False, turned=False):
    """The three slopes, with the mistakes that one can make."""
    k = weight.shape[2]
    grad_x, grad_weight = np.zeros(x.shape), np.zeros(weight.shape)
    filters = weight[:, :, ::-1, ::-1] if turned else weight
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            slopes, window = grad_output[:, :, i, j], (slice(None), slice(None), slice(i, i + k), slice(j, j + k))
            back, forward = np.tensordot(slopes, filters, axes=1), np.tensordot(slopes, x[window], axes=(0, 0))
            grad_x[window] = back if overwrite else grad_x[window] + back
            grad_weight += forward / len(x) if mean else forward
    bias = grad_output.sum(axis=(0, 2, 3))
    return grad_x, grad_weight, bias / len(x) if mean else bias


@exercise(
    lesson="06",
    points=3,
    cases=_conv_back_cases,
    equivalent_mutants=(
        "weight.shape[2] -> weight.shape[3]  # the filters are squares",
        "grad_output.shape[2] -> grad_output.shape[-2]  # the same axis, counted from the end",
        "(0, 2, 3) -> (0, -2, 3)  # the same axis, counted from the end",
        "weight.shape[2] -> weight.shape[-2]  # the same axis, counted from the end",
    ),
    hints=[
        "Each place (i, j) is a linear layer of its own: patch in, F numbers out. You know its three derivatives from "
        "`linear_backward`. The same weights are used at all places: what happens to their slopes?",
        "Loop over the places. There, the slopes `g = grad_output[:, :, i, j]` have shape (N, F). Add to the weights' "
        "slopes, and add to the part of grad_x that lay under the window.",
        "`grad_weight += np.tensordot(g, patch, axes=(0, 0))` sums over the images; "
        "`grad_x[:, :, i : i + k, j : j + k] += np.tensordot(g, weight, axes=1)` sums over the filters.",
    ],
)
def conv2d_backward(grad_output, x, weight):
    """Carry slopes back through a convolution with stride 1 and without padding.

    grad_output: slopes of the loss with respect to the convolution's output, shape (N, F, H - k + 1, W - k + 1)
    x:           the images that went in, shape (N, C, H, W)
    weight:      the filters, shape (F, C, k, k)
    Returns the slopes (grad_x, grad_weight, grad_bias), with the shapes of x, of weight, and (F,).

    Example: with the image [[1, 2], [3, 4]], the filter [[5]] and the slopes [[1, 0], [0, 1]], grad_x is
    [[5, 0], [0, 5]], grad_weight is [[1 + 4]], grad_bias is [2].
    """
    k = weight.shape[2]
    grad_x, grad_weight = np.zeros(x.shape), np.zeros(weight.shape)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            slopes = grad_output[:, :, i, j]
            patch = x[:, :, i : i + k, j : j + k]
            grad_weight += np.tensordot(slopes, patch, axes=(0, 0))
            grad_x[:, :, i : i + k, j : j + k] += np.tensordot(slopes, weight, axes=1)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@conv2d_backward.mistake(
    "grad_x: where windows overlap, the slopes of all of them add up. You wrote over what earlier places had left "
    "(= instead of +=)."
)
def overwritten(grad_output, x, weight):
    return _conv_back(grad_output, x, weight, overwrite=True)


@conv2d_backward.mistake(
    "grad_x: the filters were turned over. You put them down where they had read, so they stay as they are. (Turned "
    "filters belong to the other way of writing this: a padded convolution of the slopes.)"
)
def turned_at_the_place(grad_output, x, weight):
    return _conv_back(grad_output, x, weight, turned=True)


@conv2d_backward.mistake(
    "The slopes of weights and biases were divided by the number of images. If the loss is a mean, that is in "
    "grad_output already: here, everything adds up."
)
def averaged_over_images(grad_output, x, weight):
    return _conv_back(grad_output, x, weight, mean=True)


@conv2d_backward.mistake(
    "grad_bias: a bias is added at *every* place, so its slope is the sum over places and images, not their mean."
)
def mean_for_the_bias(grad_output, x, weight):
    grad_x, grad_weight, _ = _conv_back(grad_output, x, weight)
    return grad_x, grad_weight, grad_output.mean(axis=(0, 2, 3))


@conv2d_backward.mistake("grad_x has the wrong sign. These are slopes; the step downhill comes later.")
def negative_slopes(grad_output, x, weight):
    grad_x, grad_weight, grad_bias = _conv_back(grad_output, x, weight)
    return -grad_x, grad_weight, grad_bias


@conv2d_backward.mistake("The three slopes are right, but in another order: first x, then the weights, then the bias.")
def other_order(grad_output, x, weight):
    grad_x, grad_weight, grad_bias = _conv_back(grad_output, x, weight)
    return grad_weight, grad_bias, grad_x


# --- im2col --------------------------------------------------------------------------------------


def _patch_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.arange(9.0).reshape(1, 1, 3, 3), 2)
    yield Case(_numbers(rng, 1, 1, 4, 3), 2)
    yield Case(_numbers(rng, 2, 1, 3, 4), 2, part="batch and channels")
    yield Case(_numbers(rng, 2, 3, 5, 4), 3, part="batch and channels")
    yield Case(_numbers(rng, 2, 2, 5, 7), 3, 2, part="stride")
    yield Case(_numbers(rng, 3, 2, 7, 6), 2, 3, part="stride")


@exercise(
    lesson="06",
    points=2,
    cases=_patch_cases,
    requires=("conv_output_size",),
    equivalent_mutants=(
        "patch.reshape(n, -1) -> patch.reshape(n, -2)  # any negative number will do",
        "patches.reshape(-1, channels * k * k) -> patches.reshape(-2, channels * k * k)  # any negative number will do",
    ),
    hints=[
        "Each *row* of the result is one patch, flattened: its length is C · k · k. How many rows are there?",
        "Fill an array of shape (N, rows, columns, C · k · k) first, place by place, with "
        "x[:, :, i * stride : i * stride + k, j * stride : j * stride + k].reshape(N, -1).",
        "At the end, `.reshape(-1, C * k * k)` puts images, rows and columns below each other.",
    ],
)
def im2col(x, k, stride=1):
    """Write out every patch that lies under a sliding window as a row of a matrix.

    x:      images, shape (N, C, H, W)
    k:      the side of the window
    stride: pixels from one place to the next
    Returns an array of shape (N * rows * columns, C * k * k): the patches of the first image come first, its places
    in reading order; within a row, channel by channel, each in reading order.

    Example: for the image [[0, 1, 2], [3, 4, 5], [6, 7, 8]] and k = 2, the first row is [0, 1, 3, 4], the last
    [4, 5, 7, 8].
    """
    n, channels, height, width = x.shape
    rows, columns = conv_output_size(height, k, stride), conv_output_size(width, k, stride)
    patches = np.empty((n, rows, columns, channels * k * k))
    for i in range(rows):
        for j in range(columns):
            patch = x[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            patches[:, i, j] = patch.reshape(n, -1)
    return patches.reshape(-1, channels * k * k)


def _all_patches(x: np.ndarray, k: int, stride: int) -> np.ndarray:
    """Shape (N, C, rows, columns, k, k)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))
    return windows[:, :, ::stride, ::stride]


def _as_rows(patches: np.ndarray, *order: int) -> np.ndarray:
    channels, k = patches.shape[1], patches.shape[-1]
    return patches.transpose(order).reshape(-1, channels * k * k)


@im2col.mistake("The matrix lies on its side: each patch should be a *row*, so that it meets a filter's weights.")
def patches_as_columns(x, k, stride=1):
    return im2col(x, k, stride).T


@im2col.mistake(
    "The rows are in the wrong order: all images at the first place, then all at the second. We want all places of the "
    "first image first."
)
def places_first(x, k, stride=1):
    return _as_rows(_all_patches(x, k, stride), 2, 3, 0, 1, 4, 5)


@im2col.mistake(
    "Within a row, the channels come last. A filter's weights are stored channel by channel, so the patch has to be "
    "flattened in that order."
)
def channels_last(x, k, stride=1):
    return _as_rows(_all_patches(x, k, stride), 0, 2, 3, 4, 5, 1)


@im2col.mistake("The windows don't overlap: they jump by their own width. They should move by the stride.")
def side_by_side(x, k, stride=1):
    return _as_rows(_all_patches(x, k, k), 0, 2, 3, 1, 4, 5)


@im2col.mistake("The places run down the columns first. Reading order means along the rows.")
def down_first(x, k, stride=1):
    return _as_rows(_all_patches(x, k, stride), 0, 3, 2, 1, 4, 5)


@im2col.mistake("The patches are turned: within a patch, rows and columns are exchanged.")
def patches_transposed(x, k, stride=1):
    return _as_rows(_all_patches(x, k, stride), 0, 2, 3, 1, 5, 4)


@im2col.mistake(
    "The numbers are all there, but mixed: `reshape` takes them as they lie, one channel's patches after the other's. "
    "Bring the axes into the order image, row, column, channel first."
)
def axes_not_ordered(x, k, stride=1):
    return _as_rows(_all_patches(x, k, stride), 0, 1, 2, 3, 4, 5)


# --- balanced_accuracy ---------------------------------------------------------------------------


def _balanced_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0]))
    yield Case(np.array([0, 0, 0, 1, 1]), np.array([0, 1, 0, 1, 1]))
    for n, classes in ((12, 2), (30, 2), (50, 3), (80, 5)):
        truth = np.concatenate([np.arange(classes), rng.integers(classes, size=n) * rng.integers(2, size=n)])
        yield Case(truth, np.where(rng.random(len(truth)) < 0.6, truth, rng.integers(classes, size=len(truth))))


@exercise(
    lesson="06",
    points=1,
    cases=_balanced_cases,
    hints=[
        "One class at a time: `truth == k` picks its examples. Which share of them was predicted to be k?",
        "Collect these shares in a list, one for each class in np.unique(truth), and take their mean.",
    ],
)
def balanced_accuracy(truth, predicted):
    """Give every class the same say: the mean, over the classes, of the share of its examples that are right.

    truth, predicted: int arrays of shape (N,) with class numbers
    Returns a float between 0 and 1. Only classes that occur in `truth` count.

    Example: truth [0, 0, 0, 1] and predicted [0, 0, 0, 0] give (1 + 0) / 2 = 0.5.
    """
    shares = [np.mean(predicted[truth == k] == k) for k in np.unique(truth)]
    return float(np.mean(shares))


@balanced_accuracy.mistake(
    "That is the plain accuracy: the large class outvotes the small one. Take the share for each class first, then "
    "their mean."
)
def plain_accuracy(truth, predicted):
    return float(np.mean(truth == predicted))


@balanced_accuracy.mistake(
    "You divided by how often a class was *predicted*. That is its precision; we ask which share of its examples was "
    "found."
)
def precision_instead(truth, predicted):
    shares = [np.sum((predicted == k) & (truth == k)) / max(np.sum(predicted == k), 1) for k in np.unique(truth)]
    return float(np.mean(shares))


@balanced_accuracy.mistake("The shares were added up. Divide by the number of classes, so that all right gives 1.")
def added_up(truth, predicted):
    return float(sum(np.mean(predicted[truth == k] == k) for k in np.unique(truth)))


@balanced_accuracy.mistake("Only class 1 was looked at. Every class has the same say.")
def only_class_one(truth, predicted):
    return float(np.mean(predicted[truth == 1] == 1))


@balanced_accuracy.mistake("This is the share of errors. We want the share that is right.")
def errors_instead(truth, predicted):
    return 1 - balanced_accuracy(truth, predicted)


@balanced_accuracy.mistake(
    "You counted the *other* classes' examples as right where they were not taken for this class. Look only at the "
    "examples whose truth is this class."
)
def one_against_the_rest(truth, predicted):
    return float(np.mean([np.mean((predicted == k) == (truth == k)) for k in np.unique(truth)]))


@balanced_accuracy.mistake("Only the classes 0 and 1 were looked at. There may be more: `np.unique(truth)` lists them.")
def two_classes_only(truth, predicted):
    return float(np.mean([np.mean(predicted[truth == k] == k) for k in (0, 1)]))


# --- saliency ------------------------------------------------------------------------------------


def _saliency_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n, c, h, w in ((1, 1, 2, 2), (2, 1, 2, 3), (2, 3, 3, 2), (3, 2, 4, 5), (4, 3, 5, 4)):
        yield Case(
            rng.normal(size=(4, c, h, w)).round(2) - 0.4, rng.random((n, c, h, w)).round(2), rng.integers(4, size=n)
        )


@exercise(
    lesson="06",
    points=2,
    cases=_saliency_cases,
    call=drivers.call_saliency,
    hints=[
        "A pixel matters if a nudge changes the score, up *or* down. What do you do with the sign of the slope?",
        "Take absolute values, then the largest along the channels (axis 1): the shape is (N, H, W).",
        "`map.max(axis=(1, 2), keepdims=True)` is the largest number of each image, ready to divide by.",
    ],
)
def saliency(slopes_of_score, images, labels):
    """Show how strongly each pixel moves the score of a class.

    slopes_of_score: function; slopes_of_score(images, labels) gives the slopes of each image's score for its label with
                     respect to its pixels, shape (N, C, H, W)
    images:          shape (N, C, H, W)
    labels:          int array, shape (N,)
    Returns an array of shape (N, H, W): for each pixel the largest absolute slope among its channels, scaled so that
    the largest number of *each image* is 1.

    Example: a grey image with slopes [[1, -4], [2, 0]] has the map [[0.25, 1], [0.5, 0]].
    """
    strength = np.abs(slopes_of_score(images, labels)).max(axis=1)
    return strength / strength.max(axis=(1, 2), keepdims=True)


@saliency.mistake(
    "Negative slopes were lost. A pixel that pushes the score *down* when it brightens matters as much: take absolute "
    "values first."
)
def signs_kept(slopes_of_score, images, labels):
    slopes = slopes_of_score(images, labels)
    return np.maximum(slopes, 0).max(axis=1) / np.abs(slopes).max(axis=(1, 2, 3))[:, None, None]


@saliency.mistake(
    "The whole batch was divided by one number. Each image is to have its own scale: keep the axis of the images."
)
def one_scale_for_all(slopes_of_score, images, labels):
    strength = np.abs(slopes_of_score(images, labels)).max(axis=1)
    return strength / max(strength.max(), 2 * strength[0].max())


@saliency.mistake(
    "You multiplied the slopes by the pixels. That is another map, gradient × input; here we want the slopes alone."
)
def times_the_input(slopes_of_score, images, labels):
    strength = np.abs(slopes_of_score(images, labels) * images).max(axis=1)
    return strength / np.maximum(strength.max(axis=(1, 2), keepdims=True), 1e-12)


@saliency.mistake("The map is not scaled yet: divide each image's map by its largest number.")
def not_scaled(slopes_of_score, images, labels):
    return np.abs(slopes_of_score(images, labels)).max(axis=1)


@saliency.mistake(
    "The axis of the channels is still there. Take the largest along it: the map has one number for each pixel."
)
def channels_left(slopes_of_score, images, labels):
    strength = np.abs(slopes_of_score(images, labels))
    return strength / strength.max(axis=(1, 2, 3), keepdims=True)


@saliency.mistake("You joined the channels by their length (root of the sum of squares). Take the largest of them.")
def length_of_channels(slopes_of_score, images, labels):
    strength = np.linalg.norm(slopes_of_score(images, labels), axis=1)
    return strength / strength.max(axis=(1, 2), keepdims=True)


@saliency.mistake(
    "You moved the smallest number of each map to 0. Divide by the largest only, so that 0 still means: no influence."
)
def smallest_to_zero(slopes_of_score, images, labels):
    strength = np.abs(slopes_of_score(images, labels)).max(axis=1)
    least = strength.min(axis=(1, 2), keepdims=True)
    return (strength - least) / (strength.max(axis=(1, 2), keepdims=True) - least)


# --- adversarial_step ----------------------------------------------------------------------------


def _step_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([[0.0, 0.5], [1.0, 0.2]]), np.array([[-2.0, 3.0], [0.1, 0.0]]), 0.1)
    yield Case(np.array([[0.95, 0.5], [0.02, 0.3]]), np.array([[2.0, -0.1], [-0.3, 4.0]]), 0.1)
    for shape in ((1, 3, 3), (2, 1, 4, 3), (3, 2, 3, 3)):
        yield Case(rng.random(shape).round(2), _numbers(rng, *shape), round(float(rng.uniform(0.1, 0.3)), 2))


@exercise(
    lesson="06",
    points=1,
    cases=_step_cases,
    hints=[
        "Every pixel may move by epsilon. In which direction does the loss grow? The sign of the slope says it.",
        "np.sign gives −1, 0 or 1. Afterwards, np.clip keeps grey levels between 0 and 1.",
    ],
)
def adversarial_step(images, slopes, epsilon):
    """Move every pixel by the same small amount, each in the direction in which the loss grows.

    images:  grey levels between 0 and 1, any shape
    slopes:  slopes of the loss with respect to the pixels, the same shape
    epsilon: how far each pixel moves; a pixel with slope 0 stays
    Returns new images, with all values between 0 and 1. (The fast gradient sign method of Goodfellow and others, 2014.)

    Example: the pixels [0.5, 0.5, 0.95] with slopes [-7, 0.1, 2] and epsilon 0.1 become [0.4, 0.6, 1].
    """
    return np.clip(images + epsilon * np.sign(slopes), 0, 1)


@adversarial_step.mistake("The pixels moved downhill: that makes the network surer. Here, the loss is to *grow*.")
def downhill(images, slopes, epsilon):
    return np.clip(images - epsilon * np.sign(slopes), 0, 1)


@adversarial_step.mistake(
    "You moved along the slope itself. Every pixel moves by epsilon; only the slope's sign counts."
)
def along_the_slope(images, slopes, epsilon):
    return np.clip(images + epsilon * slopes, 0, 1)


@adversarial_step.mistake("Some pixels are blacker than black or whiter than white. Keep them between 0 and 1.")
def not_clipped(images, slopes, epsilon):
    return images + epsilon * np.sign(slopes)


@adversarial_step.mistake("You returned the change. We want the changed images.")
def change_alone(images, slopes, epsilon):
    return np.clip(epsilon * np.sign(slopes), 0, 1)


@adversarial_step.mistake(
    "Pixels with a negative slope stay where they are. They should get darker: that raises the loss, too."
)
def brighter_only(images, slopes, epsilon):
    return np.clip(images + epsilon * (slopes > 0), 0, 1)


@adversarial_step.mistake("A pixel with slope 0 moved. Its slope has no sign, so it stays: `np.sign(0)` is 0.")
def zero_counts_as_negative(images, slopes, epsilon):
    return np.clip(np.where(slopes > 0, images + epsilon, images - epsilon), 0, 1)


@adversarial_step.mistake(
    "The slopes were scaled so that the largest is 1, and all others move by less. Every pixel moves by the whole "
    "epsilon; only the slope's sign counts."
)
def scaled_by_the_largest(images, slopes, epsilon):
    return np.clip(images + epsilon * slopes / np.abs(slopes).max(), 0, 1)
