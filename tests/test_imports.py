"""Who imports whom, and what `import dlcourse` costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dlcourse

PACKAGE = Path(dlcourse.__file__).parent
ENGINE = ("autograd", "nn", "optim", "training")
HEAVY = ("torch", "sklearn", "matplotlib.pyplot", "IPython", "ipywidgets", "pooch", "nbformat")

# part of the package -> parts that it must not know of
FORBIDDEN = {
    "autograd": ("nn", "optim", "training", "data", "plots", "widgets"),
    "nn": ("optim", "training", "data", "plots", "widgets"),
    "optim": ("training", "data", "plots", "widgets"),
    "training": ("plots", "widgets"),
    "data": (*ENGINE, "plots", "widgets"),
    "plots": ("widgets",),
    "running": (*ENGINE, "data", "plots", "widgets", "lesson"),
    "exercises": ("checks", "plots", "widgets"),
    "checks": ("grading",),
}
KNOW_EXERCISES = ("exercises", "checks", "grading", "authoring")
KNOW_CHECKS = ("checks", "grading")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a module imports, inside functions too."""
    package = ["dlcourse", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def uses_of(parts: tuple[str, ...], by: str) -> list[str]:
    """Where the part ``by`` of the package imports one of ``parts``."""
    modules = [PACKAGE / f"{by}.py"] if (PACKAGE / f"{by}.py").exists() else sorted((PACKAGE / by).rglob("*.py"))
    found = [(path, line, name.split(".")) for path in modules for line, name in imports(path)]
    return [
        f"{path.relative_to(PACKAGE)}:{line} imports {'.'.join(name)}"
        for path, line, name in found
        if name[0] == "dlcourse" and len(name) > 1 and name[1] in parts
    ]


def all_parts() -> list[str]:
    return [p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()]


def test_the_reader_of_imports_sees_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "nn" / "layers.py"
    module.parent.mkdir()
    module.write_text("import dlcourse.plots as p\nfrom . import init\ndef f():\n    from ..optim.sgd import SGD\n")
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    assert [name for _, name in imports(module)] == ["dlcourse.plots", "dlcourse.nn.init", "dlcourse.optim.sgd.SGD"]
    assert len(uses_of(("plots", "optim"), by="nn")) == 2


@pytest.mark.parametrize("part", FORBIDDEN)
def test_arrows_point_one_way(part: str) -> None:
    assert uses_of(FORBIDDEN[part], by=part) == []


@pytest.mark.parametrize("part", all_parts())
def test_few_parts_know_of_exercises_and_checks(part: str) -> None:
    secrets = [] if part in KNOW_EXERCISES else ["exercises"]
    if part not in (*KNOW_CHECKS, "lesson"):  # start_lesson tells the checks which lesson it is
        secrets.append("checks")
    assert uses_of(tuple(secrets), by=part) == []


@pytest.mark.parametrize("part", [part for part in all_parts() if part not in ("authoring", "cli")])
def test_nothing_but_the_command_knows_how_lessons_are_made(part: str) -> None:
    assert uses_of(("authoring",), by=part) == []


@pytest.mark.parametrize("part", ENGINE)
def test_the_engine_is_numpy_alone(part: str) -> None:
    allowed = {"numpy", "threadpoolctl", "dlcourse", "tqdm", *sys.stdlib_module_names}  # threads of NumPy
    allowed |= {"matplotlib"} if part == "training" else set()  # a history draws itself, on demand
    outside = [
        f"{path.name}:{line} imports {name}"
        for path in sorted((PACKAGE / part).rglob("*.py"))
        for line, name in imports(path)
        if name.split(".")[0] not in allowed
    ]
    assert outside == []


def measured_import(statement: str) -> tuple[float, set[str]]:
    """Processor seconds that a statement takes in a fresh interpreter, and the modules that are loaded then.

    Not the seconds on the clock: other tests run at the same time.
    """
    program = (
        "import sys, time; start = time.process_time()\n"
        f"{statement}\n"
        "print(time.process_time() - start); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    seconds, modules = done.stdout.splitlines()
    return float(seconds), set(modules.split())


def test_the_import_takes_less_than_400_ms() -> None:
    statement = "import dlcourse as torch; from dlcourse import nn, optim; torch.tensor([1.0])"
    assert min(measured_import(statement)[0] for _ in range(5)) < 0.4


def test_the_import_loads_nothing_heavy() -> None:
    everything = "import dlcourse; from dlcourse import data, nn, optim, training, check, mine, hint"
    _, modules = measured_import(everything)
    assert [name for name in HEAVY if name in modules] == []
