"""Run TensorFlow's and JAX's part of lesson 07 in a process of their own, or take the stored result."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from functools import cache
from importlib import import_module, metadata
from importlib.resources import files
from typing import Any

import numpy as np

from dlcourse.frameworks.problem import RATE, STEPS, graph_inputs, training_problem

NAMES = ("tensorflow", "jax")
RECORDED_SIZES = [3, 3, 3, 5]  # three calls with one size, and one with another
STORED = files("dlcourse") / "datasets" / "frameworks_results.json"

_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
_SECONDS = 120


def interpreter() -> str:
    """The Python that has TensorFlow and JAX: this one, or the one that ``DLCOURSE_FRAMEWORKS`` names."""
    return os.environ.get("DLCOURSE_FRAMEWORKS") or sys.executable


def is_live(name: str) -> bool:
    """Whether a framework is run here. With an interpreter of their own, both are taken to be there."""
    return bool(os.environ.get("DLCOURSE_FRAMEWORKS")) or importlib.util.find_spec(name) is not None


@cache
def result(name: str) -> dict[str, Any]:
    """What a framework, ``"tensorflow"`` or ``"jax"``, makes of the lesson's problems.

    Returns:
        A dict: its ``version``; ``value`` and ``gradients`` of the graph; ``losses``, shape (500,), of the training;
        ``recorded``, how often it recorded a function that was called four times, with two sizes.

    Raises:
        ValueError: there is no such framework.
        RuntimeError: it is installed, but fails; the message ends with what it said.
    """
    if name not in NAMES:
        raise ValueError(f"The frameworks are {' and '.join(NAMES)}, not {name!r}.")
    return _in_a_process(name) if is_live(name) else stored(name)


def stored(name: str) -> dict[str, Any]:
    """The result that travels with the course."""
    return json.loads(STORED.read_text(encoding="utf-8"))[name]


def _in_a_process(name: str) -> dict[str, Any]:
    command = [interpreter(), "-m", "dlcourse.frameworks", name]
    done = subprocess.run(
        command, env={**os.environ, **_QUIET}, capture_output=True, text=True, check=False, timeout=_SECONDS
    )
    if done.returncode:
        raise RuntimeError(f"{name} fails here: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout.splitlines()[-1])


def run(name: str) -> dict[str, Any]:
    """Run a framework in this process; numbers are rounded to what all machines agree on."""
    code = import_module(f"dlcourse.frameworks.in_{name}")
    value, gradients = code.graph(*graph_inputs())
    losses = code.train(*training_problem(), RATE, STEPS)
    return {
        "version": metadata.version(name),
        "value": round(float(value), 4),
        "gradients": [np.asarray(g).astype(float).round(4).tolist() for g in gradients],
        "losses": [float(f"{loss:.4g}") for loss in losses],
        "recorded": code.times_recorded(RECORDED_SIZES),
    }
