"""Sliders that several demos need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as ipw


def slider(description: str, low: float, high: float, step: float) -> ipw.Widget:
    """A slider over whole numbers where the step is an int, over others otherwise."""
    kind = ipw.IntSlider if isinstance(step, int) else ipw.FloatSlider
    return kind(min=low, max=high, step=step, description=description, layout=ipw.Layout(width="420px"))


def rate_slider(rates: Sequence[float], value: float, zero: str = "", **look: Any) -> ipw.SelectionSlider:
    """A slider over learning rates, which are far from evenly spread.

    Args:
        rates: the rates to choose from; ``value`` is added where it is not among them.
        value: the rate chosen at first.
        zero: the words of a choice with the value 0, the first one (a slider can't hold None); none where empty.
        look: further settings of the slider.
    """
    known = {*rates, value, 0.0} if zero else {*rates, value}
    options = [(f"{rate:g}" if rate else zero or "0", rate) for rate in sorted(known)]
    return ipw.SelectionSlider(options=options, value=value, description="rate", continuous_update=False, **look)


def fit_range(slider: ipw.FloatSlider, low: float, high: float, value: float) -> None:
    """Give a slider another range and value; at no moment does its least value exceed its greatest."""
    slider.min, slider.max = min(slider.min, low), max(slider.max, high)
    slider.value = value
    slider.min, slider.max = low, high
