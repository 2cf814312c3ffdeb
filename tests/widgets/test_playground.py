"""The playground's model, without a screen."""

import numpy as np
import pytest

from dlcourse import autograd
from dlcourse.widgets import Playground
from dlcourse.widgets.playground import DATA_SETS, FEATURES

SOLVED_BY = {
    "clouds": {"hidden": ()},
    "circles": {"hidden": (4,)},
    "xor": {"hidden": (4,)},
    "spiral": {"hidden": (8, 8)},
}


@pytest.mark.parametrize("name", DATA_SETS)
def test_every_set_is_learnt_by_a_network_that_suits_it(name):
    play = Playground(name, noise=0.1, **SOLVED_BY[name])
    losses = play.train(80)
    assert losses[-1] < 0.5 * play.train_losses[0]
    train, test = play.accuracy()
    assert train > 0.94
    assert test > 0.9


@pytest.mark.parametrize("name", DATA_SETS)
def test_sets_have_two_equal_classes_and_fit_the_picture(name):
    play = Playground(name)
    assert play.x.shape == play.x_test.shape == (200, 2)
    assert set(np.unique(play.y)) == {0, 1}
    assert 0.35 < play.y.mean() < 0.65
    assert 2 < np.abs(play.x).max() < 8


def test_noise_makes_it_harder():
    accuracy = [Playground("clouds", hidden=(), noise=noise) for noise in (0.0, 1.0)]
    for play in accuracy:
        play.train(30)
    assert accuracy[0].accuracy()[0] > 0.98 > accuracy[1].accuracy()[0]


def test_features_are_what_their_names_say():
    play = Playground(features=tuple(FEATURES))
    x = np.array([[2.0, -3.0]])
    assert play.inputs(x)[0] == pytest.approx([2, -3, 4, 9, -6, np.sin(2), np.sin(-3)], rel=1e-6)


def test_one_good_feature_replaces_a_hidden_layer():
    plain, product = (Playground("xor", hidden=(), features=f, noise=0.1) for f in (("x1", "x2"), ("x1x2",)))
    for play in (plain, product):
        play.train(60)
    assert plain.accuracy()[1] < 0.75
    assert product.accuracy()[1] > 0.98


@pytest.mark.parametrize("activation", ["tanh", "ReLU", "sigmoid", "identity"])
def test_the_network_has_the_chosen_layers(activation):
    play = Playground(hidden=(5, 3), activation=activation)
    kinds = [type(layer).__name__ for layer in play.model]
    name = {"tanh": "Tanh", "sigmoid": "Sigmoid", "identity": "Identity"}.get(activation, activation)
    assert kinds == ["Linear", name, "Linear", name, "Linear"]
    assert [tuple(p.shape) for p in play.model.parameters()] == [(5, 2), (5,), (3, 5), (3,), (2, 3), (2,)]
    assert play.sizes == [2, 5, 3, 2]


def test_predictions_are_probabilities():
    play = Playground()
    play.train(20)
    p = play.predict(play.x)
    assert p.shape == (200,)
    assert 0 <= p.min() < 0.5 < p.max() <= 1
    scores = play._scores(play.x)
    softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert p == pytest.approx(softmax[:, 1], abs=1e-6)


def test_losses_are_noted_from_before_the_first_epoch():
    play = Playground()
    assert len(play.train_losses) == len(play.test_losses) == 1
    assert play.train(3) == play.train_losses[-3:]
    assert play.train(0) == []
    assert len(play.train_losses) == len(play.test_losses) == 4
    play.reset()
    assert len(play.train_losses) == 1


def test_the_same_seed_gives_the_same_training_and_another_one_another():
    first, again, other = (Playground(seed=seed).train(5) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_it_leaves_the_sessions_randomness_alone():
    autograd.manual_seed(7)
    expected = autograd.randn(3).numpy()
    autograd.manual_seed(7)
    Playground().train(2)
    assert np.array_equal(autograd.randn(3).numpy(), expected)


def test_the_l2_penalty_keeps_weights_small():
    free, bound = Playground(l2=0.0), Playground(l2=0.1)
    for play in (free, bound):
        play.train(30)
    size = [sum(float(np.sum(p.data**2)) for p in play.model.parameters()) for play in (free, bound)]
    assert size[1] < 0.5 * size[0]


def test_rate_and_batch_size_act_from_the_next_epoch_on():
    play = Playground()
    play.learning_rate = 0.0
    assert play.train(1)[0] == play.train_losses[0]
    play.learning_rate, play.batch_size = 0.03, 200
    play.train(1)
    assert play.train_losses[-1] != play.train_losses[0]


def test_a_training_that_diverges_raises_nothing():
    play = Playground(learning_rate=1e4, activation="ReLU", hidden=(8, 8))
    assert not np.isfinite(play.train(20)[-1])
    assert play.diverged
    play.predict(play.x)


def test_a_loss_that_grows_without_bound_counts_as_diverging():
    play = Playground()
    play.train(3)
    assert not play.diverged
    play.train_losses.append(11 * play.train_losses[0])
    assert play.diverged


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"data_set": "moon"}, "no data set 'moon'; there are clouds, circles"),
        ({"features": ("x3",)}, "no feature 'x3'"),
        ({"features": ()}, "at least one feature"),
        ({"activation": "relu"}, "no activation 'relu'; there are tanh, ReLU"),
        ({"hidden": (4, 0)}, r"at least 1, but is \(4, 0\)"),
        ({"noise": 2}, "between 0 and 1, but is 2"),
        ({"batch_size": 0}, "at least 1, but is 0"),
    ],
)
def test_choices_that_do_not_exist_are_named(choice, sentence):
    with pytest.raises(ValueError, match=sentence):
        Playground(**choice)
