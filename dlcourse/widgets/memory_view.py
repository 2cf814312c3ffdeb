"""The view of Hopfield's memory."""

from __future__ import annotations

import ipywidgets as ipw
from matplotlib.figure import Figure

from dlcourse.plots.style import in_course_style, png
from dlcourse.widgets.memory import LetterMemory
from dlcourse.widgets.view import Demo, empty_picture, sentence, when_changed

DAMAGE = 25  # pixels to begin with


def letter_memory(letters: str = "JTXLF") -> Demo:
    """Damage a stored letter and watch the network repair it, flip by flip.

    Args:
        letters: the letters that the network has stored.

    Raises:
        ValueError: there is no letter, or one that has not been drawn.
    """
    model = LetterMemory(letters)
    letter = ipw.Dropdown(options=[(name, name) for name in letters], value=letters[0], description="letter")
    damage = ipw.IntSlider(value=DAMAGE, min=0, max=60, description="damage", continuous_update=False)
    throw = ipw.IntSlider(value=0, min=0, max=30, description="throw no.", continuous_update=False)
    step = ipw.IntSlider(value=0, min=0, max=1, description="flip", layout=ipw.Layout(width="420px"))
    words, picture = ipw.HTML(), empty_picture()

    def draw() -> None:
        picture.value = _picture(model, step.value)

    def recall() -> None:
        model.start(letter.value, damage.value, throw.value)
        flips = len(model.moments) - 1
        step.value, step.max, step.disabled = 0, max(flips, 1), flips == 0
        words.value = sentence(f"{damage.value} pixels turned over. After {flips} flips: {model.ending()}.")
        draw()

    for widget in (letter, damage, throw):
        when_changed(widget, recall)
    when_changed(step, draw)
    recall()
    demo = Demo(
        [ipw.HBox([letter, damage, throw]), words, step, picture], picture.value, "letters that repair themselves"
    )
    demo.model, demo.letter, demo.damage, demo.throw, demo.step = model, letter, damage, throw, step
    demo.words, demo.picture = words, picture
    return demo


def _picture(model: LetterMemory, position: int) -> bytes:
    with in_course_style():
        figure = Figure(figsize=(7.6, 3.2), dpi=100, layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.7])
        model.draw(min(position, len(model.moments) - 1), (left, right))
    return png(figure)
