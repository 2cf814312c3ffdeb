"""Sliders that several demos need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as ipw


def rate_slider(rates: Sequence[float], value: float | None, none: str = "", **look: Any) -> ipw.SelectionSlider:
    """A slider over learning rates, which are far from evenly spread.

    Args:
        rates: the rates to choose from; ``value`` is added where it is not among them.
        value: the rate chosen at first.
        none: the words of a first choice that stands for no rate, with the value None; no such choice where empty.
        look: further settings of the slider.
    """
    known = sorted({*rates, *([] if value is None else [value])})
    options: list[tuple[str, float | None]] = [(f"{rate:g}", rate) for rate in known]
    if none:
        options.insert(0, (none, None))
    return ipw.SelectionSlider(options=options, value=value, description="rate", continuous_update=False, **look)


def fit_range(slider: ipw.FloatSlider, low: float, high: float, value: float) -> None:
    """Give a slider another range and value; at no moment does its least value exceed its greatest."""
    slider.min, slider.max = min(slider.min, low), max(slider.max, high)
    slider.value = value
    slider.min, slider.max = low, high
