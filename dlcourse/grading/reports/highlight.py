"""Python code as HTML with its words marked. One pass, linear whatever the text is: students wrote it."""

from __future__ import annotations

import keyword
import re
from html import escape

_LONGEST = 20_000  # characters that are shown
_STRING = r"(?:[rbfuRBFU]{1,2})?(?:" + "|".join(
    [
        r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?', r"'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?",
        r'"(?:[^"\\\n]|\\.)*+"?', r"'(?:[^'\\\n]|\\.)*+'?",
    ]
) + ")"  # fmt: skip
_TOKEN = re.compile(rf"(?P<comment>\#[^\n]*)|(?P<string>{_STRING})|(?P<word>[^\W\d]\w*)|(?P<number>\d[\w.]*)", re.S)


def highlighted(code: str) -> str:
    """The code as escaped HTML: ``b`` around keywords, ``i`` around comments, and spans ``s``, ``n`` and ``d`` around
    strings, numbers and names that are defined.
    """
    shown = code if len(code) <= _LONGEST else f"{code[:_LONGEST]}\n... ({len(code):,} characters in all)"
    parts = []
    end, before = 0, ""
    for found in _TOKEN.finditer(shown):
        parts.append(escape(shown[end : found.start()], quote=False))
        parts.append(_marked(found[0], found.lastgroup or "", before))
        end, before = found.end(), found[0]
    return "".join([*parts, escape(shown[end:], quote=False)])


def _marked(text: str, kind: str, before: str) -> str:
    shown = escape(text, quote=False)
    if kind == "word":
        if keyword.iskeyword(text):
            return f"<b>{shown}</b>"
        return f'<span class="d">{shown}</span>' if before in ("def", "class") else shown
    return f"<i>{shown}</i>" if kind == "comment" else f'<span class="{kind[0]}">{shown}</span>'
