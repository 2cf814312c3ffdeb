"""A build executes, measures and writes; whatever fails leaves the old notebook as it was."""

from __future__ import annotations

import json

import nbformat
import pytest

from dlcourse.authoring import labels
from dlcourse.authoring.build import write
from dlcourse.authoring.check import check_lesson
from dlcourse.authoring.errors import AuthoringError, SourceError


def cells_of(path) -> dict[str, nbformat.NotebookNode]:
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def fails(course, **options: object) -> str:
    """The message of a build that must fail, and must not touch what is there."""
    before = course.notebook.read_bytes() if course.notebook.exists() else None
    with pytest.raises(AuthoringError) as caught:
        course.build(**options)
    after = course.notebook.read_bytes() if course.notebook.exists() else None
    assert after == before
    assert not [path.name for path in course.notebook.parent.iterdir() if path.name.startswith(".")]
    return str(caught.value)


# --- What is written -------------------------------------------------------------------------------------


def test_a_second_build_gives_the_same_bytes(built_course, with_mnist) -> None:
    first = built_course.notebook.read_bytes()
    built_course.build()
    assert built_course.notebook.read_bytes() == first


def test_what_differs_by_chance_is_renewed_on_demand_or_after_a_change(built_course, with_mnist) -> None:
    def time_taken() -> str:
        return cells_of(built_course.notebook)["timing"].outputs[0].text

    first = time_taken()
    built_course.build(fresh=True)
    second = time_taken()
    assert second != first
    built_course.change("print(x.sum())", "print(x.sum() + 1)")
    built_course.build()
    assert time_taken() not in (first, second)


def test_an_output_that_differs_in_words_is_renewed(built_course, with_mnist) -> None:
    text = built_course.notebook.read_text()
    assert text.count("it took ") == 2
    built_course.notebook.write_text(text.replace('"it took ', '"it has taken '))
    built_course.build()
    assert "it has taken" not in built_course.notebook.read_text()


def test_the_notebook_is_what_its_source_makes(built_course) -> None:
    assert check_lesson(built_course.recipe()) == []


def test_outputs_are_kept_and_a_stub_is_not_started(built_course) -> None:
    cells = cells_of(built_course.notebook)
    assert cells["first"].outputs[0].text == "3.0\n"
    assert len(cells["picture"].outputs) == 2
    assert cells["add_two-check"].outputs[0].text == "not started\n"
    assert cells["large-data"].outputs[0].text == "sixty thousand pictures\n"


def test_nothing_of_this_machine_is_in_the_file(built_course) -> None:
    text = built_course.notebook.read_text()
    assert str(built_course.root) not in text
    assert "dlcourse-build-" not in text


def test_labels_are_measured(built_course) -> None:
    stored = json.loads(built_course.notebook.read_text())["metadata"]["dlcourse"]["labels"]
    assert stored == {"megabytes": 300, "seconds": 30, "seconds_mnist": 30}


def test_the_solved_notebook_lies_below_build_and_passes_its_checks(built_course, with_mnist) -> None:
    before = built_course.notebook.read_bytes()
    path = built_course.build(solved=True)
    assert path == built_course.root / "build" / "solutions" / "03_small.ipynb"
    cells = cells_of(path)
    assert cells["add_two-check"].outputs[0].text == "passed\n"
    assert built_course.notebook.read_bytes() == before


