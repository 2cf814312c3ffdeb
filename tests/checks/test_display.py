"""How verdicts look: once, as a card in IPython, as text elsewhere; nothing of a student's is markup."""

from __future__ import annotations

import html.parser

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from dlcourse.checks import cards, check
from dlcourse.checks.cards import Card, Code, Facts, Table, Text

RIGHT = "✓ doubled: right · 2 of 2 points"


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """A real IPython shell; ``run(code)`` gives the outputs of a cell."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    made = InteractiveShell.instance()
    made.history_manager.enabled = False
    made.run_cell("from dlcourse.checks import check, hint, progress, solution", store_history=True)
    made.run_cell("def doubled(x):\n    return x + x", store_history=True)

    def run(code):
        with capture_output() as captured:
            result = made.run_cell(code, store_history=True)
        result.raise_error()
        return captured

    yield run
    InteractiveShell.clear_instance()


def test_in_ipython_the_verdict_is_a_card_with_text_for_those_without_html(doubled, shell):
    (output,) = shell("r = check(doubled)").outputs
    assert output.data["text/plain"] == RIGHT
    assert "doubled: right · 2 of 2 points" in output.data["text/html"]


def test_as_the_cells_last_expression_the_verdict_is_not_shown_twice(doubled, shell):
    captured = shell("check(doubled)")
    assert len(captured.outputs) == 1
    assert "CheckResult" not in captured.stdout
    assert captured.stdout.count("doubled") == 0


def test_in_a_later_cell_the_result_shows_itself_again(doubled, shell):
    shell("r = check(doubled)")
    assert [o.data["text/plain"] for o in shell("r").outputs] == [RIGHT]


def test_without_ipython_the_verdict_is_printed(doubled, capsys):
    check(doubled.reference)
    assert capsys.readouterr().out == RIGHT + "\n"


def test_the_same_answer_gives_the_same_card_byte_by_byte(doubled, shell):
    wrong = "def doubled(x):\n    return x * x\ncheck(doubled)"
    cards_shown = {shell(wrong).outputs[0].data["text/html"] for _ in range(3)}
    assert len(cards_shown) == 1
    assert "0x" not in cards_shown.pop()


def test_in_nbgrader_the_cells_result_is_the_number_of_points(doubled, shell, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert shell("check(doubled)").stdout.split() == ["Out[3]:", "2"]
    stub = "def doubled(x):\n    raise NotImplementedError\ncheck(doubled)"
    captured = shell(stub)
    assert captured.stdout.split() == ["Out[4]:", "0"]
    assert captured.stderr == ""


def test_an_exception_in_a_cell_names_the_line_of_the_cell(doubled, shell):
    text = shell("def doubled(x):\n    y = 2\n    return y / nothing\ncheck(doubled)").outputs[0].data["text/plain"]
    assert "NameError: name 'nothing' is not defined" in text
    assert "line 3 of the cell, in doubled:" in text
    assert "return y / nothing" in text


def test_hint_solution_and_progress_are_displayed_too(doubled, shell):
    (hint,) = shell("hint(doubled)").outputs
    assert "hint 1 of 2" in hint.data["text/html"]
    (code,) = shell("solution(doubled, sure=True)").outputs
    assert code.data["text/markdown"].startswith("```python\ndef doubled(x):")
    assert code.data["text/plain"].startswith("def doubled(x):")
    (table,) = shell('progress("99")').outputs
    assert "exercise" in table.data["text/html"]


class Tags(html.parser.HTMLParser):
    """Collects the elements of a page and checks that they are nested rightly."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&*a*`b`"


def test_whatever_a_student_returns_or_raises_is_escaped(doubled):
    def returns(x):
        return {EVIL: EVIL}

    def raises(x):
        raise ValueError(EVIL)

    raises.__name__ = "<b>"
    names: dict = {}
    exec(f"def doubled(x):\n    return {EVIL!r}", names)
    for answer in (returns, raises, names["doubled"]):
        page = check(answer, exercise="doubled").card.html()
        assert set(Tags(page).names) <= {"div", "pre", "code", "em", "br"}
        assert "&lt;script&gt;" in page


def test_every_block_is_nested_rightly_and_takes_the_pages_colours():
    blocks = [Text("a `b < c` *d*\ne"), Code("x < y"), Facts([("x<", "1\n2")]), Table([("a", "b"), ("<c>", "*d*")])]
    card = Card("✗", "t: `x` <i>", "wrong", blocks)
    assert set(Tags(card.html()).names) == {"div", "code", "em", "br", "pre"}
    assert "color:inherit" in card.html()
    assert "background:transparent" in card.html()
    assert card.text().splitlines() == [
        "✗ t: `x` <i>",
        "  a `b < c` *d*",
        "  e",
        "    x < y",
        "    x<  1",
        "        2",
        "  a    b",
        "  <c>  *d*",
    ]


def test_stars_in_formulas_are_not_taken_for_stress():
    assert cards.inline("x * y and 2 * z, a*b*c, x**2") == "x * y and 2 * z, a*b*c, x**2"
    assert cards.inline("the *input* counts") == "the <em>input</em> counts"


def test_every_status_has_an_icon_and_words(doubled):
    def half(x):
        return 2 * x if x.ndim == 1 else x

    def stub(x):
        raise NotImplementedError

    answers = [doubled.reference, half, lambda x: x, stub]
    titles = [check(answer, exercise="doubled").message.splitlines()[0] for answer in answers]
    assert [title.split(" · ")[0] for title in titles] == [
        "✓ doubled: right",
        "◐ doubled: partly right",
        "✗ doubled: not yet",
        "○ doubled: not started",
    ]
