"""hint, solution and progress: help in small steps, and where one stands."""

from __future__ import annotations

import pytest

import dlcourse
from dlcourse.checks import check, hint, progress, set_lesson, solution
from dlcourse.exercises import UnknownExercise


def doubled_by_student(x):
    return x + x


def test_hints_come_one_by_one_and_then_point_to_the_solution(doubled, capsys):
    for form in (doubled_by_student, "doubled", doubled.reference, doubled)[1:]:
        hint(form)
    told = capsys.readouterr().out
    assert "➜ doubled: hint 1 of 2\n  Twice as much.\n" in told
    assert "➜ doubled: hint 2 of 2\n  Use `*`.\n  This was the last hint." in told
    assert "➜ doubled: no more hints\n  You have seen all hints. `solution(doubled)`" in told


def test_solution_asks_once_and_then_shows_it_to_those_who_are_sure(doubled, capsys):
    solution("doubled")
    asked = " ".join(capsys.readouterr().out.split())
    assert "There are 2 hints left that you have not seen: `hint(doubled)`." in asked
    assert "`solution(doubled, sure=True)`" in asked
    assert "return" not in asked
    solution("doubled", sure=True)
    assert capsys.readouterr().out == doubled.solution_source


def test_a_solved_exercise_shows_its_solution_at_once(doubled, capsys):
    check(doubled_by_student, exercise="doubled")
    capsys.readouterr()
    solution("doubled")
    assert capsys.readouterr().out.startswith("def doubled(x):")


@pytest.mark.parametrize("ask", [hint, solution])
def test_unknown_names_and_things_without_a_name_are_errors(doubled, ask):
    with pytest.raises(UnknownExercise, match="Did you mean doubled"):
        ask("doubledd")
    with pytest.raises(TypeError, match="got an int"):
        ask(3)


def test_progress_shows_every_exercise_with_points_and_a_total(doubled, quadrupled, counter, capsys):
    check(doubled_by_student, exercise="doubled")
    check(lambda x: x, exercise="quadrupled")
    capsys.readouterr()
    set_lesson("99")
    progress()
    assert capsys.readouterr().out.splitlines() == [
        "○ Lesson 99: 1 of 3 exercises done · 2 of 5 points",
        "  exercise    points  state",
        "  doubled     2 of 2  ✓ right",
        "  quadrupled  0 of 1  ✗ not yet",
        "  Counter     0 of 2  ○ not started",
    ]


def test_answers_of_earlier_sessions_count_if_they_are_still_right(doubled, quadrupled, fresh, capsys):
    fresh.mkdir()
    (fresh / "doubled.py").write_text("def doubled(x):\n    return x + x\n")
    (fresh / "quadrupled.py").write_text("def quadrupled(x):\n    return x\n")
    progress("99")
    told = capsys.readouterr().out
    assert "1 of 2 exercises done · 2 of 3 points" in told
    assert "doubled     2 of 2  ✓ right (kept)" in told
    assert "quadrupled  0 of 1  ✗ kept, but not right any more" in told
    assert "checked again just now" in told


def test_a_lesson_that_is_done_is_marked(doubled, capsys):
    check(doubled_by_student, exercise="doubled")
    progress("99")
    assert "✓ Lesson 99: 1 of 1 exercises done · 2 of 2 points" in capsys.readouterr().out


def test_progress_needs_a_lesson_that_exists():
    with pytest.raises(ValueError, match=r'progress\("04"\)'):
        progress()
    with pytest.raises(ValueError, match="Lesson '77' has no exercises"):
        progress("77")


def test_starting_a_lesson_tells_progress_which_one(capsys):
    dlcourse.start_lesson("04")
    dlcourse.progress()
    assert "Lesson 04: 0 of" in capsys.readouterr().out
