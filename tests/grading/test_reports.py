"""The pages show what was graded, ask for nothing from elsewhere, and run nothing that a student wrote."""

from __future__ import annotations

import os
import re
import shutil
import time
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest

from dlcourse.grading.gradebook import NAME, ByHand, Gradebook
from dlcourse.grading.records import ExerciseGrade, Grade, Student
from dlcourse.grading.reports import pages, write_reports
from dlcourse.grading.reports.highlight import highlighted
from dlcourse.grading.similar import Pair
from tests.grading.conftest import ROOT
from tests.grading.made_up import FULL, graded, submitted, ungraded

SCRIPT = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"
TEMPLATES = ROOT / "dlcourse" / "grading" / "reports" / "templates"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def hostile_text(length: int = 0) -> str:
    return (
        f"{SCRIPT} ' \" & \ud800 \u202e \x00 \x1b[2J </pre></style> {{{{ 7 * 7 }}}} `{SCRIPT}` *{SCRIPT}*"
        + "A" * length
    )


def hostile_grade() -> Grade:
    text = hostile_text()
    one = ExerciseGrade(
        "softmax", 1, 2, "partly", {text: True, "b": False}, text, "no such mistake", [(text, hostile_text(1_000_000))],
        f"# {text}\ndef softmax(scores):\n    '''{text}'''\n" + "x" * 1_000_000, [text],
    )  # fmt: skip
    others = [ExerciseGrade("accuracy", 0, 1, "not started"), ExerciseGrade("kl_bits", 0, 1, "missing")]
    others.append(ExerciseGrade("fit_ridge", 0, 2, "stopped", sentence="It took too long."))
    return Grade("02", "d", [one, *others], [text], "", 1.0)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The pages of a class with a student of every kind."""
    hostile = Student("eve", hostile_text(), hostile_text())
    code = "def softmax(scores):\n    return 1 < 2"
    with Gradebook.open(tmp_path / NAME) as book:
        book.set_roster([Student("zoe", "Zoë O'Brien"), Student("kim", "Kim")])
        book.record(submitted(hostile), hostile_grade(), "g")
        book.record(submitted(Student("ann", "Ann Lee"), late=90_000.0), graded(code=code), "g", 0.8)
        book.record(submitted(Student("ann", "Ann Lee"), 2), ungraded(), "g")
        book.record(submitted(Student("ann", "Ann Lee"), lesson="04"), Grade("04", "d", [], [], "Not whole."), "g")
        book.record(submitted(Student("bob", "李伟")), ungraded(), "g")
        book.set_by_hand([
            ("ann", "02", "softmax", ByHand(1.5, SCRIPT)), ("eve", "02", "", ByHand(None, "Come and see me.")),
            ("kim", "02", "accuracy", ByHand(1, "You told me.")),
        ])  # fmt: skip
        book.set_troubles([SCRIPT])
        write_reports(tmp_path, book, "latest", [Pair("ann", "eve", 20, 0.9, {"softmax": 20})])
    return tmp_path


def page(out: Path, name: str) -> str:
    return (out / name).read_text(encoding="utf-8")


def words(html: str) -> str:
    """What is there to read, on one line."""
    text = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]*>", " ", text).split()).replace(" .", ".")


class Elements(HTMLParser):
    """Names and attributes of all elements of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


# --- what is safe --------------------------------------------------------------------------------


def test_nothing_that_a_student_wrote_is_markup(out: Path) -> None:
    for path in out.rglob("*.html"):
        for tag, attributes in Elements(path.read_text(encoding="utf-8")).found:
            assert tag not in ("img", "iframe", "object", "link", "form", "base")
            assert not [name for name in attributes if name.startswith("on") or name in ("src", "style", "srcdoc")]
    assert [tag for tag, _ in Elements(page(out, "feedback/eve.html")).found].count("script") == 0
    assert "{{ 7 * 7 }}" in page(out, "feedback/eve.html")


def test_a_strict_policy_forbids_what_would_slip_through(out: Path) -> None:
    for name, has_script in (("index.html", True), ("feedback/eve.html", False)):
        metas = [attributes for tag, attributes in Elements(page(out, name)).found if tag == "meta"]
        (policy,) = [meta["content"] for meta in metas if meta.get("http-equiv") == "Content-Security-Policy"]
        assert policy is not None
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert ("script-src 'sha256-" in policy) == has_script


def test_links_lead_to_the_pages_of_students_alone(out: Path) -> None:
    for path in out.rglob("*.html"):
        for tag, attributes in Elements(path.read_text(encoding="utf-8")).found:
            if tag == "a":
                assert re.fullmatch(r"#[\w-]+|feedback/[\w.-]+\.html", attributes["href"] or "")


def test_no_page_is_larger_than_it_must_be(out: Path) -> None:
    assert all(path.stat().st_size < 200_000 for path in out.rglob("*.html"))


