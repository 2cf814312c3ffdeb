"""The pages show what was graded, ask for nothing from elsewhere, and run nothing that a student wrote."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dlcourse.grading.gradebook import NAME, ByHand, Gradebook
from dlcourse.grading.records import ExerciseGrade, Grade, Student, Submission
from dlcourse.grading.reports import write_reports
from dlcourse.grading.reports.pages import points
from dlcourse.grading.similar import Pair
from tests.grading.conftest import ROOT

SCRIPT = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def hostile_text(length: int = 0) -> str:
    return f"{SCRIPT} ' \" & \ud800 \u202e \x00 \x1b[2J" + "A" * length


def hostile_grade() -> Grade:
    text = hostile_text()
    one = ExerciseGrade(
        "softmax", 1, 2, "partly", {text: True, "b": False}, text, "no such mistake", [(text, hostile_text(1_000_000))],
        f"# {text}\ndef softmax(scores):\n    '''{text}'''\n" + "x" * 1_000_000, [text],
    )  # fmt: skip
    others = [ExerciseGrade("accuracy", 0, 1, "not started"), ExerciseGrade("kl_bits", 0, 1, "missing")]
    return Grade("02", "d", [one, *others], [text], "", 1.0)


def submitted(student: Student, **facts) -> Submission:
    return replace(Submission(student, "02", 1, Path("x.ipynb"), "", "2026-11-01T10:00:00+01:00"), **facts)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    hostile = Student("eve", hostile_text(), hostile_text())
    good = Grade("02", "d", [ExerciseGrade("softmax", 2, 2, "right", code="def softmax(scores):\n    return 1 < 2")])
    with Gradebook.open(tmp_path / NAME) as book:
        book.add_students([Student("zoe", "Zoë O'Brien")])
        book.record(submitted(hostile), hostile_grade(), "g")
        book.record(submitted(Student("ann", "Ann Lee"), late=90_000.0), good, "g", 0.8)
        book.record(submitted(Student("bob", "李伟")), Grade("02", "d", problem="This is a web page."), "g")
        book.set_by_hand(
            [("ann", "02", "softmax", ByHand(1.5, SCRIPT)), ("eve", "02", "", ByHand(None, "Come and see me."))]
        )
        book.set_troubles([SCRIPT])
        write_reports(tmp_path, book, "latest", [Pair("ann", "eve", 20, 0.9, {"softmax": 20})])
    return tmp_path


def page(out: Path, name: str) -> str:
    return (out / name).read_text(encoding="utf-8")


def test_nothing_that_a_student_wrote_is_markup(out: Path) -> None:
    for path in out.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script>document" not in text
        assert "<img" not in text
        assert len(text) < 3_000_000


def test_the_pages_ask_for_nothing_from_elsewhere(out: Path) -> None:
    for path in out.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "default-src &#39;none&#39;" in text
        assert " src=" not in text.replace("src=x onerror", "")
        assert "@import" not in text
        assert "url(" not in text


def test_a_students_page_tells_points_lateness_and_the_instructors_words_apart(out: Path) -> None:
    text = page(out, "feedback/ann.html")
    assert "1.5 points, given by your instructor" in text
    assert "automatic: 2" in text
    assert "Handed in 1 day late: 80 % of 1.5 points count" in text
    assert "<strong>1.2</strong> of 2 points" in text
    assert "Come and see me." in page(out, "feedback/eve.html")
    assert "This is a web page." in page(out, "feedback/bob.html")
    assert "Nothing was handed in." in page(out, "feedback/zoe.html")


def test_status_is_told_in_words_and_not_by_colour_alone(out: Path) -> None:
    text = page(out, "feedback/eve.html")
    for words in ("partly right", "not started", "not in the notebook"):
        assert words in text


def test_the_overview_names_who_needs_help_and_what_was_not_matched(out: Path) -> None:
    text = page(out, "index.html")
    assert "nothing handed in" in text
    assert "Not matched, or not taken" in text
    assert "Answers that resemble each other" in text
    assert "90 %" in text


@pytest.mark.parametrize(
    ("value", "shown"), [(2, "2"), (2.5, "2.5"), (0.67, "0.67"), (0, "0"), (10, "10"), (100.0, "100")]
)
def test_points_are_shown_as_people_write_them(value: float, shown: str) -> None:
    assert points(value) == shown


def test_the_templates_travel_with_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "grading/reports/templates/*" in project["tool"]["setuptools"]["package-data"]["dlcourse"]


@pytest.fixture
def browser_page() -> Iterator:
    sync_api = pytest.importorskip("playwright.sync_api")
    if BROWSER is None:
        pytest.skip("needs chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser.new_page()
        browser.close()


def test_in_a_browser_no_script_of_a_student_runs_and_nothing_is_asked_for(out: Path, browser_page) -> None:
    asked, errors = [], []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    browser_page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    pages = [out / "index.html", *sorted((out / "feedback").iterdir())]
    for path in pages:
        browser_page.goto(path.as_uri())
        assert browser_page.title() != "owned"
        assert browser_page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert asked == [path.as_uri() for path in pages]
    assert errors == []


def test_in_a_browser_the_table_of_students_sorts(out: Path, browser_page) -> None:
    browser_page.goto((out / "index.html").as_uri())
    table = browser_page.locator("#students")

    def keys() -> list[str]:
        return table.locator("tbody tr td:nth-child(2)").all_text_contents()

    table.get_by_role("button", name="Total").click()
    assert table.locator("th[aria-sort=ascending]").count() == 1
    assert keys()[-1] == "ann"
    table.get_by_role("button", name="Total").click()
    assert keys()[0] == "ann"
    table.get_by_role("button", name="Key").click()
    assert keys() == ["ann", "bob", "eve", "zoe"]
