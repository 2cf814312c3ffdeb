"""Deep Learning from Scratch: the engine, the data, the pictures and the checks of the course.

``import dlcourse as torch`` is enough to run a plain PyTorch training script: the names that such a
script uses stand here. Everything is loaded on first use, so that the import itself costs little.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_SUBMODULES = ("autograd", "checks", "data", "exercises", "nn", "optim", "plots", "training", "widgets")

# name -> the module that holds it
_NAMES = {
    **dict.fromkeys(("check", "hint", "mine", "progress", "solution"), "dlcourse.checks"),
    **dict.fromkeys(("seed", "show_source", "start_lesson"), "dlcourse.lesson"),
}


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module 'dlcourse' has no attribute {name!r}")
    if name in _SUBMODULES:
        return importlib.import_module(f"dlcourse.{name}")
    if name in _NAMES:
        value = getattr(importlib.import_module(_NAMES[name]), name)
    else:
        value = _from_engine(name)
    globals()[name] = value
    return value


def _from_engine(name: str) -> Any:
    """Tensor, tensor, randn, no_grad, exp, ...: everything that the engine exports."""
    autograd = importlib.import_module("dlcourse.autograd")
    if name in autograd.__all__:
        return getattr(autograd, name)
    raise AttributeError(f"module 'dlcourse' has no attribute {name!r}")


def __dir__() -> list[str]:
    autograd = importlib.import_module("dlcourse.autograd")
    return sorted({*globals(), *_SUBMODULES, *_NAMES, *autograd.__all__})
