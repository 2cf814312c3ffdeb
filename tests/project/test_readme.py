"""What the README shows of the course is the course."""

from pathlib import Path

from dlcourse import course

ROOT = Path(__file__).resolve().parents[2]


def test_the_readme_shows_the_map():
    assert course.markdown_table("notebooks/") in (ROOT / "README.md").read_text()


def test_each_lesson_of_the_map_is_there():
    notebooks = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert notebooks == [stop.name for stop in course.LESSONS]
