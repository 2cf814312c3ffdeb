"""The view of the optimisers' race."""

from __future__ import annotations

from typing import Any

import ipywidgets as ipw
from matplotlib.figure import Figure

from dlcourse.plots.descent import plot_race
from dlcourse.plots.style import NO_LAYOUT, in_course_style, png
from dlcourse.widgets.race import OPTIMIZERS, RATES, SURFACES, OptimizerRace
from dlcourse.widgets.sliders import fit_range, rate_slider
from dlcourse.widgets.view import Demo, empty_picture, sentence, when_changed


def optimizer_race(**choices: Any) -> Demo:
    """Race optimisers down a surface from a start and with a learning rate of your choice.

    Args:
        **choices: what to begin with, as :class:`dlcourse.widgets.OptimizerRace` takes them.

    Raises:
        ValueError: a choice does not exist.
    """
    return RaceView(OptimizerRace(**choices)).demo


class RaceView:
    """The widgets, and what they do to the model."""

    def __init__(self, model: OptimizerRace) -> None:
        self.model = model
        self._make_widgets()
        when_changed(self.surface, self.another_surface)
        for widget in (self.rate, self.steps, self.x, self.y, *self.boxes.values()):
            when_changed(widget, self.start)
        self.start()
        self.demo = Demo([self._controls(), self.words, self.picture], self.picture.value, "a race of optimisers")
        self.demo.view = self

    def _make_widgets(self) -> None:
        model, ground = self.model, SURFACES[self.model.surface]
        wide: Any = {"layout": ipw.Layout(width="330px"), "style": {"description_width": "90px"}}
        self.quiet = False
        self.surface = ipw.Dropdown(
            options=[(n, n) for n in SURFACES], value=model.surface, description="surface", **wide
        )
        self.rate = rate_slider(RATES, model.lr or 0.0, zero="best for each", **wide)
        self.steps = ipw.IntSlider(
            value=model.steps, min=1, max=300, description="steps", continuous_update=False, **wide
        )
        x, y = model.start or ground.start
        slow: Any = {"step": 0.1, "continuous_update": False, **wide}
        self.x = ipw.FloatSlider(value=x, min=ground.xlim[0], max=ground.xlim[1], description="start x", **slow)
        self.y = ipw.FloatSlider(value=y, min=ground.ylim[0], max=ground.ylim[1], description="start y", **slow)
        self.boxes = {
            name: ipw.Checkbox(
                value=name in model.optimizers, description=name, indent=False, layout=ipw.Layout(width="105px")
            )
            for name in OPTIMIZERS
        }
        self.words, self.picture = ipw.HTML(), empty_picture()

    def another_surface(self) -> None:
        """Begin where the new surface begins."""
        ground = SURFACES[self.surface.value]
        self.quiet = True
        for slider, limits, place in ((self.x, ground.xlim, ground.start[0]), (self.y, ground.ylim, ground.start[1])):
            fit_range(slider, *limits, place)
        self.quiet = False
        self.start()

    def start(self) -> None:
        """Give the choices to the model, let all walk, and show it."""
        if self.quiet:
            return
        model = self.model
        model.surface, model.steps, model.lr = self.surface.value, self.steps.value, self.rate.value or None
        model.start = (self.x.value, self.y.value)
        model.optimizers = [name for name, box in self.boxes.items() if box.value]
        try:
            model.run()
        except ValueError as error:
            self.words.value = sentence(str(error), warning=True)
            return
        self.words.value, self.picture.value = sentence(model.verdict), picture(model)

    def _controls(self) -> ipw.Widget:
        wrap = ipw.Layout(flex_flow="row wrap")
        columns = [ipw.VBox([self.surface, self.rate, self.steps]), ipw.VBox([self.x, self.y])]
        return ipw.VBox([ipw.HBox(columns, layout=wrap), ipw.HBox(list(self.boxes.values()), layout=wrap)])


def picture(model: OptimizerRace) -> bytes:
    """The map with the ways, and the heights, as a PNG."""
    ground = model.ground
    with in_course_style():
        figure = Figure(figsize=(10.5, 4.4), **NO_LAYOUT)
        figure.subplots_adjust(left=0.06, right=0.99, bottom=0.13, top=0.97, wspace=0.22)
        names = {name: f"{name}, rate {rate:g}" for name, rate in model.rates.items()}
        paths, heights = ({names[n]: of[n] for n in names} for of in (model.paths, model.heights))
        axes = figure.subplots(1, 2)
        plot_race(ground.f, ground.xlim, ground.ylim, paths, heights, ground.minima, axes)
        return png(figure)
