"""Answers that pass are kept, and ``mine`` gives them back where they are still right."""

from __future__ import annotations

import os
import stat

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from dlcourse.checks import answers, check, mine, own_code

RIGHT = "def doubled(x):\n    return x + x\n"
ODD = "calls = []\n\ndef doubled(x):\n    calls.append(len(x))\n    return sum([x, x], 0 * x)\n"
WRONG = "def doubled(x):\n    return x * x\n"


def kept(folder, name: str, source: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(source, encoding="utf-8")


# --- keeping --------------------------------------------------------------------------------------


def test_a_passing_answer_is_kept_as_source_with_a_head(doubled, fresh):
    def doubled(x):
        # twice
        return x + x

    check(doubled)
    assert (fresh / "doubled.py").read_text() == (
        "# Your answer to the exercise doubled of lesson 99; it passed its check.\n"
        "# Later lessons use it as mine.doubled (from dlcourse import mine).\n"
        "\n"
        "def doubled(x):\n    # twice\n    return x + x\n"
    )
    assert os.listdir(fresh) == ["doubled.py"]


def test_a_wrong_answer_is_not_kept_and_leaves_the_right_one(doubled, fresh):
    def right(x):
        return x + x

    def wrong(x):
        return x

    assert not check(wrong, exercise="doubled").passed
    assert not fresh.exists()
    check(right, exercise="doubled")
    before = (fresh / "doubled.py").read_text()
    check(wrong, exercise="doubled")
    assert (fresh / "doubled.py").read_text() == before


def test_an_answer_under_another_name_is_kept_under_the_exercises(doubled, fresh):
    def my_version(x):
        return x + x

    check(my_version, exercise="doubled")
    assert mine.doubled(3) == 6
    assert mine.doubled.__name__ == "my_version"


def test_by_default_answers_lie_in_the_working_folder(doubled, monkeypatch, tmp_path):
    monkeypatch.delenv("DLCOURSE_ANSWERS")
    monkeypatch.chdir(tmp_path)

    def doubled(x):
        return x + x

    check(doubled)
    assert (tmp_path / "my_answers" / "doubled.py").exists()


def test_an_unwritable_folder_costs_one_line_and_no_points(doubled, fresh):
    fresh.write_text("a file stands in the way")

    def doubled(x):
        return x + x

    result = check(doubled)
    assert result.passed
    assert "not kept for later lessons: my_answers cannot be written" in result.message


def test_a_disk_that_fills_up_leaves_the_old_answer_and_no_rubbish(doubled, fresh, monkeypatch):
    kept(fresh, "doubled", RIGHT)

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(answers.os, "replace", full)

    def doubled(x):
        return 2 * x

    result = check(doubled)
    assert result.passed
    assert "(No space left on device)" in " ".join(result.message.split())
    assert os.listdir(fresh) == ["doubled.py"]
    assert (fresh / "doubled.py").read_text() == RIGHT


def test_an_answer_without_source_passes_and_says_that_it_is_not_kept(doubled, fresh):
    names: dict = {}
    exec(RIGHT, names)
    result = check(names["doubled"])
    assert result.passed
    assert "not kept for later lessons: its source cannot be found" in result.message
    assert check(lambda x: 2 * x, exercise="doubled").passed
    assert not fresh.exists()


@pytest.fixture
def shell(monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    made = InteractiveShell.instance()
    made.history_manager.enabled = False

    def run(code):
        made.run_cell(code, store_history=True).raise_error()

    yield run
    InteractiveShell.clear_instance()


def test_in_a_notebook_functions_and_classes_are_kept_with_what_they_need(doubled, counter, shell, fresh):
    shell("import math, numpy as np\nfrom collections import deque as queue\nfrom dlcourse.checks import check")
    shell("STEP = 1\ndef one():\n    return STEP\n\ndef two_times(x):\n    return (one() + 1) * x")
    shell("!true\ndef doubled(x):\n    queue([math.pi])\n    return two_times(x)\nassert check(doubled)")
    shell(
        "class Counter:\n    def __init__(self):\n        self.count = 0\n    def step(self):\n"
        "        self.count += one()\n    def reset(self):\n        self.count = 0\n\nassert check(Counter)"
    )
    assert (fresh / "doubled.py").read_text().split("\n\n", 1)[1] == (
        "import math\nfrom collections import deque as queue\nSTEP = 1\n\n"
        "def one():\n    return STEP\n\n\ndef two_times(x):\n    return (one() + 1) * x\n\n\n"
        "def doubled(x):\n    queue([math.pi])\n    return two_times(x)\n"
    )
    assert np.array_equal(mine.doubled(np.array([1.0, 2.0])), [2.0, 4.0])
    made = mine.Counter()
    made.step()
    assert made.count == 1


def test_free_names_are_those_that_come_from_outside():
    source = (
        "import os\n@decorate\ndef f(x, y=default):\n    local = x + np.pi\n    def inner(z):\n"
        "        return local + z + helper(len(y))\n    return [inner(i) for i in x] + f(x)\nalias = f\n"
    )
    assert answers.free_names(source) == {"decorate", "default", "np", "helper"}


def test_redefining_a_function_in_a_notebook_keeps_the_newest(doubled, shell, fresh):
    shell("from dlcourse.checks import check")
    for body in ("x + x", "2 * x", "x * 2"):
        shell(f"def doubled(x):\n    return {body}\nassert check(doubled)")
    assert "return x * 2" in (fresh / "doubled.py").read_text()


# --- mine -----------------------------------------------------------------------------------------


def test_without_an_answer_mine_is_the_courses_and_says_so_once(doubled, capsys):
    assert mine.doubled is doubled.reference
    assert mine.doubled is doubled.reference
    assert capsys.readouterr().out == "doubled: the course's (none of yours is kept yet)\n"


def test_a_solved_set_is_used_throughout(doubled, quadrupled, fresh, capsys):
    kept(fresh, "doubled", ODD)
    kept(fresh, "quadrupled", "def quadrupled(x):\n    return doubled(doubled(x))\n")
    assert mine.quadrupled(np.array([1.0])) == 4
    assert capsys.readouterr().out == "doubled: yours\nquadrupled: yours\n"


def test_an_odd_but_right_answer_is_really_called(doubled, fresh):
    kept(fresh, "doubled", ODD)
    calls = mine.doubled.__globals__["calls"]
    before = len(calls)
    assert np.array_equal(mine.doubled(np.array([1.0, 2.0, 3.0])), [2.0, 4.0, 6.0])
    assert calls[before:] == [3]


def test_one_wrong_answer_falls_back_and_says_why(doubled, quadrupled, fresh, capsys):
    kept(fresh, "doubled", WRONG)
    kept(fresh, "quadrupled", "def quadrupled(x):\n    return 4 * x\n")
    assert mine.doubled is doubled.reference
    assert mine.quadrupled is not quadrupled.reference
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("doubled: the course's (yours fails its check: ")
    assert told[1] == "quadrupled: yours"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def doubled(x:\n", "yours does not parse: "),
        ("\x00\x01", "yours does not parse: "),
        ("", "its file does not define doubled"),
        ("def other(x):\n    return x\n", "its file does not define doubled"),
        ("def doubled(x):\n    return helper(x)\n", "yours fails its check: NameError: name 'helper'"),
        ("1 / 0\n", "yours cannot be loaded: ZeroDivisionError"),
        ("raise SystemExit\n", "yours cannot be loaded: SystemExit"),
        ("import nowhere_to_be_found\n", "yours cannot be loaded: ModuleNotFoundError"),
        ("doubled = 3\n", "yours fails its check: TypeError"),
    ],
)
def test_a_damaged_file_falls_back_with_the_reason(doubled, fresh, capsys, source, reason):
    kept(fresh, "doubled", source)
    assert mine.doubled is doubled.reference
    assert capsys.readouterr().out.startswith(f"doubled: the course's ({reason}")


def test_a_file_that_is_no_text_falls_back(doubled, fresh, capsys):
    kept(fresh, "doubled", "")
    (fresh / "doubled.py").write_bytes(b"\xff\xfe\x00")
    assert mine.doubled is doubled.reference
    assert "yours cannot be read: UnicodeDecodeError" in capsys.readouterr().out


def test_a_file_that_never_ends_falls_back(doubled, fresh, capsys, monkeypatch):
    monkeypatch.setattr(own_code, "SECONDS_PER_CASE", 0.1)
    kept(fresh, "doubled", "while True: pass\n")
    assert mine.doubled is doubled.reference
    assert "yours takes too long to load" in capsys.readouterr().out


def test_answers_that_name_each_other_end(doubled, quadrupled, fresh):
    kept(fresh, "doubled", "def doubled(x):\n    quadrupled\n    return x + x\n")
    kept(fresh, "quadrupled", "def quadrupled(x):\n    return doubled(doubled(x))\n")
    assert mine.doubled(2) == 4
    assert mine.quadrupled(2) == 8


def test_a_new_answer_is_noticed_and_announced_again(doubled, fresh, capsys):
    kept(fresh, "doubled", WRONG)
    assert mine.doubled is doubled.reference
    kept(fresh, "doubled", RIGHT)
    assert mine.doubled is not doubled.reference
    assert capsys.readouterr().out.splitlines()[-1] == "doubled: yours"


def test_what_a_kept_answer_prints_is_not_heard_at_its_check(doubled, fresh, capsys):
    kept(fresh, "doubled", "def doubled(x):\n    print('x')\n    return x + x\n")
    mine.doubled
    assert capsys.readouterr().out == "doubled: yours\n"


def test_an_unknown_name_is_an_attribute_error_with_advice(doubled):
    with pytest.raises(AttributeError, match="Did you mean doubled"):
        mine.dobled
    assert not hasattr(mine, "_repr_html_")
    assert "doubled" in dir(mine)


def test_kept_files_may_be_read_by_their_owner_and_editors(doubled, fresh):
    def doubled(x):
        return x + x

    check(doubled)
    assert stat.S_IMODE((fresh / "doubled.py").stat().st_mode) & 0o600 == 0o600
