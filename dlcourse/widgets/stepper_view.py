"""The view of the backpropagation stepper."""

from __future__ import annotations

from typing import Any

import ipywidgets as ipw
from matplotlib.figure import Figure

from dlcourse.plots.graphs import WIDEST
from dlcourse.plots.style import NO_LAYOUT, png
from dlcourse.widgets.stepper import BackpropStepper
from dlcourse.widgets.view import Demo, empty_picture, sentence, when_changed


def backprop_stepper(root: Any = None) -> Demo:
    """Walk forward and then backward through a small graph, by a slider or two buttons.

    Args:
        root: the result of a computation with ``Value``; f = (x + y)·z where None.

    Raises:
        TypeError: the graph does not consist of single numbers with their ``slopes``.
    """
    model = BackpropStepper(root)
    last = len(model.steps) - 1
    slider = ipw.IntSlider(
        value=0, min=0, max=last, description="step", layout=ipw.Layout(width="420px"), continuous_update=True
    )
    back, on = (ipw.Button(description=text, layout=ipw.Layout(width="90px")) for text in ("◀ back", "next ▶"))
    words, picture = ipw.HTML(), empty_picture()

    def show() -> None:
        model.go(slider.value)
        back.disabled, on.disabled = slider.value == 0, slider.value == last
        words.value, picture.value = sentence(model.step.sentence), _picture(model)

    def move(by: int) -> None:
        slider.value = min(max(slider.value + by, 0), last)

    when_changed(slider, show)
    back.on_click(lambda _: move(-1))
    on.on_click(lambda _: move(1))
    model.go(last)
    everything = _picture(model)
    show()
    demo = Demo([ipw.HBox([back, on, slider]), words, picture], everything, "backpropagation step by step")
    demo.model, demo.slider, demo.back, demo.on, demo.words = model, slider, back, on, words
    demo.picture = picture
    return demo


def _picture(model: BackpropStepper) -> bytes:
    """The graph at the current step, at its own size."""
    left, right, bottom, top = model.drawing.limits
    scale = min(1.0, WIDEST / (right - left))
    figure = Figure(figsize=(scale * (right - left), scale * (top - bottom)), dpi=115, **NO_LAYOUT)
    model.draw(figure.add_axes((0, 0, 1, 1)))
    return png(figure)
