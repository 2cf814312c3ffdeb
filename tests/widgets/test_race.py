"""The race of optimisers, its model and its view."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse import autograd, optim, widgets
from dlcourse.widgets.race import OPTIMIZERS, RATES, SURFACES, arrival, quadratic, walk

PLACES = np.random.default_rng(0).uniform(-2, 2, size=(2, 40))


@pytest.mark.parametrize("name", SURFACES)
def test_gradients_are_those_of_the_surface(name):
    ground, h = SURFACES[name], 1e-6
    x, y = PLACES
    dx, dy = ground.gradient(x, y)
    np.testing.assert_allclose((ground.f(x + h, y) - ground.f(x - h, y)) / (2 * h), dx, atol=1e-5)
    np.testing.assert_allclose((ground.f(x, y + h) - ground.f(x, y - h)) / (2 * h), dy, atol=1e-5)


@pytest.mark.parametrize("name", SURFACES)
def test_minima_are_flat_equally_low_and_in_sight(name):
    ground = SURFACES[name]
    everywhere = np.meshgrid(np.linspace(*ground.xlim, 101), np.linspace(*ground.ylim, 101))
    for x, y in ground.minima:
        assert np.allclose(ground.gradient(x, y), 0, atol=1e-12)
        assert ground.f(x, y) == pytest.approx(ground.f(*ground.minima[0]))
        assert ground.f(x, y) <= ground.f(*everywhere).min() + 1e-9
        assert ground.xlim[0] < x < ground.xlim[1]
        assert ground.ylim[0] < y < ground.ylim[1]


def test_turning_a_ravine_keeps_its_curvatures():
    valley = quadratic(1, 100, turn=30)
    (a, b), (c, d) = valley.gradient(1.0, 0.0), valley.gradient(0.0, 1.0)
    assert np.linalg.eigvalsh([[a, c], [b, d]]) == pytest.approx([2, 200])
    assert valley.f(np.cos(np.pi / 6), np.sin(np.pi / 6)) == pytest.approx(1)


def test_walk_does_what_the_formula_says():
    valley = SURFACES["ravine 1 : 5"]
    way = walk(lambda p: optim.SGD(p, lr=0.1), valley.gradient, (-4, 2), 2)
    assert way == pytest.approx(np.array([[-4, 2], [-3.2, 0], [-2.56, 0]]))


def test_arrival_is_for_good():
    assert arrival(np.array([1000, 0.5, 5, 0.9, 0.1])) == 3
    assert arrival(np.array([1000, 0.5, 2])) is None
    assert arrival(np.array([1000, 0.5, np.nan, 0.5])) == 3
    assert arrival(np.array([1000, np.nan])) is None


def test_momentum_pays_in_a_narrow_ravine_and_costs_in_a_mild_one():
    mild, narrow = (
        widgets.OptimizerRace(s, ["SGD", "momentum"], steps=200) for s in ("ravine 1 : 5", "ravine 1 : 100")
    )
    assert mild.arrival("SGD") < mild.arrival("momentum")
    assert narrow.arrival("momentum") < narrow.arrival("SGD")


def test_the_best_rate_is_no_worse_than_any_other():
    race = widgets.OptimizerRace("ravine 1 : 5", ["Adam"], steps=80)
    others = [widgets.OptimizerRace("ravine 1 : 5", ["Adam"], lr=rate, steps=80).arrival("Adam") for rate in RATES]
    assert race.arrival("Adam") == min(step for step in others if step is not None)
    assert race.rates["Adam"] in RATES


def test_one_rate_for_all_is_taken_and_may_explode():
    race = widgets.OptimizerRace("ravine 1 : 100", lr=0.1, steps=300)
    assert set(race.rates.values()) == {0.1}
    assert race.arrival("SGD") is None
    assert not np.isfinite(race.heights["SGD"][-1])
    assert {len(path) for path in race.paths.values()} == {301}


def test_the_verdict_names_the_quickest_first_and_those_who_are_missing():
    race = widgets.OptimizerRace("ravine 1 : 100", ["SGD", "Nesterov", "Adagrad"], steps=60)
    verdict = race.verdict
    assert verdict.index("Adagrad after") < verdict.index("Nesterov after")
    assert verdict.endswith("Not within 60 steps: SGD.")


def test_a_race_leaves_the_sessions_randomness_alone():
    autograd.manual_seed(7)
    expected = autograd.randn(3).numpy()
    autograd.manual_seed(7)
    widgets.OptimizerRace(steps=5)
    assert np.array_equal(autograd.randn(3).numpy(), expected)


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"surface": "hill"}, "no surface 'hill'; there are round bowl"),
        ({"optimizers": ["Adamax"]}, "no optimiser 'Adamax'; there are SGD"),
        ({"optimizers": []}, "at least one optimiser"),
        ({"lr": -0.1}, "can't be negative, but is -0.1"),
        ({"steps": 0}, "at least 1 step, not 0"),
    ],
)
def test_choices_that_do_not_exist_are_named(choice, sentence):
    with pytest.raises(ValueError, match=sentence):
        widgets.OptimizerRace(**choice)


# --- the view --------------------------------------------------------------------------------------------


@pytest.fixture
def view():
    yield widgets.optimizer_race(steps=20, lr=0.05).view
    assert plt.get_fignums() == []


def test_every_control_reaches_the_model_and_the_picture(view):
    seen = {view.picture.value}
    for control, value in ((view.rate, 0.0), (view.steps, 30), (view.x, 3.0), (view.y, -1.0)):
        control.value = value
        seen.add(view.picture.value)
    assert len(seen) == 5
    assert (view.model.lr, view.model.steps, view.model.start) == (None, 30, (3.0, -1.0))


def test_another_surface_begins_at_its_own_start(view):
    for name in [*SURFACES, *SURFACES]:
        view.surface.value = name
        ground = SURFACES[name]
        assert (view.x.value, view.y.value) == view.model.start == ground.start
        assert ((view.x.min, view.x.max), (view.y.min, view.y.max)) == (ground.xlim, ground.ylim)


def test_unticked_optimisers_stay_at_home(view):
    for name in list(OPTIMIZERS)[1:]:
        view.boxes[name].value = False
    assert list(view.model.paths) == ["SGD"]
    view.boxes["SGD"].value = False
    assert "⚠" in view.words.value
    assert "at least one optimiser" in view.words.value
    view.boxes["Adam"].value = True
    assert list(view.model.paths) == ["Adam"]


def test_an_explosion_is_drawn_without_a_warning(view):
    view.surface.value, view.rate.value, view.steps.value = "banana", 3.2, 300
    assert "Not within 300 steps" in view.words.value