def test_lessons_run_in_a_folder_of_their_own(light_course, with_mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLCOURSE_SEED", "7")
    monkeypatch.setenv("MPLBACKEND", "agg")
    names = '["DLCOURSE_SEED", "MPLBACKEND", "DLCOURSE_ANSWERS"]'
    light_course.add(f'# %% id="around"\nimport os\nprint([os.environ[n] for n in {names}], os.listdir())')
    text = cells_of(light_course.build())["around"].outputs[0].text
    assert text == "['0', 'module://matplotlib_inline.backend_inline', 'my_answers'] ['.ipython']\n"


# --- What fails ------------------------------------------------------------------------------------------


def test_a_failing_cell_is_told_with_lesson_cell_line_and_traceback(built_course, with_mnist) -> None:
    built_course.change("print(x.sum())", "print(x.sum())\nx.reshape(7)")
    message = fails(built_course)
    line = built_course.line_of("x.reshape(7)")
    assert f"03_small.py:{line}: cell first failed with ValueError: cannot reshape" in message
    assert "----> 3 x.reshape(7)" in message


def test_a_failing_claim_is_told_with_its_line(built_course, with_mnist) -> None:
    built_course.change("assert y == 3", 'assert y == 4, "the sum"')
    message = fails(built_course)
    assert "cell claim (claim-after-first) failed with AssertionError: the sum" in message
    assert f"03_small.py:{built_course.line_of('assert y')}" in message.replace("File ", "")


def test_a_drawing_claim_is_refused(built_course, with_mnist) -> None:
    built_course.change("assert y == 3", "assert y == 3\nplt.plot(x)")
    assert "prints or draws something" in fails(built_course)


def test_a_warning_is_refused_unless_the_cell_is_tagged(built_course, with_mnist) -> None:
    built_course.change("print(x.sum())", "print(x.sum())\nx / 0")
    assert "cell first writes to stderr" in fails(built_course)
    built_course.change('id="first"', 'id="first" tags=["stderr-expected"]')
    built_course.build()
    assert "RuntimeWarning" in cells_of(built_course.notebook)["first"].outputs[1].text


def test_a_picture_that_does_not_come_out_is_told(built_course, with_mnist) -> None:
    built_course.change("plt.figure(figsize=(2, 1))", 'plt.switch_backend("agg")')
    built_course.change("plt.show()\n", "")
    assert "cell picture ends by drawing something, but no picture came out" in fails(built_course)


def test_an_error_on_purpose_is_shown(light_course, with_mnist) -> None:
    light_course.add('# %% id="error" tags=["raises-exception"]\n1 / 0')
    light_course.add('# %% id="after"\nprint("goes on")')
    cells = cells_of(light_course.build())
    assert cells["error"].outputs[0].ename == "ZeroDivisionError"
    assert cells["after"].outputs[0].text == "goes on\n"
    assert check_lesson(light_course.recipe()) == []


def test_a_breach_of_the_rules_is_told_before_anything_runs(built_course) -> None:
    built_course.add('# %% id="last"\nopen("a.txt")')
    assert "lies in the working folder" in fails(built_course)
    with pytest.raises(SourceError):
        built_course.build()


def test_a_reference_that_fails_its_own_check_is_told(light_course, with_mnist) -> None:
    light_course.exercises["add_two"].body = "return x + 3"
    assert "the reference answer does not pass the check of add_two" in fails(light_course, solved=True)


def test_a_passed_budget_fails_unless_it_is_ignored(built_course, with_mnist, monkeypatch) -> None:
    monkeypatch.setattr(labels, "BUDGET_SECONDS", 0.01)
    assert "its budget is 0 s (slowest cells: " in fails(built_course)
    said: list[str] = []
    built_course.build(ignore_budget=True, say=said.append)
    assert any("over budget" in line for line in said)


# --- MNIST -----------------------------------------------------------------------------------------------


def test_where_mnist_is_missing_the_outputs_of_its_cells_stay(built_course) -> None:
    built_course.change("print(x.sum())", "print(x.sum() + 1)")
    built_course.build()
    cells = cells_of(built_course.notebook)
    assert cells["first"].outputs[0].text == "4.0\n"
    assert cells["large-data"].outputs[0].text == "sixty thousand pictures\n"
    assert check_lesson(built_course.recipe()) == []


def test_where_mnist_is_missing_its_new_cells_are_refused(built_course) -> None:
    built_course.change("sixty thousand pictures", "seventy thousand pictures")
    message = fails(built_course)
    assert "the MNIST cells are new or changed" in message
    assert "dlcourse data fetch mnist" in message
    assert "--without-mnist" in message


def test_a_preview_without_mnist_is_built_but_not_accepted(light_course) -> None:
    light_course.change(
        'print("sixty thousand pictures")',
        "from dlcourse import data\nmnist = data.load_mnist(required=False)\nif mnist:\n    print(1)",
    )
    light_course.change("assert x.size == 3", "assert len(mnist.x_train) == 60_000")
    text = cells_of(light_course.build(without_mnist=True))["large-data"].outputs[0].text
    assert text.count("\n") == 1
    assert "is not on this machine" in text
    assert ["built without MNIST" in p.message for p in check_lesson(light_course.recipe())] == [True, False]


# --- Without execution -----------------------------------------------------------------------------------


def test_texts_are_refreshed_around_the_outputs(built_course) -> None:
    before = cells_of(built_course.notebook)
    built_course.change("Two and two.", "Three and three.")
    built_course.change("title: A small lesson", "title: A lesson")
    built_course.build(execute=False)
    after = cells_of(built_course.notebook)
    assert [key for key in before if before[key] != after[key]] == ["lesson-head", "promise"]
    assert check_lesson(built_course.recipe()) == []


def test_without_a_change_a_refresh_gives_the_same_bytes(built_course) -> None:
    before = built_course.notebook.read_bytes()
    built_course.build(execute=False)
    assert built_course.notebook.read_bytes() == before


def test_a_refresh_is_refused_where_code_changed(built_course) -> None:
    built_course.change("x = np.arange(3.0)", "x = np.arange(4.0)")
    assert "build without --no-execute" in fails(built_course, execute=False)


def test_a_refresh_is_refused_where_code_moved_or_is_new(built_course) -> None:
    built_course.add('# %% id="last"\nx')
    assert "code is new, changed or moved" in fails(built_course, execute=False)


# --- Files -----------------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(AuthoringError, match="cannot be written"):
        write(tmp_path / "taken", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
