import numpy as np
import pytest
from matplotlib.patches import Rectangle

from dlcourse import plots
from dlcourse.plots.broadcasting import aligned


def texts(ax):
    return [t.get_text() for t in ax.texts]


def squares(ax):
    """The cells, by the upper left corner; frames are larger."""
    cells = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_fill()]
    return {tuple(np.round(p.get_xy(), 2)): p for p in cells}


def test_each_pixel_has_its_number_in_its_place():
    ax = plots.plot_pixels([[0, 16], [7, 3]])
    written = {tuple(t.get_position()): t.get_text() for t in ax.texts}
    assert written == {(0, 0): "0", (1, 0): "16", (0, 1): "7", (1, 1): "3"}


def test_numbers_read_on_dark_and_on_bright_pixels():
    ax = plots.plot_pixels([[0, 16]])
    assert [t.get_color() for t in ax.texts] == ["white", "#1A1A1A"]


def test_a_picture_in_one_grey_is_drawn_too():
    assert texts(plots.plot_pixels(np.full((2, 2), 5))) == ["5"] * 4


def test_pictures_that_cannot_be_read_are_refused():
    for shape in ((4,), (2, 3, 3), (28, 28)):
        with pytest.raises(ValueError, match=r"shape \(H, W\)"):
            plots.plot_pixels(np.zeros(shape))


def test_the_sums_stand_where_the_arrows_point():
    ax = plots.plot_axis_sums([[1, 2, 3], [10, 20, 30]])
    at = {t.get_text(): t.get_position() for t in ax.texts}
    assert [at[s][0] for s in ("11", "22", "33")] == [at[s][0] for s in ("1", "2", "3")]
    assert [at[s][1] for s in ("6", "60")] == [at[s][1] for s in ("1", "10")]
    notes = "".join(at)
    assert "shape (2, 3)" in notes
    assert "sum(axis=0)\ndown the rows\nshape (3,)" in at
    assert "sum(axis=1)\nalong a row\nshape (2,)" in at


def test_only_tables_have_two_axes():
    with pytest.raises(ValueError, match="rows, columns"):
        plots.plot_axis_sums(np.zeros(3))


@pytest.mark.parametrize(
    ("a", "b", "columns"),
    [
        ((3, 4), (4,), [(3, None, 3), (4, 4, 4)]),
        ((3, 1), (4,), [(3, None, 3), (1, 4, 4)]),
        ((3, 4), (3,), [(3, None, 3), (4, 3, None)]),
        ((), (2,), [(None, 2, 2)]),
        ((1,), (1, 1), [(None, 1, 1), (1, 1, 1)]),
        ((), (), []),
    ],
)
def test_shapes_are_lined_up_at_the_right(a, b, columns):
    assert aligned(a, b) == columns


def test_what_does_not_fit_gets_a_cross():
    assert "✗" in texts(plots.plot_alignment((3, 4), (3,)))
    assert "✗" not in texts(plots.plot_alignment((3, 4), (3, 1)))


def test_stretched_sizes_are_hatched_and_missing_ones_dashed():
    ax = plots.plot_alignment((3, 4), (4,))
    a_rows, b_rows, a_columns, b_columns = (ax.patches[k] for k in (0, 1, 3, 4))
    assert [bool(p.get_hatch()) for p in (a_rows, b_rows, a_columns, b_columns)] == [False, True, False, False]
    assert [p.get_linestyle() for p in (a_rows, b_rows)] == ["solid", "--"]


def test_the_sum_is_numpys_and_copies_are_hatched():
    table, row = np.arange(12).reshape(3, 4), np.array([100, 200, 300, 400])
    ax = plots.plot_broadcast(table, row)
    written = texts(ax)
    assert set(map(str, (table + row).ravel())) <= set(written)
    hatched = [p for p in squares(ax).values() if p.get_hatch()]
    assert len(hatched) == 2 * 4
    assert {"a\n(3, 4)", "b\n(4,)", "a + b\n(3, 4)"} <= set(written)


@pytest.mark.parametrize(("a", "b", "copies"), [((2, 3), (2, 3), 0), ((2, 1), (1, 3), 4 + 3), ((2, 2, 3), (2, 3), 6)])
def test_as_many_cells_are_hatched_as_are_copies(a, b, copies):
    ax = plots.plot_broadcast(np.zeros(a), np.ones(b))
    assert sum(bool(p.get_hatch()) for p in ax.patches) == copies


def test_four_axes_and_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="three axes"):
        plots.plot_broadcast(np.zeros((2, 2, 2, 2)), 1)
    with pytest.raises(ValueError, match="broadcast"):
        plots.plot_broadcast(np.zeros((3, 4)), np.zeros(3))
