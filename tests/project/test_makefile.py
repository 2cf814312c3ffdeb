"""What the Makefile promises: a set-up that mends itself, and a list of its targets."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHOLE, WITHOUT_PIP = "#!/bin/sh\nexit 0\n", '#!/bin/sh\n[ "$2" != pip ]\n'

# Stands for the python3 on the path: notes how it is called, and makes an environment if asked to.
SYSTEM_PYTHON = """#!/bin/sh
echo "$@" >> calls
[ "$2" = venv ] || exit 0
mkdir -p .venv/bin && printf '#!/bin/sh\\n' > .venv/bin/python && chmod +x .venv/bin/python
"""

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


@pytest.fixture
def checkout(tmp_path):
    """A folder, with a space in its name, that has what `make setup` looks at."""
    folder = tmp_path / "a course"
    (folder / "tools").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "tools/install_torch.py"):
        shutil.copy(ROOT / name, folder / name)
    _script(folder / "python3", SYSTEM_PYTHON)
    return folder


def _script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def _setup(checkout: Path) -> list[str]:
    """Run `make setup`; how the system's Python was called to make an environment."""
    command = ["make", "setup", "PYTHON=./python3", "TORCH=no"]
    subprocess.run(command, cwd=checkout, check=True, capture_output=True)
    calls = checkout / "calls"
    return re.findall(r"^-m venv.*$", calls.read_text(), re.M) if calls.exists() else []


def test_a_second_setup_does_nothing(checkout):
    assert len(_setup(checkout)) == 1
    (checkout / "calls").unlink()
    assert _setup(checkout) == []
    assert not (checkout / "calls").exists()


@pytest.mark.parametrize(("left_behind", "made_anew"), [(WITHOUT_PIP, True), (WHOLE, False)])
def test_an_environment_that_an_interruption_left_without_pip_is_made_anew(checkout, left_behind, made_anew):
    _script(checkout / ".venv" / "bin" / "python", left_behind)
    assert bool(_setup(checkout)) == made_anew


def test_help_lists_every_target_that_the_documents_name():
    listed = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    text = "".join((ROOT / name).read_text() for name in ("README.md", "CONTRIBUTING.md"))
    named = set(re.findall(r"(?:`|^|=\w+ )make ([a-z-]+)\b", text, re.M))
    assert named >= {"lab", "test", "unit-tests"}
    assert named <= set(re.findall(r"make ([a-z-]+)", listed))
