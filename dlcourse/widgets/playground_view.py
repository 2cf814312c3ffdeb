"""The view of the playground."""

from __future__ import annotations

import math
from typing import Any

import ipywidgets as ipw
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from dlcourse.plots.curves import draw_curve, finish
from dlcourse.plots.points import plot_decision_boundary
from dlcourse.plots.style import NO_LAYOUT, in_course_style, number, png
from dlcourse.widgets.playground import ACTIVATIONS, DATA_SETS, FEATURES, Playground
from dlcourse.widgets.view import Demo, empty_picture, sentence, when_changed

RESOLUTION = 90
PICTURES = 6  # drawn during one training, so that one sees the boundary move


def playground(**choices: Any) -> Demo:
    """Choose data, features and a network, press Train, and watch its boundary and its loss.

    Args:
        **choices: what to begin with, as :class:`dlcourse.widgets.Playground` takes them.

    Raises:
        ValueError: a choice does not exist.
    """
    return PlaygroundView(Playground(**choices)).demo


class PlaygroundView:
    """The widgets, and what they do to the model."""

    def __init__(self, model: Playground) -> None:
        self.model = model
        self._make_widgets()
        for widget in (self.data_set, self.noise, self.hidden, self.activation, *self.features.values()):
            when_changed(widget, self.start_again)
        self.train.on_click(lambda _: self.run())
        self.reset.on_click(lambda _: self.start_again())
        self.show()
        self.demo = Demo([self._controls(), self.words, self.picture], self.picture.value, "playground")
        self.demo.view, self.demo.picture = self, self.picture

    def start_again(self) -> None:
        """Give the choices to the model, which starts with fresh weights; say what is wrong with them."""
        model = self.model
        before = vars(model).copy()
        try:
            model.data_set, model.noise = self.data_set.value, self.noise.value
            model.features = [name for name, box in self.features.items() if box.value]
            model.hidden, model.activation = sizes(self.hidden.value), self.activation.value
            model.reset()
        except ValueError as error:
            vars(model).update(before)
            self.words.value = sentence(str(error), warning=True)
            return
        self.show()

    def run(self) -> None:
        """Train for the chosen epochs, with a new picture every now and then."""
        model = self.model
        model.learning_rate, model.l2 = self.learning_rate.value, self.l2.value
        model.batch_size = self.batch_size.value
        self.train.disabled = True
        try:
            stops = np.unique(np.linspace(0, self.epochs.value, PICTURES + 1).round().astype(int))
            for epochs in np.diff(stops):
                model.train(epochs)
                self.show()
                if model.diverged:
                    break
        finally:
            self.train.disabled = False

    def show(self) -> None:
        """Draw the model as it is now."""
        self.picture.value = picture(self.model)
        losses = self.model.train_losses
        if self.model.diverged:
            text = f"The training diverges: the loss is {number(losses[-1])}. Lower the learning rate and reset."
            self.words.value = sentence(text, warning=True)
            return
        train, test = self.model.accuracy()
        shape = " – ".join(map(str, self.model.sizes))
        self.words.value = sentence(
            f"Network {shape}, {len(losses) - 1} epochs: "
            f"{train:.0%} of the training points right, {test:.0%} of the test points."
        )

    def _make_widgets(self) -> None:
        model, wide = (self.model, {"layout": ipw.Layout(width="262px"), "style": {"description_width": "98px"}})
        rates = [(f"{rate:g}", rate) for rate in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)]
        penalties = [(f"{rate:g}", rate) for rate in (0.0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1)]
        self.data_set = ipw.Dropdown(
            options=[(n, n) for n in DATA_SETS], value=model.data_set, description="data", **wide
        )
        self.noise = ipw.FloatSlider(
            value=model.noise, min=0, max=1, step=0.1, description="noise", continuous_update=False, **wide
        )
        self.activation = ipw.Dropdown(
            options=[(n, n) for n in ACTIVATIONS], value=model.activation, description="activation", **wide
        )
        self.hidden = ipw.Text(
            value=", ".join(map(str, model.hidden)), description="hidden layers", continuous_update=False, **wide
        )
        self.learning_rate = ipw.Dropdown(
            options=_with(rates, model.learning_rate), value=model.learning_rate, description="learning rate", **wide
        )
        self.l2 = ipw.Dropdown(options=_with(penalties, model.l2), value=model.l2, description="L2 penalty", **wide)
        self.batch_size = ipw.IntSlider(
            value=model.batch_size, min=1, max=64, description="batch size", continuous_update=False, **wide
        )
        self.epochs = ipw.IntSlider(value=50, min=1, max=200, description="epochs", continuous_update=False, **wide)
        self.features = {
            name: ipw.Checkbox(
                value=name in model.features, description=name, indent=False, layout=ipw.Layout(width="80px")
            )
            for name in FEATURES
        }
        self.train = ipw.Button(description="Train", button_style="primary")
        self.reset = ipw.Button(description="Reset")
        self.words, self.picture = ipw.HTML(), empty_picture()

    def _controls(self) -> ipw.Widget:
        columns = (
            (self.data_set, self.noise, self.batch_size),
            (self.hidden, self.activation, self.epochs),
            (self.learning_rate, self.l2, ipw.HBox([self.train, self.reset])),
        )
        features = ipw.HBox([ipw.Label("features"), *self.features.values()])
        wrap = ipw.Layout(flex_flow="row wrap")
        return ipw.VBox([ipw.HBox([ipw.VBox(column) for column in columns], layout=wrap), features])


def sizes(text: str) -> list[int]:
    """The sizes in a text such as ``8, 4``; none in an empty text.

    Raises:
        ValueError: it is something else, or would be too large to play with.
    """
    parts = text.replace(",", " ").split()
    if not all(part.isdecimal() and 1 <= int(part) <= 64 for part in parts) or len(parts) > 6:
        raise ValueError(
            "Hidden layers are up to six whole numbers from 1 to 64 with commas between them, such as 8, 4; "
            f"nothing for no hidden layer. There stands {text!r}."
        )
    return [int(part) for part in parts]


def picture(model: Playground) -> bytes:
    """The boundary and the losses so far, side by side, as a PNG."""
    with in_course_style():
        figure = Figure(figsize=(9.6, 4.0), dpi=90, **NO_LAYOUT)
        figure.subplots_adjust(left=0.06, right=0.99, bottom=0.13, top=0.97, wspace=0.2)  # does not jump
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.35))

        def predict(x: np.ndarray) -> np.ndarray:
            return np.nan_to_num(model.predict(x), nan=0.5)

        plot_decision_boundary(predict, model.x, model.y, ax=left, resolution=RESOLUTION)
        epochs = np.arange(len(model.train_losses))
        for k, (name, losses) in enumerate((("training", model.train_losses), ("test", model.test_losses))):
            draw_curve(right, epochs, np.where(np.isfinite(losses), losses, np.nan), k, name)
        finish(right, "epoch", "loss")
        right.xaxis.set_major_locator(MaxNLocator(integer=True))
        losses = [loss for loss in model.train_losses + model.test_losses if math.isfinite(loss)]
        right.set_ylim(0, 1.1 * max(losses, default=1.0))
        right.set_xlim(-0.3, max(10, 1.02 * len(epochs)))
        return png(figure)


def _with(options: list[tuple[str, float]], value: float) -> list[tuple[str, float]]:
    """The options, and the value among them."""
    if any(known == value for _, known in options):
        return options
    return sorted([*options, (f"{value:g}", value)], key=lambda option: option[1])
