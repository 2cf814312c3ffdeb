"""Copied answers are found, and answers that are alike without copying are not."""

from __future__ import annotations

import re

from dlcourse import exercises
from dlcourse.grading.similar import Answer, similar_pairs

PECULIAR = """
def softmax(scores):
    rows = []
    for row in np.atleast_2d(scores):
        top = sorted(row.tolist())[-1]
        grown = [math.exp(value - top) for value in row]
        whole = sum(grown)
        rows.append([one / whole for one in grown])
    table = np.array(rows)
    return table if scores.ndim > 1 else table[0]
"""


def honest_class(size: int) -> list[Answer]:
    """Everybody has the obvious answers."""
    lesson = exercises.for_lesson("02")
    return [Answer(f"student{i}", one.name, one.solution_source) for i in range(size) for one in lesson]


def with_softmax(answers: list[Answer], student: str, code: str) -> list[Answer]:
    others = [a for a in answers if (a.student, a.exercise) != (student, "softmax")]
    return [*others, Answer(student, "softmax", code)]


def renamed(code: str) -> str:
    """What somebody does who hides a copy: other names, other layout, comments."""
    for old, new in (
        ("rows", "liste"),
        ("row", "zeile"),
        ("grown", "potenzen"),
        ("whole", "summe"),
        ("top", "groesstes"),
    ):
        code = re.sub(rf"\b{old}\b", new, code)
    return code.replace("    liste = []\n", '    """Computes softmax."""\n    # start empty\n    liste = []\n\n')


def test_a_copy_with_other_names_is_found_among_thirty() -> None:
    answers = with_softmax(honest_class(30), "student7", PECULIAR)
    answers = with_softmax(answers, "student21", renamed(PECULIAR))
    (pair,) = similar_pairs(answers)
    assert (pair.first, pair.second) == ("student21", "student7")
    assert pair.exercises.keys() == {"softmax"}
    assert pair.share > 0.8


def test_a_class_with_the_obvious_answers_is_not_suspected() -> None:
    assert similar_pairs(honest_class(30)) == []


def test_the_stub_is_no_evidence() -> None:
    stub = exercises.get("softmax").stub
    answers = [Answer("a", "softmax", stub), Answer("b", "softmax", stub)]
    assert similar_pairs(answers) == []


def test_one_peculiar_answer_suspects_nobody() -> None:
    assert similar_pairs(with_softmax(honest_class(30), "student7", PECULIAR)) == []


def test_two_students_alone_can_be_compared() -> None:
    pairs = similar_pairs([Answer("a", "softmax", PECULIAR), Answer("b", "softmax", renamed(PECULIAR))])
    assert [(pair.first, pair.second) for pair in pairs] == [("a", "b")]


def test_code_that_does_not_parse_is_compared_too() -> None:
    broken = PECULIAR + "\n  def ((\n\x00"
    pairs = similar_pairs([Answer("a", "softmax", broken), Answer("b", "softmax", broken), Answer("c", "softmax", "")])
    assert [(pair.first, pair.second) for pair in pairs] == [("a", "b")]
