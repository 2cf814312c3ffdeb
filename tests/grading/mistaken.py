"""Recorded mistakes as the code of a notebook's cell, with everything that they need of their module."""

from __future__ import annotations

import re
from pathlib import Path

import dlcourse.exercises
from dlcourse.exercises import Exercise, Mistake

# The module of a lesson's exercises runs in the sandbox, where the course is not: these stand for what it imports.
_STAND_INS = """
import linecache, sys, types
class Case:
    def __init__(self, *args, **kwargs): pass
class Misshapen(ValueError): pass
LIBRARIES = ()
MISTAKES = {}
class Made:
    def __init__(self, written): self.reference = written
    def __call__(self, *args, **kwargs): return self.reference(*args, **kwargs)
    def __mro_entries__(self, bases): return (self.reference,)
    def __instancecheck__(self, thing): return isinstance(thing, self.reference)
    def mistake(self, sentence):
        def record(written):
            MISTAKES[self.reference.__name__, written.__name__] = written
            return written
        return record
def exercise(**kwargs): return Made
module = types.ModuleType("recorded")
module.__file__ = "<recorded>"
module.__dict__.update(Case=Case, Misshapen=Misshapen, LIBRARIES=LIBRARIES, exercise=exercise)
sys.modules["recorded"] = module
linecache.cache["<recorded>"] = (len(TEXT), None, TEXT.splitlines(keepends=True), "<recorded>")
exec(compile(TEXT, "<recorded>", "exec"), module.__dict__)
"""


def module_cell(lesson: str) -> str:
    """A cell that runs the module of a lesson's exercises and keeps their mistakes in ``MISTAKES``."""
    path = Path(dlcourse.exercises.__file__).parent / f"lesson{lesson}.py"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [re.sub(r"^from dlcourse\.exercises\.core import .*", "", line) for line in lines]
    return f"TEXT = {chr(10).join(kept)!r}\n{_STAND_INS}"


def answer_cell(exercise: Exercise, mistake: Mistake) -> str:
    """A cell that gives the exercise's name to a mistake."""
    made = f"(__import__({exercise.needs!r}))" if exercise.needs else ""
    key = (exercise.name, mistake.name)
    return f"{exercise.name} = MISTAKES[{key!r}]{made}\n{exercise.name}.__name__ = {exercise.name!r}\n"
