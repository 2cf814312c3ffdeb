"""Text that comes from submissions, made fit to be shown."""

from __future__ import annotations

import re

_LONGEST = 2000  # characters of a sentence
# Control characters, those that turn the direction of writing, and halves of characters.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def tidy(text: str, longest: int = _LONGEST) -> str:
    """The text, not too long, with what cannot be shown replaced."""
    shown = text if len(text) <= longest else f"{text[: longest - 4]} ..."
    return _UNSHOWN.sub("\ufffd", shown)
