"""The view of gradient descent on a curve."""

from __future__ import annotations

from typing import Any

import ipywidgets as ipw
from matplotlib.figure import Figure

from dlcourse.plots.descent import plot_descent
from dlcourse.plots.style import NO_LAYOUT, in_course_style, png
from dlcourse.widgets.descent import VALLEYS, Descent
from dlcourse.widgets.sliders import fit_range, rate_slider
from dlcourse.widgets.view import Demo, empty_picture, sentence, when_changed

RATES = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 0.95, 0.99, 1.0, 1.01, 1.05)


def descent(**choices: Any) -> Demo:
    """Walk down a curve: choose the curve, the start, the learning rate and the number of steps.

    Args:
        **choices: what to begin with, as :class:`dlcourse.widgets.Descent` takes them.

    Raises:
        ValueError: a choice does not exist.
    """
    model = Descent(**choices)
    wide: Any = {"layout": ipw.Layout(width="330px"), "style": {"description_width": "90px"}}
    valley = ipw.Dropdown(options=[(n, n) for n in VALLEYS], value=model.valley, description="curve", **wide)
    low, high = model.ground.xlim
    start = ipw.FloatSlider(value=model.path[0], min=low, max=high, step=0.1, description="start", **wide)
    rate = rate_slider(RATES, model.lr, **wide)
    steps = ipw.IntSlider(value=model.steps, min=0, max=60, description="steps", **wide)
    words, picture = ipw.HTML(), empty_picture()

    def show() -> None:
        model.valley, model.start, model.lr, model.steps = valley.value, start.value, rate.value, steps.value
        model.run()
        words.value, picture.value = sentence(model.verdict, warning=model.diverged), _picture(model)

    def another_valley() -> None:
        fit_range(start, *VALLEYS[valley.value].xlim, VALLEYS[valley.value].start)
        show()

    when_changed(valley, another_valley)
    for widget in (start, rate, steps):
        when_changed(widget, show)
    show()
    controls = ipw.HBox([ipw.VBox([valley, start]), ipw.VBox([rate, steps])], layout=ipw.Layout(flex_flow="row wrap"))
    demo = Demo([controls, words, picture], picture.value, "gradient descent on a curve")
    demo.model, demo.valley, demo.start, demo.rate, demo.steps = model, valley, start, rate, steps
    demo.words, demo.picture = words, picture
    return demo


def _picture(model: Descent) -> bytes:
    """The curve with the walk on it, as a PNG."""
    with in_course_style():
        figure = Figure(figsize=(7.2, 4.0), **NO_LAYOUT)
        ax = figure.add_axes((0.11, 0.15, 0.87, 0.81))
        plot_descent(model.ground.f, model.path, model.ground.xlim, ax=ax)
        return png(figure)
