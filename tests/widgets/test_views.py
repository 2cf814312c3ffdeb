"""The views, driven as a user's clicks drive them, without a browser."""

import base64
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from dlcourse import widgets
from dlcourse.autograd import Value
from dlcourse.widgets.playground_view import sizes

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    assert plt.get_fignums() == []


def shape(png):
    return plt.imread(io.BytesIO(png)).shape


def test_the_slider_walks_through_the_graph():
    demo = widgets.backprop_stepper()
    seen = set()
    for k, step in enumerate(demo.model.steps):
        demo.slider.value = k
        assert step.sentence.split(":")[0] in demo.words.value
        seen.add(demo.picture.value)
    assert len(seen) == len(demo.model.steps)
    assert len({shape(png) for png in seen}) == 1


def test_the_still_picture_is_the_whole_graph_and_the_first_step_comes_first():
    demo = widgets.backprop_stepper()
    assert demo.picture.value != demo.still
    demo.slider.value = demo.slider.max
    assert demo.picture.value == demo.still


def test_the_buttons_walk_too_and_stop_at_the_ends():
    demo = widgets.backprop_stepper()
    assert demo.back.disabled
    demo.on.click()
    assert (demo.slider.value, demo.back.disabled) == (1, False)
    demo.back.click()
    assert demo.slider.value == 0
    demo.slider.value = demo.slider.max
    assert demo.on.disabled
    demo.on.click()
    assert demo.slider.value == demo.slider.max == len(demo.model.steps) - 1


def test_the_stepper_takes_ones_own_graph():
    x = Value(0.5, "x")
    demo = widgets.backprop_stepper((x * x).tanh())
    demo.slider.value = demo.slider.max
    assert "Raise x" in demo.words.value


def test_sentences_are_escaped():
    demo = widgets.backprop_stepper(Value(1.0, "<b>").tanh())
    assert "&lt;b&gt;" in demo.words.value


def test_train_moves_the_boundary_and_tells_the_accuracy():
    demo = widgets.playground()
    view, before = demo.view, demo.picture.value
    assert "0 epochs" in demo.view.words.value
    view.epochs.value = 12
    view.train.click()
    assert len(view.model.train_losses) == 13
    assert "Network 2 – 4 – 2, 12 epochs" in view.words.value
    assert demo.picture.value != before
    assert not view.train.disabled


def test_one_training_shows_several_pictures():
    view = widgets.playground().view
    pictures = []
    view.picture.observe(lambda change: pictures.append(change["new"]), names="value")
    view.train.click()
    assert len(pictures) == 6


@pytest.mark.parametrize("epochs", [1, 4])
def test_few_epochs_are_counted_right(epochs):
    view = widgets.playground().view
    view.epochs.value = epochs
    view.train.click()
    assert len(view.model.train_losses) == epochs + 1


def test_choices_reach_the_model_and_start_again():
    view = widgets.playground(n=60).view
    view.train.click()
    view.data_set.value = "spiral"
    assert (view.model.data_set, len(view.model.train_losses)) == ("spiral", 1)
    view.hidden.value = "8, 6"
    view.activation.value = "ReLU"
    view.features["x1x2"].value = True
    view.noise.value = 0.7
    assert view.model.sizes == [3, 8, 6, 2]
    assert (view.model.activation, view.model.noise) == ("ReLU", 0.7)
    view.learning_rate.value, view.l2.value, view.batch_size.value = 0.1, 0.01, 30
    view.epochs.value = 1
    view.train.click()
    assert (view.model.learning_rate, view.model.l2, view.model.batch_size) == (0.1, 0.01, 30)
    view.reset.click()
    assert len(view.model.train_losses) == 1


def test_a_wrong_choice_is_explained_and_changes_nothing():
    view = widgets.playground(n=60).view
    model = view.model.model
    view.hidden.value = "8, many"
    assert "whole numbers from 1 to 64" in view.words.value
    assert view.model.model is model
    view.hidden.value = "4"
    for box in view.features.values():
        box.value = False
    assert "at least one feature" in view.words.value
    assert view.model.features == ["x2"]


def test_a_diverging_training_says_so_and_stays_usable():
    view = widgets.playground(learning_rate=1e4, activation="ReLU", hidden=(8, 8)).view
    view.train.click()
    assert "diverges" in view.words.value
    view.learning_rate.value = 0.03
    view.reset.click()
    view.train.click()
    assert "diverges" not in view.words.value


def test_hidden_layers_are_read_from_text():
    assert [sizes(text) for text in ("", "4", "8, 4", " 8 4,2 ")] == [[], [4], [8, 4], [8, 4, 2]]
    for text in ("a", "0", "65", "-1", "1.5", "1 1 1 1 1 1 1"):
        with pytest.raises(ValueError, match="whole numbers"):
            sizes(text)


DEMOS = [name for name in widgets.__all__ if name.islower()]
SHOWN = {  # what a demo is about, where it has no example of its own
    "filter_designer": (np.eye(6)[None],),
    "line_by_hand": (np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]]), np.array([0, 1, 1])),
    "sliding_window": (np.eye(6), np.ones((3, 3))),
    "softmax_temperature": (np.array([2.0, 1.0]),),
}


@pytest.mark.parametrize("name", DEMOS)
def test_where_no_widget_can_be_drawn_a_picture_stands(name, monkeypatch):
    shell = InteractiveShell.instance()
    publisher = CapturingDisplayPublisher()
    monkeypatch.setattr(shell, "display_pub", publisher)
    demo = getattr(widgets, name)(*SHOWN.get(name, ()))
    demo._ipython_display_()
    (shown,) = publisher.outputs
    bundle = shown["data"]
    assert base64.b64decode(bundle["image/png"]) == demo.still
    assert bundle["text/plain"].startswith("<")
    assert "0x" not in bundle["text/plain"]
    assert bundle[VIEW]["model_id"] == demo.model_id
    InteractiveShell.clear_instance()
