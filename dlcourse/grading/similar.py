"""Pairs of students whose answers are suspiciously equal.

The answers are fingerprinted by winnowing (Schleimer, Wilkerson, Aiken: *Winnowing: Local Algorithms for
Document Fingerprinting*, SIGMOD 2003), as the library copydetect does it: names, comments and layout do not
count, so renaming hides nothing. The stub's own fingerprints are taken out.

Right answers to a small exercise resemble each other without any copying. What many share is therefore no
evidence: only fingerprints that few of the class have are counted.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from dlcourse import exercises

# Characters of code with every name shortened to one: some six to eight words of Python.
_LENGTH, _WINDOW = 16, 4
# A fingerprint is rare if at most this share of those who answered have it, within these bounds.
_RARE_SHARE, _FEWEST, _MOST = 0.1, 2, 8
# From so many rare fingerprints on, and this share of the shorter answers, a pair is listed.
_LISTED_FROM, _LISTED_SHARE = 8, 0.5


class MissingLibrary(RuntimeError):
    """The library that finds copies is not installed."""


@dataclass(frozen=True)
class Answer:
    """One student's code for one exercise."""

    student: str
    exercise: str
    code: str


@dataclass
class Pair:
    """Two students with answers in common.

    Attributes:
        first, second: their keys.
        shared: how many rare fingerprints both have.
        share: that number by the number of rare fingerprints of the one who has fewer, in the exercises that
            they share.
        exercises: name -> how many of the shared fingerprints lie there, most first.
    """

    first: str
    second: str
    shared: int = 0
    share: float = 0.0
    exercises: dict[str, int] = field(default_factory=dict)


def similar_pairs(answers: Iterable[Answer], most: int = 100) -> list[Pair]:
    """The pairs whose answers share most of what few others wrote, the most suspicious first.

    Args:
        answers: at most one for each student and exercise; empty code is passed over.
        most: how many pairs at the most.

    Raises:
        MissingLibrary: copydetect is not installed.
    """
    rare = _rare_prints(answers)
    shared: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for exercise, prints in rare.items():
        for students in _holders(prints).values():
            for pair in combinations(sorted(students), 2):
                shared[pair][exercise] += 1
    pairs = (_pair(one, two, counts, rare) for (one, two), counts in shared.items())
    listed = [pair for pair in pairs if pair.shared >= _LISTED_FROM and pair.share >= _LISTED_SHARE]
    return sorted(listed, key=lambda pair: (-pair.shared, -pair.share, pair.first, pair.second))[:most]


def _pair(one: str, two: str, counts: Counter[str], rare: dict[str, dict[str, set[int]]]) -> Pair:
    of_the_shorter = sum(min(len(rare[exercise][one]), len(rare[exercise][two])) for exercise in counts)
    number = counts.total()
    return Pair(one, two, number, round(number / of_the_shorter, 3), dict(counts.most_common()))


def _rare_prints(answers: Iterable[Answer]) -> dict[str, dict[str, set[int]]]:
    """Exercise -> student -> the fingerprints that few others have."""
    prints: dict[str, dict[str, set[int]]] = defaultdict(dict)
    stubs: dict[str, set[int]] = {}
    for answer in answers:
        if answer.exercise not in stubs:
            stubs[answer.exercise] = _fingerprint(exercises.get(answer.exercise).stub)
        prints[answer.exercise][answer.student] = _fingerprint(answer.code) - stubs[answer.exercise]
    return {exercise: _without_common(of_students) for exercise, of_students in prints.items()}


def _without_common(of_students: dict[str, set[int]]) -> dict[str, set[int]]:
    limit = min(max(round(_RARE_SHARE * len(of_students)), _FEWEST), _MOST)
    common = {found for found, students in _holders(of_students).items() if len(students) > limit}
    return {student: found - common for student, found in of_students.items()}


def _holders(of_students: dict[str, set[int]]) -> dict[int, list[str]]:
    """Fingerprint -> who has it."""
    holders: dict[int, list[str]] = defaultdict(list)
    for student, found in of_students.items():
        for one in found:
            holders[one].append(student)
    return holders


def _fingerprint(code: str) -> set[int]:
    try:
        from copydetect import CodeFingerprint
    except ModuleNotFoundError as error:
        raise MissingLibrary(
            'Looking for copies needs the library copydetect: pip install "dlcourse[grading]".'
        ) from error
    hashes = CodeFingerprint("answer.py", _LENGTH, _WINDOW, fp=io.StringIO(code)).hashes
    return {int(one) for one in hashes}
