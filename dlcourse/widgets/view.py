"""What the views share."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable
from typing import Any

import ipywidgets as ipw


class Demo(ipw.VBox):
    """A column of widgets that leaves a still picture where no front end can draw widgets.

    Args:
        children: the widgets.
        still: the still picture, a PNG.
        name: what the demo is, for plain text.
    """

    def __init__(self, children: list[ipw.Widget], still: bytes, name: str) -> None:
        super().__init__(children)
        self.still, self.name = still, name

    def __repr__(self) -> str:
        return f"<{self.name}: a demo to play with in Jupyter>"

    def _ipython_display_(self, **_: Any) -> None:
        """Called by IPython: show the widgets, with the picture and a name as what others can show."""
        from IPython.display import display

        bundle = {
            "text/plain": repr(self),
            "image/png": base64.b64encode(self.still).decode(),
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.model_id,
            },
        }
        display(bundle, raw=True)


def empty_picture() -> ipw.Image:
    """An empty picture that is shown in its own size, or smaller where there is no room."""
    return ipw.Image(format="png", layout=ipw.Layout(max_width="100%", align_self="flex-start"))


def sentence(text: str, warning: bool = False) -> str:
    """A text as HTML for a widget: large enough to read from afar, marked where it is a warning."""
    style = "font-size:1.1em; line-height:1.4; min-height:2.9em; max-width:52em"
    mark = "<b>⚠</b> " if warning else ""
    return f'<div style="{style}">{mark}{html.escape(text)}</div>'


def when_changed(widget: ipw.Widget, action: Callable[[], None]) -> None:
    """Call ``action`` whenever the widget's value changes."""
    widget.observe(lambda _: action(), names="value")
