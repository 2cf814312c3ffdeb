"""The map of the course: what each lesson is called, how long it takes, what comes before it, what it builds.

Lesson 00 and the README show it. A test holds it against the lessons' own sources, which do not travel
with the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Stop:
    """A lesson on the map.

    Attributes:
        name: its notebook's name, such as ``"04_backprop"``; the first two digits are its number.
        title: as its head says.
        minutes: to read and run it, without the exercises.
        before: the numbers of the lessons that it builds on.
        builds: what the reader has built at its end.
    """

    name: str
    title: str
    minutes: int
    before: tuple[str, ...]
    builds: str

    @property
    def number(self) -> str:
        """Its two digits."""
        return self.name[:2]


LESSONS: tuple[Stop, ...] = (
    Stop("00_start", "Start here", 70, (), "array tools, and a reader of handwritten digits made from them"),
    Stop("01_history", "History", 85, ("00",), "threshold neurons, the perceptron of 1958, a memory for letters"),
    Stop("02_score_and_loss", "Score and loss", 85, ("00",), "a linear classifier, softmax, the losses that judge it"),
    Stop("03_sgd", "Stochastic gradient descent", 85, ("02",), "descent with and without noise; optimisers in a race"),
    Stop(
        "04_backprop", "Backpropagation from scratch", 85, ("02", "03"), "an engine that finds all slopes in one walk"
    ),
    Stop("05_mlp", "The multilayer perceptron", 85, ("02", "03", "04"), "networks of your own code; MNIST, 1 % errors"),
    Stop("06_cnn", "Convolutional networks", 85, ("05",), "convolution forward and back; a network that sees smiles"),
    Stop(
        "07_frameworks", "Frameworks", 60, ("05",), "the same networks in PyTorch; Keras, TensorFlow and JAX beside it"
    ),
)


def arrows(lessons: Sequence[Stop] = LESSONS) -> list[tuple[int, int]]:
    """Pairs of places (earlier, later): each lesson and those that come directly before it.

    A lesson that is needed by another needed one is left out: the way leads through it anyway.
    """
    place = {lesson.number: k for k, lesson in enumerate(lessons)}
    needs = [{place[number] for number in lesson.before} for lesson in lessons]
    behind: list[set[int]] = []  # everything that must come before
    for direct in needs:
        behind.append(direct.union(*(behind[k] for k in direct)))
    return [
        (k, later)
        for later, direct in enumerate(needs)
        for k in sorted(direct)
        if not any(k in behind[other] for other in direct)
    ]


def markdown_table(folder: str = "", lessons: Sequence[Stop] = LESSONS) -> str:
    """The map as a Markdown table, with links to the notebooks in ``folder`` (such as ``"notebooks/"``)."""
    rows = ["| Lesson | What you build | To read | Before it |", "| --- | --- | --- | --- |"]
    for lesson in lessons:
        link = f"[{lesson.number} {lesson.title}]({folder}{lesson.name}.ipynb)"
        before = ", ".join(lesson.before) or "nothing"
        rows.append(f"| {link} | {lesson.builds} | {lesson.minutes} min | {before} |")
    return "\n".join(rows)