def test_characters_that_cannot_be_shown_or_turn_the_text_around_are_replaced(out: Path) -> None:
    for path in out.rglob("*.html"):
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", path.read_text(encoding="utf-8")
        )


# --- what is told --------------------------------------------------------------------------------


def test_a_students_page_tells_points_lateness_and_the_instructors_words_apart(out: Path) -> None:
    text = words(page(out, "feedback/ann.html"))
    assert "1.5 points, given by your instructor (automatic: 2)" in text
    assert "Handed in 1 day late: 80 % of 2.5 points count" in text
    assert "2 of 3 points" in text
    assert "A later file, attempt 2, could not be graded, so that attempt 1 counts. This is a web page." in text
    assert "From your instructor: Come and see me." in words(page(out, "feedback/eve.html"))


def test_several_lessons_have_a_table_in_front(out: Path) -> None:
    text = page(out, "feedback/ann.html")
    assert 'href="#lesson-04"' in text
    assert 'id="lesson-04"' in text
    assert "Lesson 04 · Backpropagation from scratch 0 of 28" in words(text)
    assert 'class="lessons"' not in page(out, "feedback/eve.html")


def test_what_could_not_be_graded_and_what_was_not_handed_in_is_told(out: Path) -> None:
    bob, kim = words(page(out, "feedback/bob.html")), words(page(out, "feedback/kim.html"))
    assert f"0 of {FULL} points" in bob
    assert "This file could not be graded. This is a web page." in bob
    assert "softmax" not in bob
    assert "Nothing was handed in." in words(page(out, "feedback/zoe.html"))
    assert "Nothing was handed in for this lesson." in kim
    assert "accuracy by hand 1 of 1 1 point, given by your instructor. You told me." in kim


def test_status_is_told_in_words_and_not_by_colour_alone(out: Path) -> None:
    text = words(page(out, "feedback/eve.html"))
    assert "1 partly right, 1 not started, 1 not in the notebook, 1 stopped" in text
    assert "◐ softmax partly right 1 of 2" in text
    assert "b: not yet" in text
    assert "It took too long." in text


def test_the_failing_case_and_the_students_own_code_are_shown(out: Path) -> None:
    text = page(out, "feedback/ann.html")
    assert '<b>def</b> <span class="d">softmax</span>(scores):\n    <b>return</b> <span class="n">1</span> &lt;' in text
    assert "A case that fails" in page(out, "feedback/eve.html")


def test_the_overview_says_how_the_class_did(out: Path) -> None:
    text = words(page(out, "index.html"))
    assert "5 students · 3 handed in · 2 handed in nothing · 2 could not be graded" in text
    assert "softmax 50 % 50 % 0 % 0 % 1.25 of 2" in text
    assert "Zoë O&#39;Brien 0 nothing handed in" in text
    assert "Not matched, not taken, or assumed" in text
    assert "90 % softmax" in text


