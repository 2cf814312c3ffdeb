import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch

from dlcourse import course, plots
from dlcourse.plots.thumbnails import SHAPE


def words(ax):
    return " ".join(t.get_text() for t in ax.texts)


def test_every_lesson_is_on_the_map_with_time_and_what_comes_before():
    ax = plots.plot_course_map()
    for lesson in course.LESSONS:
        assert lesson.title in words(ax)
        assert lesson.builds in words(ax)
        after = f"after {', '.join(lesson.before)}" if lesson.before else "begin here"
        assert f"{lesson.minutes} min to read  ·  {after}" in words(ax)


def test_there_is_an_arrow_for_each_step_of_the_way():
    ax = plots.plot_course_map()
    assert sum(isinstance(p, FancyArrowPatch) for p in ax.patches) == len(course.arrows())


def test_every_lesson_has_a_picture_that_fills_its_place_and_no_two_are_alike():
    ax = plots.plot_course_map()
    figure = ax.figure
    figure.canvas.draw()
    screen = np.asarray(figure.canvas.buffer_rgba())
    height = len(screen)
    pictures = figure.axes[1:]
    assert len(pictures) == len(course.LESSONS)
    seen = []
    for picture in pictures:
        assert picture.get_xlim() == (0, SHAPE[0])
        assert picture.get_ylim() == (0, SHAPE[1])
        box = picture.get_window_extent()
        seen.append(screen[round(height - box.y1) : round(height - box.y0), round(box.x0) : round(box.x1)])
    assert all((image < 200).any(axis=2).mean() > 0.02 for image in seen)
    assert all(a.shape != b.shape or (a != b).any() for k, a in enumerate(seen) for b in seen[:k])


def test_no_words_leave_the_map():
    ax = plots.plot_course_map()
    ax.figure.canvas.draw()
    width = ax.figure.canvas.get_width_height()[0]
    assert all(t.get_window_extent().x1 < width for t in ax.texts)


@pytest.mark.parametrize("count", [1, 3])
def test_a_part_of_the_course_can_be_drawn(count):
    ax = plots.plot_course_map(course.LESSONS[:count])
    assert len(ax.figure.axes) == 1 + count
