"""The sliding window and the filter designer: their models, and their sliders without a browser."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse import widgets
from dlcourse.nn import functional as F
from dlcourse.widgets import FilterDesigner, SlidingWindow

IMAGE = np.arange(35.0).reshape(5, 7)
KERNEL = np.array([[1.0, 0, 1], [0, 1, 0], [2, 0, 1]])


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    assert plt.get_fignums() == []


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("dilation", [1, 2])
def test_the_window_gives_what_the_engine_gives(stride, padding, dilation):
    from dlcourse import tensor

    window = SlidingWindow(IMAGE, KERNEL)
    window.turn(stride=stride, padding=padding, dilation=dilation)
    expected = F.conv2d(tensor(IMAGE[None, None]), tensor(KERNEL[None, None]), None, stride, padding, dilation)
    np.testing.assert_allclose(window.output, expected.numpy()[0, 0])


def test_what_lies_under_the_window_makes_the_number_at_its_place():
    window = SlidingWindow(IMAGE, KERNEL)
    window.turn(stride=2, padding=1, dilation=2)
    for place in range(window.output.size):
        window.turn(place=place)
        total = sum(window.padded[cell] * weight for cell, weight in zip(window.under, KERNEL.flat, strict=True))
        assert total == window.output.flat[place]
        assert f"Place {place + 1} of {window.output.size}" in window.sentence


def test_a_place_that_is_gone_becomes_the_last_one():
    window = SlidingWindow(IMAGE, KERNEL)
    window.turn(place=14)
    window.turn(stride=3)
    assert window.here == window.output.size - 1 == 1


def test_a_filter_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"can't be dilated"):
        SlidingWindow(np.ones((4, 4)), KERNEL)


def test_an_edge_filter_answers_to_edges_alone():
    picture = np.zeros((1, 6, 6))
    picture[0, :, 3:] = 1
    designer = FilterDesigner(picture)
    assert set(np.abs(designer.output).max(axis=0)) == {0, 3}
    designer.turn(w12=1, w22=1, w32=1)
    assert "add up to 3" in designer.sentence


def test_pictures_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="at least 3"):
        FilterDesigner(np.ones((4, 4)))


def test_the_sliders_move_the_window_and_its_picture():
    demo = widgets.sliding_window(IMAGE, KERNEL)
    before = demo.picture.value
    demo.sliders["padding"].value = 2
    demo.sliders["place"].value = 7
    assert (demo.model.padding, demo.model.place) == (2, 7)
    assert demo.picture.value != before
    assert "Place 8 of" in demo.words.value


def test_the_sliders_set_the_filter():
    demo = widgets.filter_designer(np.random.default_rng(0).random((3, 1, 8, 8)))
    before = demo.picture.value
    demo.sliders["w22"].value = 2
    demo.sliders["image"].value = 2
    assert demo.model.kernel[1, 1] == 2
    assert demo.picture.value != before
