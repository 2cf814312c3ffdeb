"""The files that describe the environment say the same thing, and name no host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _names(requirements: list[str]) -> set[str]:
    return {re.match(r"[A-Za-z0-9_-]+", text).group().lower() for text in requirements} - {"dlcourse"}


def _everything() -> set[str]:
    extras = PROJECT["optional-dependencies"]
    return _names(PROJECT["dependencies"] + [line for extra in extras.values() for line in extra])


def _conda_names() -> set[str]:
    lines = (ROOT / "environment.yml").read_text().splitlines()
    specs = [line.strip().removeprefix("- ") for line in lines if re.match(r"\s+- [a-z]", line)]
    return _names([spec for spec in specs if spec not in ("conda-forge", "pip")])


def test_conda_environment_lists_the_same_packages():
    renamed = {"torch": "pytorch", "matplotlib": "matplotlib-base", "playwright": "playwright-python"}
    large = _names(PROJECT["optional-dependencies"]["frameworks"])  # lesson 07 does without them
    assert _conda_names() - {"python", "pip", "make"} == {renamed.get(name, name) for name in _everything() - large}


def test_every_dependency_is_pinned_in_the_constraints():
    pinned = {line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines()}
    assert _everything() <= pinned


def test_constraints_are_names_and_versions_alone():
    lines = [x for x in (ROOT / "constraints.txt").read_text().splitlines() if not x.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9.-]+==[0-9][0-9a-z.]*", line) for line in lines)


def test_dependencies_have_floors_and_not_pins():
    extras = [line for extra in PROJECT["optional-dependencies"].values() for line in extra]
    requirements = [line for line in PROJECT["dependencies"] + extras if not line.startswith("dlcourse")]
    assert all(">=" in line and "==" not in line for line in requirements)
