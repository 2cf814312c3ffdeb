"""Convolution to play with: a window that slides over a small image, and a filter of one's own on a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from dlcourse.plots.convolution import draw_convolution
from dlcourse.plots.style import DIVERGING, as_array, number
from dlcourse.widgets.knobs import Knobs


def slide(image: np.ndarray, kernel: np.ndarray, stride: int = 1, dilation: int = 1) -> np.ndarray:
    """The weighted sums under a window at all its places, shape (rows, columns)."""
    reach = dilation * (len(kernel) - 1) + 1
    windows = np.lib.stride_tricks.sliding_window_view(image, (reach, reach))
    return np.einsum("rcij,ij->rc", windows[::stride, ::stride, ::dilation, ::dilation], kernel)


class SlidingWindow(Knobs):
    """A filter on its way over an image, place by place.

    Args:
        image: shape (H, W).
        kernel: the filter, shape (k, k), small enough to fit with dilation 2.

    Attributes:
        place: where the window stands, counted in reading order; the last place where there are fewer.
        stride: how far it moves.
        padding: the border of zeros.
        dilation: the distance of the pixels that it reads.

    Raises:
        ValueError: image and kernel are not as said.
    """

    size = (9.6, 4.2)
    MOST = 3  # the largest stride; dilation and padding go to 2

    def __init__(self, image: Any, kernel: Any) -> None:
        self.image, self.kernel = as_array(image).astype(float), as_array(kernel).astype(float)
        k = len(self.kernel)
        if self.image.ndim != 2 or self.kernel.shape != (k, k) or min(self.image.shape) < 2 * k - 1:
            raise ValueError(
                f"A filter of shape {self.kernel.shape} can't be dilated on an image of shape {self.image.shape}."
            )
        self.place, self.stride, self.padding, self.dilation = 0, 1, 0, 1

    @property
    def padded(self) -> np.ndarray:
        """The image with its border."""
        return np.pad(self.image, self.padding)

    @property
    def output(self) -> np.ndarray:
        """What the window gives at all places, shape (rows, columns)."""
        return slide(self.padded, self.kernel, self.stride, self.dilation)

    @property
    def here(self) -> int:
        """The place, among those that there are."""
        return min(self.place, self.output.size - 1)

    @property
    def under(self) -> list[tuple[int, int]]:
        """Rows and columns of the padded image under the window, in reading order."""
        row, column = divmod(self.here, self.output.shape[1])
        top, left = row * self.stride, column * self.stride
        return [(top + i * self.dilation, left + j * self.dilation) for i, j in np.ndindex(self.kernel.shape)]

    @property
    def sentence(self) -> str:
        """The sum at this place, and the size of the output."""
        pixels = [self.padded[cell] for cell in self.under]
        products = " + ".join(f"{number(p)}·{number(w)}" for p, w in zip(pixels, self.kernel.flat, strict=True))
        rows, columns = self.output.shape
        reach = self.dilation * (len(self.kernel) - 1)
        return (
            f"Place {self.here + 1} of {rows * columns}: {products} = {number(self.output.flat[self.here])}. "
            f"Rows: ⌊({len(self.image)} + 2·{self.padding} − {reach} − 1) / {self.stride}⌋ + 1 = {rows}."
        )

    def draw(self, figure: Figure) -> None:
        """The image with the window, the filter, and the output so far."""
        widths = [self.padded.shape[1], len(self.kernel), self.output.shape[1]]
        axes = figure.subplots(1, 3, width_ratios=widths)
        draw_convolution(axes, self.padded, self.kernel, self.output, self.under, self.here, self.padding)


class FilterDesigner(Knobs):
    """A 3 × 3 filter to be set by hand, and what it makes of pictures.

    Args:
        images: shape (N, H, W) or (N, 1, H, W).

    Attributes:
        image: the place of the picture that is shown.
        w11, w12, ... w33: the filter, row by row.

    Raises:
        ValueError: the images have another shape.
    """

    size = (9.6, 3.9)
    WEIGHTS = tuple(f"w{row}{column}" for row in (1, 2, 3) for column in (1, 2, 3))

    def __init__(self, images: Any) -> None:
        images = as_array(images)
        self.images = images[:, 0] if images.ndim == 4 else images
        if self.images.ndim != 3 or min(self.images.shape[1:]) < 3:
            raise ValueError(f"Pictures have the shape (N, H, W), at least 3 × 3, but these have {images.shape}.")
        self.image = 0
        self.w11, self.w12, self.w13 = 1.0, 0.0, -1.0
        self.w21, self.w22, self.w23 = 1.0, 0.0, -1.0
        self.w31, self.w32, self.w33 = 1.0, 0.0, -1.0

    @property
    def kernel(self) -> np.ndarray:
        """The filter, shape (3, 3)."""
        return np.array([getattr(self, name) for name in self.WEIGHTS]).reshape(3, 3)

    @property
    def output(self) -> np.ndarray:
        """What the filter makes of the picture, shape (H − 2, W − 2)."""
        return slide(self.images[self.image], self.kernel)

    @property
    def sentence(self) -> str:
        """What the filter says to a flat patch, and where it speaks loudest."""
        output = self.output
        row, column = np.unravel_index(np.abs(output).argmax(), output.shape)
        return (
            f"The weights add up to {number(float(self.kernel.sum()))}: that is the answer to an all-white patch. "
            f"The strongest answer, {number(float(output[row, column]))}, comes from the patch around row {row + 1}, "
            f"column {column + 1}."
        )

    def draw(self, figure: Figure) -> None:
        """The picture, the filter, and the filtered picture."""
        left, middle, right = figure.subplots(1, 3, width_ratios=(5, 3, 5))
        left.imshow(self.images[self.image], cmap="gray", vmin=0, vmax=1)
        for ax, values in ((middle, self.kernel), (right, self.output)):
            limit = max(float(np.abs(values).max()), 1e-12)
            drawn = ax.imshow(values, cmap=DIVERGING, vmin=-limit, vmax=limit)
            figure.colorbar(drawn, ax=ax, orientation="horizontal", shrink=0.8)
        for ax, title in ((left, "picture"), (middle, "filter"), (right, "filtered")):
            ax.set(title=title, xticks=[], yticks=[])
            ax.grid(False)
