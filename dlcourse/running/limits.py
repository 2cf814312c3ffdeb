"""Run a student's code with a time limit, and leave everything around it as it was."""

from __future__ import annotations

import random
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np

SECONDS_PER_CASE = 10.0


class TooSlow(BaseException):
    """The time is over. Not an ``Exception``, so that ``except Exception`` in the answer lets it through."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TooSlow` inside the block after so many seconds.

    Works in the main thread of a system with SIGALRM, which is where notebooks run on Linux and macOS;
    elsewhere there is no limit, and an endless loop ends with the stop button. A bare ``except:`` in
    a loop may swallow the alarm, so it comes again every second.
    """
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return
    running = True

    def ring(signum: int, frame: FrameType | None) -> None:
        if running:
            raise TooSlow

    old_handler = signal.signal(signal.SIGALRM, ring)
    old_delay, old_interval = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, old_delay, old_interval)
        signal.signal(signal.SIGALRM, old_handler)


@contextmanager
def same_dice(seed: int) -> Iterator[None]:
    """Seed every global generator for the block, and put them all back afterwards.

    So an answer that draws random numbers draws the same ones as the reference, and a check changes
    nothing in what the rest of the notebook draws. NumPy's settings for errors and printing are put
    back as well.
    """
    python_state, numpy_state, engine_state = random.getstate(), np.random.get_state(), _engine_state()
    pytorch = sys.modules.get("torch")
    pytorch_state = pytorch.get_rng_state() if pytorch else None
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if pytorch:
        pytorch.manual_seed(seed)
    _set_engine_state(np.random.default_rng(seed).bit_generator.state)
    try:
        with np.errstate(), np.printoptions():
            yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        if pytorch:
            pytorch.set_rng_state(pytorch_state)
        _set_engine_state(engine_state)


def _engine_state() -> Any:
    """The state of the course's own generator, if the engine is in use at all."""
    engine = sys.modules.get("dlcourse.autograd.random")
    return engine.generator().bit_generator.state if engine else None


def _set_engine_state(state: Any) -> None:
    engine = sys.modules.get("dlcourse.autograd.random")
    if engine and state is not None:
        engine.generator().bit_generator.state = state
