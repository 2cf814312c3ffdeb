"""The broadcasting explorer: its model without a screen, and its view as clicks drive it."""

import itertools

import numpy as np
import pytest

from dlcourse import widgets
from dlcourse.widgets import BroadcastExplorer
from dlcourse.widgets.broadcasting import EXAMPLES, parse_shape

SHAPES = [shape for n in range(4) for shape in itertools.product((1, 2, 3), repeat=n)]


def test_the_result_is_numpys_for_all_small_shapes():
    for a, b in itertools.product(SHAPES, repeat=2):
        try:
            expected = np.broadcast_shapes(a, b)
        except ValueError:
            expected = None
        assert BroadcastExplorer(a, b).result == expected, (a, b)


def test_the_rule_is_told_from_the_right():
    assert BroadcastExplorer((3, 4), (4,)).words == (
        "From the right: 4 meets 4, equal; b has no axis to meet 3, and is repeated. "
        "a + b has the shape (3, 4): 12 numbers."
    )
    assert BroadcastExplorer((1, 5), (3, 1)).words == (
        "From the right: 5 meets 1, and b is repeated; 1 meets 3, and a is repeated. "
        "a + b has the shape (3, 5): 15 numbers."
    )
    assert "single number" in BroadcastExplorer((), ()).words


def test_where_shapes_do_not_fit_a_new_axis_is_proposed_if_it_helps():
    words = BroadcastExplorer((3, 4), (3,)).words
    assert "4 meets 3, and neither is 1" in words
    assert words.endswith("With b[..., None], of shape (3, 1), the result would be (3, 4).")
    words = BroadcastExplorer((3,), (3, 4)).words
    assert words.endswith("With a[..., None], of shape (3, 1), the result would be (3, 4).")
    assert BroadcastExplorer((2, 3), (3, 2)).words.endswith("ValueError.")


def test_every_advice_is_right():
    for a, b in itertools.product(SHAPES, repeat=2):
        explorer = BroadcastExplorer(a, b)
        if "[..., None]" in explorer.words:
            new_a = np.zeros(a)[..., None] if "With a" in explorer.words else np.zeros(a)
            new_b = np.zeros(b)[..., None] if "With b" in explorer.words else np.zeros(b)
            assert explorer.words.endswith(f"would be {(new_a + new_b).shape}.")


def test_small_arrays_are_drawn_and_large_ones_are_not():
    a, b = BroadcastExplorer((2, 3, 4), (3, 1)).arrays
    assert (a.shape, b.shape) == ((2, 3, 4), (3, 1))
    for shapes in (((7, 2), (2,)), ((2, 2, 2, 2), (2,)), ((3, 4), (3,))):
        assert BroadcastExplorer(*shapes).arrays is None


@pytest.mark.parametrize(
    ("text", "shape"), [("3, 4", (3, 4)), ("(3, 4)", (3, 4)), ("3 4", (3, 4)), ("4,", (4,)), ("", ()), ("()", ())]
)
def test_a_shape_may_be_typed_in_many_ways(text, shape):
    assert parse_shape(text) == shape


@pytest.mark.parametrize("text", ["a", "3, -1", "0", "1.5", "1, 1, 1, 1, 1", "1000000"])
def test_what_is_no_shape_is_explained(text):
    with pytest.raises(ValueError, match="whole numbers from 1 to 100,000"):
        parse_shape(text)


def test_the_examples_show_both_fit_and_misfit():
    results = [BroadcastExplorer(*shapes).result for shapes in EXAMPLES.values()]
    assert None in results
    assert len(set(results)) >= 4


def test_choosing_an_example_types_its_shapes_and_draws_them():
    demo = widgets.broadcast_explorer()
    pictures = set()
    for name, shapes in EXAMPLES.items():
        demo.example.value = name
        assert (demo.model.a, demo.model.b) == shapes
        assert demo.example.value == name
        pictures.add(demo.picture.value)
    assert len(pictures) == len(EXAMPLES)


def test_typing_a_shape_leaves_the_example():
    demo = widgets.broadcast_explorer()
    demo.texts[1].value = "3, 1"
    assert demo.example.value == "a table and a column"
    demo.texts[1].value = "1, 1"
    assert demo.example.value == "your own"
    assert "12 numbers" in demo.words.value


def test_a_misfit_is_marked_and_a_typing_error_explained():
    demo = widgets.broadcast_explorer()
    demo.texts[1].value = "3"
    assert "⚠" in demo.words.value
    before = demo.picture.value
    demo.texts[1].value = "three"
    assert "There stands" in demo.words.value
    assert demo.picture.value == before


def test_the_still_picture_is_the_first_example():
    demo = widgets.broadcast_explorer()
    assert demo.still == demo.picture.value
