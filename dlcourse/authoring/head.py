"""What stands at the top of every notebook: title, badge, label table, and the set-up cell.

The badge is a link in words, not a picture: a picture would have to come from elsewhere (a badge service),
from a file beside the notebook (Colab has only the notebook) or from a data address (GitHub removes those).
"""

from __future__ import annotations

from collections.abc import Mapping

from dlcourse.authoring import labels as label_texts
from dlcourse.authoring.labels import Labels
from dlcourse.authoring.project import Project
from dlcourse.authoring.source import Lesson

HEAD_ID = "lesson-head"
SETUP_ID = "lesson-setup"
COURSE = "Deep Learning from Scratch"

_HEAD = """\
# {title}

*{course}*, lesson {number} · [**▶ Open in Colab**]({badge} "Runs in the browser; nothing to install")

| To read | To run | Memory | Data | GPU | Before it |
| :-- | :-- | :-- | :-- | :-- | :-- |
| {reading} minutes | {running} | {memory} | {data} | {gpu} | {before} |"""

_SETUP = """\
# Run this cell first. Where the course is not installed yet, as in Colab, it installs it.
try:
    import dlcourse
except ModuleNotFoundError:
    %pip install -q "dlcourse @ git+https://github.com/{repository}@{branch}"
    import dlcourse

import matplotlib.pyplot as plt
import numpy as np

from dlcourse import check, hint, nn, optim, progress, solution

dlcourse.start_lesson("{number}")"""


def head(lesson: Lesson, labels: Labels, project: Project, titles: Mapping[str, tuple[str, str]]) -> str:
    """The text of the first cell.

    Args:
        lesson: whose head it is.
        labels: what the builder measured.
        project: names the repository that the badge opens.
        titles: number of each lesson that exists -> its file's name and its title.
    """
    return _HEAD.format(
        title=lesson.title,
        course=COURSE,
        number=lesson.number,
        badge=f"https://colab.research.google.com/github/{project.repository}/blob/{project.branch}/notebooks/{lesson.name}.ipynb",
        reading=lesson.reading_minutes,
        running=label_texts.running_time(labels),
        memory=label_texts.memory(labels),
        data=lesson.data,
        gpu="needed" if lesson.gpu else "not needed",
        before=_before(lesson.prerequisites, titles),
    )


def _before(prerequisites: tuple[str, ...], titles: Mapping[str, tuple[str, str]]) -> str:
    """Links to the lessons to read before; one that does not exist yet is named without a link."""
    places = []
    for number in prerequisites:
        if number in titles:
            name, title = titles[number]
            places.append(f"[{number} {title}]({name}.ipynb)")
        else:
            places.append(f"lesson {number}")
    return ", ".join(places) or "nothing"


def setup(lesson: Lesson, project: Project) -> str:
    """The code of the set-up cell: the only place where something is installed."""
    return _SETUP.format(repository=project.repository, branch=project.branch, number=lesson.number)
