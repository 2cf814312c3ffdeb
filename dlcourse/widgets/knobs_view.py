"""Views that consist of sliders and a picture: the line by hand, the polynomial, the pipeline, the temperature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as ipw
from matplotlib.figure import Figure

from dlcourse.plots.style import in_course_style, png
from dlcourse.widgets.knobs import Knobs
from dlcourse.widgets.line import LineByHand
from dlcourse.widgets.pipeline import Pipeline
from dlcourse.widgets.polynomial import PolynomialFit
from dlcourse.widgets.sliders import slider
from dlcourse.widgets.temperature import Temperature
from dlcourse.widgets.view import Demo, empty_picture, sentence, when_changed


def line_by_hand(x: Any, y: Any, **names: tuple[str, str]) -> Demo:
    """Move a line between two classes by hand and watch four losses.

    Args:
        x: points in the plane, shape (N, 2).
        y: their classes, 0 or 1, shape (N,).
        **names: ``class_names`` and ``axis_names``, as :class:`dlcourse.widgets.LineByHand` takes them.

    Raises:
        ValueError: the classes are not 0 and 1.
    """
    sliders = {
        "angle": slider("angle in °", -180, 180, 5),
        "shift": slider("shift", -3, 3, 0.1),
        "steepness": slider("steepness", 0, 20, 0.5),
    }
    return demo_of(LineByHand(x, y, **names), sliders, "a line to move by hand")


def polynomial_fit(noise: float = 0.25, seed: int = 0) -> Demo:
    """Fit a polynomial to noisy points: choose its degree, the number of points, and the L2 penalty.

    Args:
        noise: the standard deviation of the noise in y.
        seed: draws the points.
    """
    sliders = {
        "degree": slider("degree", 0, PolynomialFit.MAX_DEGREE, 1),
        "points": slider("points", 4, 200, 1),
        "exponent": slider("log10 of λ", PolynomialFit.NO_PENALTY, 2, 1),
    }
    return demo_of(PolynomialFit(noise, seed), sliders, "a polynomial to fit")


def loading_pipeline(load: float = 40, step: float = 15) -> Demo:
    """Choose how long reading and training take and how many processes read, and watch who waits for whom.

    Args:
        load: milliseconds to read a batch, at first.
        step: milliseconds of a training step, at first.
    """
    sliders = {
        "load": slider("read, ms", 1, 100, 1),
        "step": slider("step, ms", 1, 100, 1),
        "workers": slider("workers", 0, 6, 1),
    }
    return demo_of(Pipeline(load, step), sliders, "readers beside a training")


def softmax_temperature(scores: Any, names: Sequence[Any] | None = None, highlight: int | None = None) -> Demo:
    """Divide scores by a temperature and watch the probabilities.

    Args:
        scores: shape (K,).
        names: a name for each score; 0 to K − 1 where None.
        highlight: the place of the right one, which stands out.

    Raises:
        ValueError: the scores have another shape.
    """
    sliders = {"exponent": slider("log10 of T", -2, 2, 0.05)}
    return demo_of(Temperature(scores, names, highlight), sliders, "softmax with a temperature")


def demo_of(model: Knobs, sliders: Mapping[str, ipw.Widget], name: str) -> Demo:
    """The sliders above, the sentence and the picture below; each slider turns the knob of its name."""
    words, picture = ipw.HTML(), empty_picture()

    def show() -> None:
        model.turn(**{knob: widget.value for knob, widget in sliders.items()})
        words.value, picture.value = sentence(model.sentence), _picture(model)

    for knob, widget in sliders.items():
        widget.value = getattr(model, knob)
        when_changed(widget, show)
    show()
    demo = Demo([ipw.VBox(list(sliders.values())), words, picture], picture.value, name)
    demo.model, demo.sliders, demo.words, demo.picture = model, sliders, words, picture
    return demo


def _picture(model: Knobs) -> bytes:
    with in_course_style():
        figure = Figure(figsize=model.size, dpi=90, layout="constrained")
        model.draw(figure)
        return png(figure)
