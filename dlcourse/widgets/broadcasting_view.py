"""The view of the broadcasting explorer."""

from __future__ import annotations

import ipywidgets as ipw
from matplotlib.figure import Figure

from dlcourse.plots.broadcasting import plot_alignment, plot_broadcast
from dlcourse.plots.style import NO_LAYOUT, png
from dlcourse.widgets.broadcasting import EXAMPLES, BroadcastExplorer, parse_shape
from dlcourse.widgets.view import Demo, empty_picture, sentence, when_changed

OWN = "your own"
INCHES = (10.4, 3.3)


def broadcast_explorer() -> Demo:
    """Choose two shapes, and see how they are lined up, what is stretched, or why they do not fit."""
    options = [(name, name) for name in (*EXAMPLES, OWN)]
    example = ipw.Dropdown(options=options, description="example", layout=ipw.Layout(width="330px"))
    layout = ipw.Layout(width="220px")
    texts = [ipw.Text(description=f"shape of {name}", continuous_update=False, layout=layout) for name in "ab"]
    words, picture = ipw.HTML(), empty_picture()

    def show() -> None:
        try:
            model = BroadcastExplorer(*(parse_shape(text.value) for text in texts))
        except ValueError as error:
            words.value = sentence(str(error), warning=True)
            return
        chosen = [name for name, shapes in EXAMPLES.items() if shapes == (model.a, model.b)]
        example.value = chosen[0] if chosen else OWN
        demo.model = model
        words.value, picture.value = sentence(model.words, warning=model.result is None), _picture(model)

    def choose() -> None:
        if example.value != OWN:
            for text, shape in zip(texts, EXAMPLES[example.value], strict=True):
                text.value = ", ".join(map(str, shape))

    controls = ipw.HBox([example, *texts], layout=ipw.Layout(flex_flow="row wrap"))
    demo = Demo([controls, words, picture], b"", "broadcasting explorer")
    demo.example, demo.texts, demo.words, demo.picture = example, texts, words, picture
    choose()
    show()
    demo.still = picture.value
    when_changed(example, choose)
    for text in texts:
        when_changed(text, show)
    return demo


def _picture(model: BroadcastExplorer) -> bytes:
    """The shapes lined up, and beside them the arrays, if they are small enough to draw."""
    figure = Figure(figsize=INCHES, dpi=100, **NO_LAYOUT)
    plot_alignment(model.a, model.b, figure.add_axes((0.0, 0.04, 0.29, 0.94)))
    if model.arrays is not None:
        plot_broadcast(*model.arrays, figure.add_axes((0.31, 0.04, 0.68, 0.94)))
    return png(figure)
