"""Lesson 03: the talk's numbers come out, and each exercise's step is the one that the engine and PyTorch take."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcourse import data, exercises, optim, tensor


def reference(name: str):
    return exercises.get(name).reference


def slope(x):
    return 2 * x - 6


def gradients(seed: int, steps: int = 12, size: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(steps, size))


def engine_path(make, start: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Where the engine's optimiser goes if it is given these gradients, one after another."""
    p = tensor(start.copy(), requires_grad=True)
    optimizer, path = make([p]), []
    for g in steps:
        p.grad = tensor(g.copy())
        optimizer.step()
        path.append(p.data.copy())
    return np.array(path)


def torch_path(make, start: np.ndarray, steps: np.ndarray) -> np.ndarray:
    p = torch.tensor(start.copy(), requires_grad=True)
    optimizer, path = make([p]), []
    for g in steps:
        p.grad = torch.tensor(g.copy())
        optimizer.step()
        path.append(p.detach().numpy().copy())
    return np.array(path)


def own_path(step, start: np.ndarray, states: int, steps: np.ndarray) -> np.ndarray:
    """Where an exercise's step goes; it takes x, its states, the gradient and the number of the step."""
    x, memory, path = start, [np.zeros_like(start)] * states, []
    for t, g in enumerate(steps, start=1):
        x, *memory = step(x, memory, g, t)
        path.append(x)
    return np.array(path)


# --- the talk's numbers --------------------------------------------------------------------------------


def test_the_raw_slope_jumps_from_15_to_minus_9_and_back():
    assert slope(15) == 24
    assert reference("gradient_descent")(slope, 15, 1, 3).tolist() == [15, -9, 15, -9]


def test_a_step_of_a_hundredth_leads_from_15_to_14_76():
    assert reference("gradient_descent")(slope, 15, 0.01, 2) == pytest.approx([15, 14.76, 14.5248])


def test_the_central_difference_is_exact_for_a_parabola_and_of_second_order_for_a_sine():
    central = reference("central_difference")
    assert central(lambda x: x**2 - 6 * x + 5, 15.0, 1.0) == pytest.approx(24, abs=1e-12)
    errors = [abs(central(np.sin, 1.0, h) - np.cos(1.0)) for h in (1e-1, 1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)
    assert errors[1] / errors[2] == pytest.approx(100, rel=0.01)


# --- the references against PyTorch and the engine --------------------------------------------------------


def test_the_gradients_by_nudging_and_by_formula_agree_with_pytorchs():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 30))
    place = torch.tensor([0.3, -1.2], dtype=torch.float64, requires_grad=True)
    ((place[0] * torch.tensor(x) + place[1] - torch.tensor(y)) ** 2).mean().backward()
    np.testing.assert_allclose(reference("line_gradient")(0.3, -1.2, x, y), place.grad.numpy(), rtol=1e-12)

    def loss(p):
        return np.mean((p[0] * x + p[1] - y) ** 2)

    nudged = reference("numerical_gradient")(loss, np.array([0.3, -1.2]))
    np.testing.assert_allclose(nudged, place.grad.numpy(), rtol=1e-8)


def test_sgd_on_noisy_points_finds_the_line_of_least_squares():
    x, y = (values.ravel().astype(float) for values in data.noisy_line(200, seed=4))
    w, b = reference("sgd_linear_regression")(x, y, 0.05, 60, 16, np.random.default_rng(0))
    assert [w, b] == pytest.approx(np.polyfit(x, y, 1).tolist(), abs=0.03)


STEPS = {
    "momentum_step": (
        lambda x, s, g, t: reference("momentum_step")(x, s[0], g, 0.1, 0.8),
        1,
        lambda lib: lambda p: lib.SGD(p, lr=0.1, momentum=0.8),
    ),
    "rmsprop_step": (
        lambda x, s, g, t: reference("rmsprop_step")(x, s[0], g, 0.1, 0.9, 1e-6),
        1,
        lambda lib: lambda p: lib.RMSprop(p, lr=0.1, alpha=0.9, eps=1e-6),
    ),
    "adam_step": (
        lambda x, s, g, t: reference("adam_step")(x, *s, g, t, 0.1),
        2,
        lambda lib: lambda p: lib.Adam(p, lr=0.1),
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_an_exercises_step_is_the_engines_and_pytorchs(name):
    step, states, make = STEPS[name]
    start, steps = np.random.default_rng(1).normal(size=5), gradients(2)
    own = own_path(step, start, states, steps)
    np.testing.assert_allclose(own, engine_path(make(optim), start, steps), rtol=1e-9)
    np.testing.assert_allclose(own, torch_path(make(torch.optim), start, steps), rtol=1e-9)


def test_nesterovs_place_ahead_is_what_pytorch_keeps_as_the_parameter():
    lr, beta, curvature = 0.05, 0.9, np.array([2.0, 10.0])
    x, v, ahead = np.array([-4.0, 2.0]), np.zeros(2), []
    for _ in range(21):
        ahead.append(x - lr * beta * v)
        x, v = reference("nesterov_step")(x, v, lambda p: curvature * p, lr, beta)
    p = torch.tensor([-4.0, 2.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=lr, momentum=beta, nesterov=True)
    for place in ahead:
        np.testing.assert_allclose(place, p.detach().numpy(), rtol=1e-9)
        p.grad = torch.tensor(curvature) * p.detach()
        optimizer.step()


@pytest.mark.parametrize("last", [0.0, 0.02])
def test_the_cosine_rate_is_that_of_the_schedule(last):
    optimizer = optim.SGD([tensor(np.zeros(1))], lr=0.3)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=25, eta_min=last)
    for t in range(26):
        assert reference("cosine_rate")(t, 25, 0.3, last) == pytest.approx(schedule.get_last_lr()[0], abs=1e-12)
        optimizer.step()
        schedule.step()
