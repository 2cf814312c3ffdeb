"""The view of the timeline."""

from __future__ import annotations

import ipywidgets as ipw
from matplotlib.figure import Figure

from dlcourse.plots.style import png
from dlcourse.widgets.timeline import LANES, Timeline
from dlcourse.widgets.view import Demo, empty_picture, sentence

GROUNDS = dict(zip(LANES, ("#CFE3F1", "#F8DCC8", "#CBEBE0", "#F3DFEA"), strict=True))


def timeline() -> Demo:
    """Click through the history of the field: a button for each event, and a picture of all of them."""
    model = Timeline()
    words, picture = ipw.HTML(), empty_picture()
    buttons = [_button(str(event.year), GROUNDS[event.kind], event.title) for event in model.events]
    back, on = _button("◀ back", "#EEEEEE", "the event before"), _button("next ▶", "#EEEEEE", "the event after")

    def show(position: int) -> None:
        buttons[model.position].style.font_weight = ""
        model.go(position)
        buttons[model.position].style.font_weight = "bold"
        back.disabled, on.disabled = model.position == 0, model.position == len(buttons) - 1
        words.value, picture.value = sentence(model.event.sentence), _picture(model)

    for k, button in enumerate(buttons):
        button.on_click(lambda _, k=k: show(k))
    back.on_click(lambda _: show(model.position - 1))
    on.on_click(lambda _: show(model.position + 1))
    show(0)
    row = ipw.Box(buttons, layout=ipw.Layout(flex_flow="row wrap", max_width="930px"))
    demo = Demo([picture, words, row, ipw.HBox([back, on])], picture.value, "timeline of the field")
    demo.model, demo.buttons, demo.back, demo.on, demo.words, demo.picture = model, buttons, back, on, words, picture
    return demo


def _button(text: str, colour: str, tooltip: str) -> ipw.Button:
    button = ipw.Button(description=text, tooltip=tooltip, layout=ipw.Layout(width="72px"))
    button.style.button_color = colour
    return button


def _picture(model: Timeline) -> bytes:
    figure = Figure(figsize=(9.2, 3.2), dpi=100, layout="constrained")
    model.draw(figure.add_subplot())
    return png(figure)
