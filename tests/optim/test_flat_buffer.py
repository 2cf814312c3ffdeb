"""Parameters lie in one array while an optimiser works on them, and nobody notices."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import dlcourse
from dlcourse import nn, optim


@pytest.fixture
def model() -> nn.Module:
    dlcourse.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 2))


def backward(model: nn.Module) -> None:
    x = dlcourse.tensor(np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32))
    model.zero_grad()
    (model(x) * model(x)).sum().backward()


def by_hand(model: nn.Module, lr: float, steps: int) -> list[np.ndarray]:
    """Plain gradient descent on a copy, without an optimiser."""
    model = copy.deepcopy(model)
    for _ in range(steps):
        backward(model)
        for p in model.parameters():
            if p.grad is not None:
                p.data = p.data - lr * p.grad.data
    return [p.data for p in model.parameters()]


def assert_equal(model: nn.Module, expected: list[np.ndarray]) -> None:
    for p, e in zip(model.parameters(), expected, strict=True):
        np.testing.assert_allclose(p.data, e, rtol=1e-5, atol=1e-6)


def test_parameters_and_gradients_lie_in_one_array_each(model):
    optim.SGD(model.parameters(), lr=0.1)
    backward(model)
    parameters = list(model.parameters())
    assert len({id(p.data.base) for p in parameters}) == 1
    assert len({id(p.grad.data.base) for p in parameters}) == 1


def test_steps_are_those_of_plain_descent(model):
    expected = by_hand(model, 0.05, 3)
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    for _ in range(3):
        backward(model)
        optimizer.step()
    assert_equal(model, expected)


def test_data_kept_by_the_user_follows(model):
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    weight, view, state = model[0].weight, model[0].weight.data, model.state_dict()
    backward(model)
    optimizer.step()
    assert model[0].weight is weight
    assert np.array_equal(view, weight.data)
    assert np.array_equal(state["0.weight"].data, weight.data)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([1.0, 2.0], [0.5, 1.5]), ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]])],
)
def test_a_single_tensor_stays_where_it_is(numbers, expected):
    array = np.array(numbers)
    w = dlcourse.from_numpy(array)
    w.requires_grad_()
    optimizer = optim.SGD([w], lr=0.5)
    w.sum().backward()
    optimizer.step()
    assert array.tolist() == expected


def test_matrices_and_their_gradients_lie_with_the_longer_side_first():
    model = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 5), nn.Linear(5, 5))
    optim.SGD(model.parameters(), lr=0.1)
    backward(model)
    for layer, by_columns in zip(model, (True, False, False), strict=True):
        for array in (layer.weight.data, layer.weight.grad.data):
            assert array.flags.fnc == by_columns
            assert array.flags.forc


def test_new_data_given_by_the_user_is_taken_up(model):
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    model[2].weight.data = np.ones((3, 3), np.float32)
    expected = by_hand(model, 0.05, 2)
    for _ in range(2):
        backward(model)
        optimizer.step()
    assert_equal(model, expected)


def test_a_state_loaded_after_the_optimiser_was_made_is_taken_up(model):
    other = copy.deepcopy(model)
    for p in other.parameters():
        p.data *= 2
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    model.load_state_dict(other.state_dict())
    expected = by_hand(model, 0.05, 2)
    for _ in range(2):
        backward(model)
        optimizer.step()
    assert_equal(model, expected)


def test_two_optimisers_in_turn(model):
    expected = by_hand(model, 0.05, 4)
    both = [optim.SGD(model.parameters(), lr=0.05), optim.SGD(reversed(list(model.parameters())), lr=0.05)]
    for step in range(4):
        backward(model)
        both[step % 2].step()
    assert_equal(model, expected)


def test_a_second_optimiser_for_a_part_leaves_the_first_at_work(model):
    expected = by_hand(model, 0.1, 2)
    first = optim.SGD(model.parameters(), lr=0.1)
    optim.Adam(model[2].parameters())
    for _ in range(2):
        backward(model)
        first.step()
    assert_equal(model, expected)


def test_two_optimisers_for_two_halves(model):
    expected = by_hand(model, 0.05, 3)
    halves = [optim.SGD(model[:1].parameters(), lr=0.05), optim.SGD(model[1:].parameters(), lr=0.05)]
    for _ in range(3):
        backward(model)
        for optimizer in halves:
            optimizer.step()
    assert_equal(model, expected)


def test_frozen_parameters_stay_and_learn_again_when_unfrozen(model):
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    middle = model[2].weight.data.copy()
    model[2].requires_grad_(False)
    for _ in range(2):
        backward(model)
        optimizer.step()
    assert np.array_equal(model[2].weight.data, middle)
    model[2].requires_grad_(True)
    backward(model)
    optimizer.step()
    assert not np.array_equal(model[2].weight.data, middle)


def test_parameters_added_later(model):
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    backward(model)
    optimizer.step()
    model.append(nn.Linear(2, 2))
    optimizer.add_param_group({"params": model[5].parameters()})
    expected = by_hand(model, 0.05, 2)
    for _ in range(2):
        backward(model)
        optimizer.step()
    assert_equal(model, expected)


def test_shared_parameters_are_stepped_once():
    dlcourse.manual_seed(0)
    shared = nn.Linear(4, 4)
    model = nn.Sequential(shared, nn.ReLU(), shared)
    expected = by_hand(model, 0.05, 2)
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    for _ in range(2):
        backward(model)
        optimizer.step()
    assert_equal(model, expected)
    assert len(list(model.parameters())) == 2


def test_gradients_add_up_over_several_backward_calls(model):
    expected = by_hand(model, 0.1, 1)
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    backward(model)
    x = dlcourse.tensor(np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32))
    (model(x) * model(x)).sum().backward()
    optimizer.step()
    assert_equal(model, expected)


@pytest.mark.parametrize("set_to_none", [True, False])
def test_zero_grad(model, set_to_none):
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    backward(model)
    optimizer.zero_grad(set_to_none)
    assert all((p.grad is None) if set_to_none else not p.grad.data.any() for p in model.parameters())


def test_a_gradient_set_by_the_user_counts(model):
    optimizer = optim.SGD(model.parameters(), lr=1.0)
    bias = model[4].bias
    before = bias.data.copy()
    bias.grad = dlcourse.ones_like(bias)
    optimizer.step()
    assert np.allclose(bias.data, before - 1)


def test_a_copied_model_is_independent(model):
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    twin = copy.deepcopy(model)
    before = [p.data.copy() for p in twin.parameters()]
    backward(model)
    optimizer.step()
    assert all(np.array_equal(p.data, b) for p, b in zip(twin.parameters(), before, strict=True))
    backward(twin)
    assert np.array_equal(model[0].weight.grad.data.shape, twin[0].weight.grad.data.shape)


def test_a_changed_type_is_refused_or_followed(model):
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    model.double()
    expected = by_hand(model, 0.05, 1)
    x = dlcourse.tensor(np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32))
    model.zero_grad()
    (model(x) * model(x)).sum().backward()
    optimizer.step()
    assert_equal(model, expected)


def test_clip_grad_norm_scales_what_the_optimiser_sees(model):
    optim.SGD(model.parameters(), lr=0.05)
    backward(model)
    before = [p.grad.data.copy() for p in model.parameters()]
    norm = nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    assert np.isclose(norm, np.sqrt(sum((g**2).sum() for g in before)), rtol=1e-5)
    for p, g in zip(model.parameters(), before, strict=True):
        np.testing.assert_allclose(p.grad.data, g * 0.5 / norm, rtol=1e-4)


@pytest.mark.parametrize(
    ("make", "name"), [(lambda p: optim.SGD(p, momentum=0.9), "momentum_buffer"), (optim.Adam, "exp_avg")]
)
def test_what_is_remembered_of_a_weight_without_gradient_ends_at_zero(make, name):
    w = dlcourse.tensor(np.ones(2, np.float32), requires_grad=True)
    optimizer = make([w])
    for step in range(1200):
        optimizer.zero_grad()
        (w * np.float32([1 if step < 10 else 0, 1])).sum().backward()
        optimizer.step()
        faded, kept = optimizer._blocks[0][1]._pieces[0].state(name).numbers
        assert faded == 0 or faded >= np.finfo(np.float32).smallest_normal, "slow numbers"
        assert kept > 0
    assert faded == 0
