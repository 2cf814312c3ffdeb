"""Letters of 10 x 10 pixels, for memories that are looked at."""

from __future__ import annotations

from importlib.resources import files

import numpy as np

SIDE = 10  # pixels


def load_letters(wanted: str) -> np.ndarray:
    """Draw letters: an int array of shape ``(len(wanted), 100)``, +1 where there is ink and -1 elsewhere.

    Raises:
        ValueError: a letter has not been drawn.
    """
    drawn = _drawn()
    unknown = [letter for letter in wanted if letter not in drawn]
    if unknown:
        raise ValueError(f"There is no drawing of {unknown[0]!r}. The letters are: {', '.join(drawn)}.")
    return np.array([drawn[letter] for letter in wanted]).reshape(len(wanted), SIDE * SIDE)


def _drawn() -> dict[str, list[int]]:
    text = (files("dlcourse") / "datasets" / "letters.txt").read_text(encoding="utf-8")
    blocks = (block.split("\n", 1) for block in text.strip().split("\n\n"))
    return {name: [1 if mark == "#" else -1 for mark in marks if mark != "\n"] for name, marks in blocks}
