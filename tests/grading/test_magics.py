"""What IPython adds to Python becomes Python, as IPython does it, and quickly whatever the text is."""

from __future__ import annotations

import ast
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from dlcourse.grading.magics import as_python

SAME = [
    "%matplotlib inline\nx = 1\n", "!ls -l\n", "x = !ls\n", "a, b = %sql q\n", "a[0] = !ls\n", "!!ls\n", "%cd ..\n",
    "np.dot?\n", "?np\n", "%%bash\nls\n", "%%writefile a.py\nx = '''\n", "if a:\n    !ls\n", "%timeit -n 3 f()\n",
    'def f():\n    """doc\n%d percent?\n    """\n    %magic a\n    return (3\n      % 4)\n%x\n', "f(x)?\n",
    "x = 'a?'\ny = 3  # really?\n%m\n", "print(a %\n b)\n!x\n", "x % 3\ny = x % 4\nz != 3\n", "  x = 1\n  y = 2\n",
    ">>> x = 1\n>>> def f():\n...     return 1\n", "x = '''\n%no\n'''\n%yes\n", "x = \"a\\\"\n%m 'b'\n", "\n\n%m\n",
    "x = {\n%a: 1}\n", "x = 1 + \\\n%m\n", "%m {x} $y 'quoted' \"twice\"\n", "%%html\n<b>\n%m\n</b>\n",
    "%autoreload 2\n",
]  # fmt: skip


@pytest.mark.parametrize("cell", SAME)
def test_a_cell_becomes_what_ipython_makes_of_it(cell: str) -> None:
    assert as_python(cell).strip() == TransformerManager().transform_cell(cell).strip()


LINES = ["x = 1", "%matplotlib inline", "!ls 'a'", "y = !ls", "def f():", "    return 1", "    %time2", "(", ")", "'''",
         "# why?", "z?", '"""', "a % b", "print('!x')", "", "x = [", "]", "%m a 'b'", "f('?')"]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(LINES), max_size=8))
def test_cells_that_ipython_makes_sense_of_become_the_same(lines: list[str]) -> None:
    cell = "\n".join(lines) + "\n"
    try:
        theirs, ours = ast.parse(TransformerManager().transform_cell(cell)), ast.parse(as_python(cell))
    except SyntaxError:
        return  # what is no Python in the end is left to the parser
    assert ast.dump(ours) == ast.dump(theirs)


@pytest.mark.parametrize("magic", ["time", "timeit", "capture out", "prun -l 3"])
def test_what_a_magic_runs_stands_in_its_place(magic: str) -> None:
    assert as_python(f"%%{magic}\ndef f():\n    return 1\n") == "\ndef f():\n    return 1\n"
    assert as_python(f"%%time\n%%{magic}\nx = 1\n!ls") == "\n\nx = 1\nget_ipython().system('ls')"


def test_what_a_line_magic_runs_stands_in_its_place() -> None:
    assert as_python("if a:\n    %time x = f(3)\n") == "if a:\n    x = f(3)\n"
    assert as_python("x = %time f(3)\n") == "x = f(3)\n"


@settings(deadline=None, max_examples=300)
@given(st.text("ab%!?='\"#([{)]}\\\n :.>*", max_size=60))
def test_lines_stay_where_they_were_and_nothing_breaks(cell: str) -> None:
    made = as_python(cell)
    if "run_cell_magic" not in made and "pinfo" not in made and not made.startswith("\n"):
        assert made.count("\n") == cell.count("\n")


@pytest.mark.parametrize("piece", [
    "%magic\n", "x?\n", "?", "(", "'", "'''", '"""\n', "\\", "\\\n", "!a\\\n", " ", "\n", "#", "a.", "a=", "a=!",
    "x = !l\n", "%time ", "%%x\n", "%%time\n", "? ", "=", "a\\\n=", "In [1]: ", ">>> ", "'''\\", "%a\\\n'''",
    "\t", "a*", "%a.",
])  # fmt: skip
def test_hostile_text_costs_little_time(piece: str) -> None:
    start = time.perf_counter()
    as_python(piece * (100_000 // len(piece)))
    as_python("%m\n" + piece * (100_000 // len(piece)) + "?")
    assert time.perf_counter() - start < 3
