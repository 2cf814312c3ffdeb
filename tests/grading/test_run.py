"""A class is graded once, wholly, and whatever interrupts it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlcourse import exercises
from dlcourse.cli import main
from dlcourse.grading import example, manual
from dlcourse.grading.gradebook import NAME, ByHand, Gradebook, GradebookError
from dlcourse.grading.lateness import LatePolicy
from dlcourse.grading.records import Limits
from dlcourse.grading.run import Order, grade_class
from dlcourse.grading.workers import Dask
from tests.grading.conftest import ROOT, entries_of, full_points, needs_bwrap, notebook_with, run_class, solved

pytestmark = needs_bwrap
# How often a run is killed: more often by hand, with DLCOURSE_KILLS=50.
KILLS = int(os.environ.get("DLCOURSE_KILLS", "6"))
RIGHT = {ex.name: ex.solution_source for ex in exercises.for_lesson("02")}


def contents(out: Path) -> list[str]:
    with Gradebook.open(out / NAME) as book:
        return book.contents()


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up class of 12 in Canvas's form, with every kind of trouble but the loop, which takes long."""
    folder = tmp_path_factory.mktemp("class")
    slim = folder / "02_score_and_loss.ipynb"
    slim.write_bytes(notebook_with("02", {}))
    example.make_class(slim, folder, students=12)
    return folder


def order_of(folder: Path, out: Path) -> list[str]:
    options = [
        "--lesson",
        "02",
        "--out",
        str(out),
        "--jobs",
        "2",
        "--timeout",
        "2",
        "--seed-file",
        str(folder / "seed"),
    ]
    return [str(folder / "submissions"), *options, "--roster", str(folder / "roster.csv")]


def test_a_run_that_is_killed_again_and_again_ends_like_one_that_is_not(class_folder: Path, tmp_path: Path) -> None:
    (class_folder / "seed").write_text("the secret of this test, long enough")
    command = [sys.executable, "-m", "dlcourse", "grade"]
    quietly = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    start = time.monotonic()
    subprocess.run([*command, *order_of(class_folder, tmp_path / "whole")], check=True, **quietly)
    whole = time.monotonic() - start
    command += order_of(class_folder, tmp_path / "killed")
    dice = random.Random(0)
    kills = 0
    while kills < KILLS:
        process = subprocess.Popen(command, **quietly)
        try:
            assert process.wait(timeout=dice.uniform(0, whole)) == 0
            forget_some(tmp_path / "killed" / NAME, dice)  # all was done: give the next run something to do
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    subprocess.run(command, check=True, **quietly)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")


def forget_some(path: Path, dice: random.Random) -> None:
    """Take some results out of a gradebook."""
    with Gradebook.open(path) as book, book._db:
        for (student,) in book._db.execute("SELECT DISTINCT student FROM submissions").fetchall():
            if dice.random() < 0.3:
                book._db.execute("DELETE FROM submissions WHERE student = ?", (student,))
                book._db.execute("DELETE FROM exercises WHERE student = ?", (student,))


def test_what_has_not_changed_is_not_graded_again(folder_of, tmp_path: Path) -> None:
    folder = folder_of({"ann": solved("02"), "bob": notebook_with("02", {})})
    first = run_class(folder, tmp_path / "out")
    again = run_class(folder, tmp_path / "out")
    assert (first.graded, first.unchanged) == (2, 0)
    assert (again.graded, again.unchanged) == (0, 2)
    (folder / "bob" / "work.ipynb").write_bytes(notebook_with("02", {"accuracy": RIGHT["accuracy"]}))
    changed = run_class(folder, tmp_path / "out")
    assert (changed.graded, changed.unchanged) == (1, 1)
    assert entries_of(tmp_path / "out")["bob"].final == 1
    assert run_class(folder, tmp_path / "out", again=True).graded == 2


