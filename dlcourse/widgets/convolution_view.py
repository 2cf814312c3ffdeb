"""The views of the sliding window and of the filter designer."""

from __future__ import annotations

from typing import Any

from dlcourse.widgets.convolution import FilterDesigner, SlidingWindow
from dlcourse.widgets.knobs_view import demo_of
from dlcourse.widgets.sliders import slider
from dlcourse.widgets.view import Demo


def sliding_window(image: Any, kernel: Any) -> Demo:
    """Slide a filter over an image; choose stride, padding and dilation.

    Args:
        image: shape (H, W).
        kernel: the filter, shape (k, k).

    Raises:
        ValueError: the filter can't be dilated on that image.
    """
    model = SlidingWindow(image, kernel)
    model.turn(padding=2)
    most = model.output.size - 1
    model.turn(padding=0)
    sliders = {
        "place": slider("place", 0, most, 1),
        "stride": slider("stride", 1, SlidingWindow.MOST, 1),
        "padding": slider("padding", 0, 2, 1),
        "dilation": slider("dilation", 1, 2, 1),
    }
    return demo_of(model, sliders, "a window that slides over an image")


def filter_designer(images: Any) -> Demo:
    """Set the nine numbers of a filter and watch what it makes of a picture.

    Args:
        images: shape (N, H, W) or (N, 1, H, W), grey levels between 0 and 1.

    Raises:
        ValueError: the images have another shape.
    """
    model = FilterDesigner(images)
    sliders = {"image": slider("picture", 0, len(model.images) - 1, 1)}
    sliders |= {name: slider(f"row {name[1]}, col. {name[2]}", -2, 2, 0.5) for name in FilterDesigner.WEIGHTS}
    return demo_of(model, sliders, "a filter to design")