def test_the_overview_counts_recorded_mistakes(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        for i in range(30):
            facts = (
                {"mistake": "a", "sentence": "Two <b>things</b>."} if i % 3 else {"mistake": "b", "sentence": "One."}
            )
            book.record(submitted(Student(f"s{i}")), graded(0, **facts), "g")
        write_reports(tmp_path, book)
    text = words(page(tmp_path, "index.html"))
    assert text.index("20 softmax Two &lt;b&gt;things&lt;/b&gt;.") < text.index("10 softmax One.")


def test_lateness_alone_is_no_reason_to_need_help(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(late=9e6), graded(2), "g", 0.1)
        write_reports(tmp_path, book)
    assert "Who may need help" not in page(tmp_path, "index.html")


def test_an_empty_class_has_an_overview(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        write_reports(tmp_path, book)
    assert "0 students" in words(page(tmp_path, "index.html"))


@pytest.mark.parametrize(
    ("value", "shown"), [(2, "2"), (2.5, "2.5"), (0.67, "0.67"), (0, "0"), (10, "10"), (100.0, "100")]
)
def test_points_are_shown_as_people_write_them(value: float, shown: str) -> None:
    assert pages.points(value) == shown


# --- how it is made ------------------------------------------------------------------------------


def test_pages_that_stay_the_same_are_not_touched(out: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.html")}
    similar = [Pair("ann", "eve", 20, 0.9, {"softmax": 20})]
    with Gradebook.open(out / NAME) as book:
        write_reports(out, book, "latest", similar)
        assert before == {path: path.stat().st_mtime_ns for path in out.rglob("*.html")}
        book.set_by_hand([("ann", "02", "", ByHand(None, "New."))])
        write_reports(out, book, "latest", similar)
    changed = {path.name for path, when in before.items() if path.stat().st_mtime_ns != when}
    assert "ann.html" in changed
    assert "bob.html" not in changed


def test_the_page_of_who_is_no_longer_in_the_gradebook_is_removed_and_no_other_file(out: Path) -> None:
    stranger = Student("unmatched-li", "li", on_roster=False)
    mine = out / "feedback" / "mine.html"
    mine.write_text("<p>What the instructor keeps here.</p>")
    with Gradebook.open(out / NAME) as book:
        book.record(submitted(stranger, path=Path("li.ipynb")), graded(), "g")
        write_reports(out, book)
        assert (out / "feedback" / "unmatched-li.html").exists()
        book.record(submitted(Student("li"), path=Path("li.ipynb")), graded(), "g")
        book.drop_strangers()
        write_reports(out, book)
    assert sorted(path.stem for path in (out / "feedback").iterdir()) == [
        "ann",
        "bob",
        "eve",
        "kim",
        "li",
        "mine",
        "zoe",
    ]


def test_highlighting_loses_no_character_and_takes_linear_time() -> None:
    strange = ['"', "'''", '"""\\', "f'{", "#", "def ", "\\", "0x", "é", "\n", "rb'", "<&>"]
    for parts in product(strange, repeat=3):
        code = "".join(parts)
        assert SimpleNamespace(text=re.sub(r"<[^>]*>", "", highlighted(code))).text == (
            code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        )
    start = time.perf_counter()
    for part in strange:
        highlighted(part * 20_000)
    assert time.perf_counter() - start < 5


def test_the_templates_travel_with_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "grading/reports/templates/*" in project["tool"]["setuptools"]["package-data"]["dlcourse"]


def palettes() -> list[dict[str, str]]:
    """The colours in light, dark, and print; later ones inherit what they do not set."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    found = [dict(re.findall(r"--([\w-]+):(#\w+)", block)) for block in re.findall(r":root\{([^}]*)\}", style)]
    assert len(found) == 3
    return [found[0], found[0] | found[1], found[0] | found[1] | found[2]]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark", "print"])
def test_all_words_have_the_contrast_that_wcag_asks_for(palette: dict[str, str]) -> None:
    for ink, ground in product(("ink", "soft", "right", "partly", "wrong", "link"), ("page", "card", "code")):
        light, dark = sorted((luminance(palette[ink]), luminance(palette[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


# --- in a browser --------------------------------------------------------------------------------


def browser_path() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip("no Chromium or Google Chrome on the path: the pages were not tried in a browser")
    assert found, "CI tries the pages in a browser: install the package chromium."
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield started
        started.close()


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_nothing_is_asked_for_no_script_of_a_student_runs_and_all_fits(
    width: int, scheme: str, out: Path, browser
) -> None:
    view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    errors: list[str] = []
    view.on("request", lambda request: asked.append(request.url))
    view.on("pageerror", lambda error: errors.append(str(error)))
    view.on("console", lambda message: errors.append(message.text))
    paths = [out / "index.html", *sorted((out / "feedback").iterdir())]
    for path in paths:
        view.goto(path.as_uri())
        assert view.title() != "owned"
        assert view.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        dark = view.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 27)"
        assert dark == (scheme == "dark"), "the policy must let the page's own style through"
    view.close()
    assert asked == [path.as_uri() for path in paths]
    assert errors == []


def test_in_a_browser_the_tables_sort(out: Path, browser) -> None:
    view = browser.new_page()
    view.goto((out / "index.html").as_uri())
    table = view.locator("table.sortable").last

    def keys() -> list[str]:
        return table.locator("tbody tr td:nth-child(2)").all_text_contents()

    table.get_by_role("button", name="Total").click()
    assert table.locator("th[aria-sort=ascending]").count() == 1
    assert keys()[-1] == "ann"
    table.get_by_role("button", name="Total").click()
    assert keys()[0] == "ann"
    table.get_by_role("button", name="Key").click()
    assert keys() == ["ann", "bob", "eve", "kim", "zoe"]
    view.close()


def test_in_a_browser_the_keyboard_opens_an_exercise(out: Path, browser) -> None:
    view = browser.new_page()
    view.goto((out / "feedback" / "ann.html").as_uri())
    accuracy = view.locator("details", has_text="accuracy")
    assert accuracy.get_attribute("open") is None
    accuracy.locator("summary").focus()
    view.keyboard.press("Enter")
    assert accuracy.get_attribute("open") is not None
    view.close()


def test_without_scripts_the_overview_says_the_same(out: Path, browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    view = context.new_page()
    view.goto((out / "index.html").as_uri())
    assert view.locator("table.sortable").last.locator("tbody tr").count() == 5
    context.close()


def test_printed_exercises_are_all_open(out: Path, browser) -> None:
    view = browser.new_page()
    view.goto((out / "feedback" / "eve.html").as_uri())
    closed = view.locator("details:not([open]) .body").first
    view.emulate_media(media="screen")
    assert not closed.is_visible()
    view.emulate_media(media="print")
    assert closed.is_visible()
    view.close()