def test_a_page_that_stays_the_same_is_not_touched(folder_of, tmp_path: Path) -> None:
    folder = folder_of({"ann": solved("02"), "bob": solved("02")})
    run_class(folder, tmp_path / "out")
    pages = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.html")}
    run_class(folder, tmp_path / "out")
    assert len(pages) == 3
    assert pages == {path: path.stat().st_mtime_ns for path in pages}


def test_points_and_comments_by_hand_are_read_back_and_kept(folder_of, tmp_path: Path) -> None:
    folder = folder_of({"ann": solved("02"), "bob": notebook_with("02", {})})
    out = tmp_path / "out"
    run_class(folder, out)
    sheet = out / manual.NAME
    text = sheet.read_text()
    text = text.replace("bob,bob,02,accuracy,0,1,,", 'bob,bob,02,accuracy,0,1,0.5,"well begun, go on"')
    sheet.write_text(text.replace("ann,ann,02,,,,,", "ann,ann,02,,,,,Beautiful work."))
    for _ in range(2):
        run_class(folder, out)
        entries = entries_of(out)
        assert entries["bob"].final == 0.5
        assert entries["bob"].by_hand["accuracy"] == ByHand(0.5, "well begun, go on")
        assert entries["ann"].final == full_points("02")
    page = (out / "feedback" / "bob.html").read_text()
    assert "well begun, go on" in page
    assert "0.5 points, given by your instructor" in page
    assert "Beautiful work." in (out / "feedback" / "ann.html").read_text()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("bob,bob,02,accuracy,0,1,2,", "2 points, where accuracy has from 0 to 1"),
        ("bob,bob,02,accuracy,0,1,-1,", "-1 points"),
        ("bob,bob,02,accuracy,0,1,many,", "'many' is no number"),
        ("bob,bob,02,no_such,0,1,1,", "lesson 02 has no exercise 'no_such'"),
        ("zed,zed,02,accuracy,0,1,1,", "no student 'zed'"),
        ("bob,bob,02,,,,1,", "takes a comment, not points"),
        ("bob,bob,02,softmax,0,2,1,\nbob,bob,02,softmax,0,2,1,", "stands in line 3 already"),
    ],
)
def test_a_sheet_with_an_error_changes_nothing(line: str, says: str, folder_of, tmp_path: Path, capsys) -> None:
    folder = folder_of({"bob": notebook_with("02", {})})
    out = tmp_path / "out"
    run_class(folder, out)
    before = contents(out)
    sheet = out / manual.NAME
    head = sheet.read_text().partition("\n")[0]
    sheet.write_text(f"{head}\nbob,bob,02,entropy_bits,0,1,1,\n{line}\n")
    assert main(["grade", str(folder), "--lesson", "02", "--out", str(out), "--jobs", "1"]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "line 3" in said or "line 4" in said
    assert contents(out) == before


def test_lateness_takes_points_apart_from_the_exercises(folder_of, tmp_path: Path) -> None:
    folder = folder_of({"ann": solved("02"), "bob": solved("02")})
    os.utime(folder / "ann" / "work.ipynb", (0, 1_600_000_000))
    os.utime(folder / "bob" / "work.ipynb", (0, 1_600_000_000 + 3 * 86400))
    policy = LatePolicy.parse("2020-09-13T12:26:41+00:00, 10%/day, at most 50%, grace 15m")
    run_class(folder, tmp_path / "out", late=policy)
    entries = entries_of(tmp_path / "out")
    assert (entries["ann"].factor, entries["ann"].late) == (1.0, 0.0)
    assert entries["bob"].factor == 0.7
    assert entries["bob"].earned == full_points("02")
    assert entries["bob"].final == round(0.7 * full_points("02"), 2)
    run_class(folder, tmp_path / "out")  # without the deadline, and nothing is graded again
    assert entries_of(tmp_path / "out")["bob"].final == full_points("02")


def test_a_dask_cluster_gives_the_same_gradebook(class_folder: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    (class_folder / "seed").write_text("the secret of this test, long enough")
    assert main(["grade", *order_of(class_folder, tmp_path / "here")]) == 0
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        address = cluster.scheduler_address
        killed = []

        def kill_one_half_way(total: int):
            def step() -> None:
                killed.append(0)
                if len(killed) == total // 2:
                    os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

            return step

        workers = Dask(address)
        order = Order(
            class_folder / "submissions", tmp_path / "there", "02", class_folder / "roster.csv",
            limits=Limits(seconds=2.0), seed_file=class_folder / "seed",
        )  # fmt: skip
        grade_class(order, workers, kill_one_half_way)
        workers.close()
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_two_runs_cannot_mix_in_one_gradebook(tmp_path: Path) -> None:
    with (
        Gradebook.open(tmp_path / NAME),
        pytest.raises(GradebookError, match="Another grading"),
        Gradebook.open(tmp_path / NAME),
    ):
        pass


def test_the_command_sums_up(class_folder: Path, tmp_path: Path, capsys) -> None:
    (class_folder / "seed").write_text("the secret of this test, long enough")
    assert main(["grade", *order_of(class_folder, tmp_path / "out"), "--similar"]) == 0
    said = capsys.readouterr().out
    assert "13 submissions graded" in said
    assert "1 could not be graded" in said
    assert "web page" in said
    assert "nobody on the roster is called elsesomeone" in said
    assert "1 student handed in nothing" in said
    rows = (tmp_path / "out" / "grades.csv").read_text().splitlines()
    assert len(rows) == 1 + 12 + 1
    data = json.loads((tmp_path / "out" / "grades.json").read_text())
    assert len(data["students"]) == 13

    assert main(["grade", *order_of(class_folder, tmp_path / "out")]) == 0
    again = capsys.readouterr().out
    assert "0 submissions graded" in again
    assert "1 could not be graded" in again, "a second run says again what the instructor has to look after"


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        (["nowhere"], 2, "There is no nowhere"),
        ([".", "--lesson", "99"], 2, "no lesson 99"),
        (["."], 2, "There is no notebook"),
        ([".", "--roster", "none.csv"], 1, "none.csv"),
        ([".", "--late", "tomorrow"], 2, "'tomorrow' is no time"),
        ([".", "--jobs", "0"], 2, "--jobs"),
        ([".", "--dask", "tcp://127.0.0.1:1"], 1, "No Dask scheduler answers"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(options, status, says, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["grade", *options]) == status
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


def test_a_seed_file_that_is_missing_or_too_short_is_refused(folder_of, tmp_path: Path, capsys) -> None:
    folder = folder_of({"ann": solved("02")})
    short = tmp_path / "short"
    short.write_text("1234")
    for path, says in ((tmp_path / "none", "There is no"), (short, "at least 16 characters")):
        assert main(["grade", str(folder), "--out", str(tmp_path / "out"), "--seed-file", str(path)]) == 2
        assert says in capsys.readouterr().err


def test_without_bubblewrap_the_command_refuses_and_says_how_to_install_it(
    folder_of, tmp_path: Path, monkeypatch, capsys
) -> None:
    folder = folder_of({"ann": solved("02")})
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["grade", str(folder), "--out", str(tmp_path / "out")]) == 1
    assert "apt-get install bubblewrap" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    options = [str(folder), "--out", str(tmp_path / "out"), "--sandbox", "none", "--jobs", "1"]
    assert main(["grade", *options]) == 0
    said = capsys.readouterr()
    assert "WARNING: without a sandbox" in said.err
    assert entries_of(tmp_path / "out")["ann"].final == full_points("02")


def test_a_stop_keeps_what_was_graded(class_folder: Path, tmp_path: Path) -> None:
    (class_folder / "seed").write_text("the secret of this test, long enough")
    command = [sys.executable, "-m", "dlcourse", "grade", *order_of(class_folder, tmp_path / "out")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    book = tmp_path / "out" / NAME
    for _ in range(200):
        time.sleep(0.05)
        if book.exists() and book.stat().st_size > 100_000:
            break
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode in (0, 130)
    if process.returncode == 130:
        assert "the same command goes on" in said
    assert contents(tmp_path / "out")
